//! Decides the file that `-junit-xml` writes: a suite for each test file, a case for each run, in Terraform's layout.

use std::fmt::Write as _;

use super::report::Status;

/// A test file that ran.
#[derive(Debug)]
pub(super) struct Suite {
    pub(super) path: String,
    pub(super) cases: Vec<Case>,
}

/// A run of it.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) status: Status,
    /// Seconds and the time it began at, in RFC 3339; nothing where it did not run.
    pub(super) ran: Option<(f64, String)>,
    /// All messages about it, as people read them.
    pub(super) said: String,
    /// The assertions that did not hold: their messages.
    pub(super) failed: Vec<String>,
    /// How many assertions it has.
    pub(super) asserted: usize,
}

/// The document.
pub(super) fn document(suites: &[Suite]) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuites>\n".to_owned();
    for suite in suites {
        let count = |status| suite.cases.iter().filter(|c| c.status == status).count();
        let path = escaped(&suite.path);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{}\" skipped=\"{}\" failures=\"{}\" errors=\"{}\">",
            suite.cases.len(),
            count(Status::Skip),
            count(Status::Fail),
            count(Status::Error)
        );
        let mut stopped_by = None;
        for case in &suite.cases {
            let name = escaped(&case.name);
            let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{path}\"");
            if let Some((seconds, began)) = &case.ran {
                let _ = write!(out, " time=\"{seconds}\" timestamp=\"{began}\"");
            }
            match inner(case, stopped_by) {
                Some(inner) => {
                    let _ = writeln!(out, ">\n      {inner}\n    </testcase>");
                }
                None => out.push_str("></testcase>\n"),
            }
            if case.status == Status::Error {
                stopped_by = Some(&*case.name);
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>");
    out
}

/// What a case holds besides its name.
fn inner(case: &Case, stopped_by: Option<&str>) -> Option<String> {
    let element = |tag: &str, message: &str, text: &str| {
        let message = escaped(message);
        format!("<{tag} message=\"{message}\">{}</{tag}>", verbatim(text))
    };
    let said = format!("\n{}", case.said);
    Some(match (case.status, stopped_by) {
        (Status::Pass, _) if case.said.is_empty() => return None,
        (Status::Pass, _) => format!("<system-err>{}</system-err>", verbatim(&said)),
        (Status::Fail, _) => {
            let message = format!(
                "{} of {} assertions failed: {}",
                case.failed.len(),
                case.asserted,
                case.failed.join("; ")
            );
            element("failure", &message, &said)
        }
        (Status::Error, _) => element("error", "Encountered an error", &said),
        (Status::Skip, Some(by)) => element(
            "skipped",
            "Testcase skipped due to a previous testcase error",
            &format!(
                "Previous testcase {by:?} ended in error, which caused the remaining tests in the file to be skipped"
            ),
        ),
        (Status::Skip, None) => element(
            "skipped",
            "Testcase skipped due to an interrupt",
            "The tests were interrupted before this run",
        ),
    })
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("&#xA;"),
            '\t' => out.push_str("&#x9;"),
            '\r' => out.push_str("&#xD;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Text that is kept as it is; the one mark that would end it is cut in two.
fn verbatim(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r'))
        .collect();
    format!("<![CDATA[{}]]>", kept.replace("]]>", "]]]]><![CDATA[>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, status: Status, said: &str) -> Case {
        Case {
            name: name.to_owned(),
            status,
            ran: (status != Status::Skip).then(|| (0.5, "2026-01-02T03:04:05Z".to_owned())),
            said: said.to_owned(),
            failed: vec!["a \"b\" < c".to_owned()],
            asserted: 2,
        }
    }

    #[test]
    fn every_status_has_its_element_and_nothing_breaks_out_of_it() {
        let suite = Suite {
            path: "tests/a&b.tftest.hcl".to_owned(),
            cases: vec![
                case("p", Status::Pass, ""),
                case("f", Status::Fail, "x ]]> y\n"),
                case("e", Status::Error, "z\n"),
                case("s", Status::Skip, ""),
            ],
        };
        let document = document(&[suite]);
        for part in [
            "<testsuite name=\"tests/a&amp;b.tftest.hcl\" tests=\"4\" skipped=\"1\" failures=\"1\" errors=\"1\">",
            "<testcase name=\"p\" classname=\"tests/a&amp;b.tftest.hcl\" time=\"0.5\" timestamp=\"2026-01-02T03:04:05Z\"></testcase>",
            "<failure message=\"1 of 2 assertions failed: a &#34;b&#34; &lt; c\"><![CDATA[\nx ]]]]><![CDATA[> y\n]]></failure>",
            "<error message=\"Encountered an error\"><![CDATA[\nz\n]]></error>",
            "<![CDATA[Previous testcase \"e\" ended in error",
        ] {
            assert!(document.contains(part), "{part}\n{document}");
        }
    }
}
