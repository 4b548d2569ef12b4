//! Decides which messages tell that a condition failed, of what object, and whether a test expects that.

use cairn_diag::{Diagnostic, Diagnostics, Severity, SourceMap, Spanned};

/// What the messages of a run come to, once those are taken out that were expected. Expected ones that are missing are errors,
/// and so are checks that failed without being expected to.
/// `folder` is the root module's.
pub(super) fn judge(
    found: Diagnostics,
    expected: &[Spanned<String>],
    sources: &SourceMap,
    folder: &str,
) -> (Diagnostics, bool) {
    let mut seen = vec![false; expected.len()];
    let mut said = Diagnostics::new();
    for mut d in found {
        let about = failed_object(&d, sources, folder);
        let which = about.as_ref().and_then(|about| {
            expected.iter().position(|e| {
                let rest = about.strip_prefix(&*e.value);
                rest.is_some_and(|r| r.is_empty() || r.starts_with('['))
            })
        });
        if let Some(i) = which {
            seen[i] = true;
            continue;
        }
        if d.code == "check-failed" {
            d.severity = Severity::Error;
        }
        if d.code != "check-known-after-apply" {
            said.push(d);
        }
    }
    let met = seen.contains(&true);
    if !said.has_errors() {
        for (expected, _) in expected.iter().zip(&seen).filter(|(_, seen)| !**seen) {
            said.push(
                Diagnostic::error("missing-expected-failure", "Missing expected failure")
                    .detail(format!(
                        "A condition of {} was expected to fail, but none did.",
                        expected.value
                    ))
                    .at(expected.span),
            );
        }
    }
    (said, met)
}

/// The address of the object of the root module whose condition this message says to have failed.
fn failed_object(d: &Diagnostic, sources: &SourceMap, folder: &str) -> Option<String> {
    let kind = match d.code {
        "precondition-failed" | "postcondition-failed" => return d.address.clone(),
        "invalid-variable-value" => ("variable", "var"),
        "output-precondition-failed" => ("output", "output"),
        "check-failed" => ("check", "check"),
        _ => return None,
    };
    let (file, _, _) = sources.locate(d.subject?)?;
    let name = d
        .within
        .as_ref()?
        .strip_prefix(kind.0)?
        .trim()
        .trim_matches('"');
    let inside = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
    (inside == folder).then(|| format!("{}.{name}", kind.1))
}
