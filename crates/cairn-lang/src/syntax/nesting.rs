//! Tests of how deep and how long expressions may be.

use cairn_diag::FileId;

use super::tests::{check, expr, file};
use super::{ExprKind, parse_expression};
use crate::tree::tests::Files;

/// Ways to nest one level deeper, with the text in the middle.
const NESTS: [(&str, &str, &str); 16] = [
    ("[", "1", "]"),
    ("(", "1", ")"),
    ("{a=", "1", "}"),
    ("{(", "1", ")=1}"),
    ("f(", "1", ")"),
    ("f(1,", "1", "...)"),
    ("a[", "1", "]"),
    ("!", "a", ""),
    ("- ", "a", ""),
    ("a?", "1", ":1"),
    ("a?1:", "1", ""),
    ("1+2*(", "1", ")"),
    ("[for a in ", "b", ":1]"),
    ("{for a in b:c=>", "1", "}"),
    ("\"${", "1", "}\""),
    ("\"%{if ", "a", "}%{endif}\""),
];

fn nested(n: usize, (before, middle, after): (&str, &str, &str)) -> String {
    format!("{}{middle}{}", before.repeat(n), after.repeat(n))
}

/// On a thread of the smallest stack that there is, as tests have.
#[test]
fn deep_nesting_is_read_or_refused() {
    for nest in NESTS {
        // Templates count twice, operands of an operator and parentheses in brackets once more.
        let levels = if nest.0.contains(['$', '%', '+']) || nest.0 == "{(" {
            300
        } else {
            900
        };
        let text = nested(levels, nest);
        let parsed = parse_expression(FileId(0), &text);
        assert!(parsed.is_ok(), "{nest:?}: {parsed:?}");
        for levels in [1_100, 10_000, 100_000] {
            let got = expr(&nested(levels, nest));
            assert!(
                got.contains("nested too deeply"),
                "{nest:?}: {}",
                &got[..got.len().min(300)]
            );
        }
    }
    let blocks = |n: usize| format!("{}{}", "a {\n".repeat(n), "}\n".repeat(n));
    assert!(!file(&blocks(900)).contains('!'));
    assert!(file(&blocks(10_000)).contains("nested too deeply"));
    let unclosed = file(&"a {\n".repeat(10_000));
    assert!(unclosed.contains("nested too deeply"));
    let unclosed = file(&"a {\n".repeat(90));
    assert!(
        unclosed.contains("1:1-1:2 Unclosed configuration block")
            || unclosed.contains("90:1-90:2 Unclosed"),
        "{unclosed}"
    );
    let directives =
        |n: usize| format!("x = \"{}{}\"\n", "%{if a}".repeat(n), "%{endif}".repeat(n));
    assert!(!file(&directives(900)).contains('!'));
    assert!(file(&directives(10_000)).contains("nested too deeply"));
    assert!(expr(&"[".repeat(100_000)).contains("Unterminated tuple"));
}

#[test]
fn chains_of_operators_are_one_level() {
    for (operator, name) in [(" + 1", "Add"), (" && 1", "And"), (" || a == 1", "Or")] {
        let text = format!("1{}", operator.repeat(10_000));
        let parsed = parse_expression(FileId(0), &text).expect("it is right");
        let ExprKind::Binary(operation) = parsed.kind else {
            panic!("{name}");
        };
        assert_eq!(operation.rest.len(), 10_000);
        assert!(
            operation
                .rest
                .iter()
                .all(|(op, _)| format!("{op:?}") == name)
        );
    }
    check(&[
        (
            "1 - 2 + 3 * 4 * 5 - 6",
            "(((1 Subtract 2) Add ((3 Multiply 4) Multiply 5)) Subtract 6)",
        ),
        ("1 * 2 + 3 * 4", "((1 Multiply 2) Add (3 Multiply 4))"),
        ("(1 + 2) + 3", "(((1 Add 2)) Add 3)"),
        (
            "a || b || c && d && e || f",
            "(((a Or b) Or ((c And d) And e)) Or f)",
        ),
        ("a < b == c < d", "((a Less b) Equal (c Less d))"),
        ("a == b != c", "((a Equal b) NotEqual c)"),
        (
            "!a == b && -c < d",
            "(((Not a) Equal b) And ((Negate c) Less d))",
        ),
    ]);
}

#[test]
fn json_nests_as_deep() {
    let read = |n: usize| {
        let text = format!(
            "{{\"locals\": {{\"a\": {}1{}}}, \"resource\": {{\"a_b\": {{\"c\": {}{{}}{}}}}}}}",
            "[".repeat(n),
            "]".repeat(n),
            "{\"d\": ".repeat(n),
            "}".repeat(n)
        );
        let files = [("main.tf.json", &*text)];
        let said = crate::tree::load(&Files(&files)).diagnostics;
        said.iter().map(|d| d.detail.clone()).collect::<Vec<_>>()
    };
    assert_eq!(read(500), [""; 0]);
    let refused = read(10_000);
    assert!(
        refused.len() == 1 && refused[0].contains("goes deeper"),
        "{refused:?}"
    );
}
