//! Tests that what `format` writes is what Terraform 1.11 wrote (`fmt/record` asks it), that it is stable, and that it says the same.

#![expect(clippy::disallowed_methods, reason = "the recorded cases are files")]

use std::fs;
use std::path::Path;

use cairn_diag::FileId;
use cairn_lang::{Body, Expr, ExprKind, format, parse_file};
use regex::Regex;

struct Case {
    title: String,
    given: String,
    canonical: String,
}

/// The text of a case with the characters that were written so that they can be seen.
fn read(text: &str) -> String {
    text.replace("␃\n", "")
        .replace('␠', " ")
        .replace('␉', "\t")
        .replace('␍', "\r")
        .replace('␀', "\u{feff}")
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fmt");
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("it is text");
        for case in text.split("=== ").skip(1) {
            let (title, both) = case.split_once('\n').expect("a title");
            let (given, canonical) = both.split_once("--->\n").expect("two texts");
            cases.push(Case {
                title: title.to_owned(),
                given: read(given),
                canonical: read(canonical),
            });
        }
    }
    cases
}

fn formatted(text: &str) -> String {
    format(FileId(0), text).unwrap_or_else(|d| panic!("{text:?}: {d:?}"))
}

#[test]
fn every_recorded_case_is_written_as_terraform_writes_it() {
    let cases = cases();
    assert!(cases.len() >= 300, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| formatted(&case.given) != case.canonical)
        .map(|case| {
            format!(
                "{}:\n{:?}\n{:?}",
                case.title,
                case.canonical,
                formatted(&case.given)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_in_canonical_form_stays_as_it_is() {
    for case in cases() {
        // Terraform takes one template off at a time, and counts what stands behind the text once more.
        let once = formatted(&case.canonical);
        assert_eq!(formatted(&once), once, "{}", case.title);
        if !case.given.contains("${\"${") {
            assert_eq!(once, case.canonical, "{}", case.title);
        }
    }
}

/// What an expression says, without its template where that is an interpolation and nothing else.
fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::TemplateWrap(inner) | ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

/// What a body says, without places, and without the types of variables, whose old forms are written anew.
fn meaning(body: &Body, places: &Regex, out: &mut Vec<String>) {
    for attribute in &body.attributes {
        let expr = format!("{:?}", bare(&attribute.expr).kind);
        out.push(format!(
            "{} = {}",
            attribute.name,
            places.replace_all(&expr, "")
        ));
    }
    for block in &body.blocks {
        let labels: Vec<_> = block.labels.iter().map(|l| &l.text).collect();
        out.push(format!("{} {labels:?}", block.ty));
        let from = out.len();
        meaning(&block.body, places, out);
        if &*block.ty == "variable" {
            out[from..]
                .iter_mut()
                .filter(|line| line.starts_with("type = "))
                .for_each(|line| line.truncate("type =".len()));
        }
        out.push("end".to_owned());
    }
}

#[test]
fn the_canonical_form_says_what_the_text_said() {
    let places = Regex::new(r"Span \{ file: FileId\(0\), start: \d+, end: \d+ \}").expect("valid");
    let said = |text: &str| {
        let (body, diagnostics) = parse_file(FileId(0), text);
        assert!(!diagnostics.has_errors(), "{text:?}: {diagnostics:?}");
        let mut out = Vec::new();
        meaning(&body, &places, &mut out);
        out
    };
    for case in cases() {
        assert_eq!(
            said(&case.given),
            said(&formatted(&case.given)),
            "{}",
            case.title
        );
    }
}

#[test]
fn labels_are_never_lost() {
    // Terraform drops labels with a dollar or percent sign in them.
    let text = "b \"x$y\" \"%%{z}\" c {}\n";
    assert_eq!(formatted(text), "b \"x$y\" \"%%{z}\" \"c\" {}\n");
}

#[test]
fn what_is_no_configuration_has_no_canonical_form() {
    for text in ["a=", "b {", "a=[1", "a=\"x", "a=<<E\nx\n", "a=1 b=2\n"] {
        assert!(format(FileId(0), text).is_err(), "{text:?}");
    }
}
