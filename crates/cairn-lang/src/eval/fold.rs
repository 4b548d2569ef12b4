//! Decides which calls come to the same whatever surrounds them, so that they are computed once and not for each instance.

use crate::deep::deep;
use crate::syntax::{Call, Expr, ExprKind, Step, TemplatePart};

/// Functions whose result depends on more than their arguments: on files, the clock, chance or who runs them. `try`, `can`, `convert`
/// and the template functions are carried out by the evaluator.
const OF_SURROUNDINGS: [&str; 21] = [
    "abspath",
    "bcrypt",
    "can",
    "convert",
    "file",
    "filebase64",
    "filebase64sha256",
    "filebase64sha512",
    "fileexists",
    "filemd5",
    "fileset",
    "filesha1",
    "filesha256",
    "filesha512",
    "pathexpand",
    "plantimestamp",
    "templatefile",
    "templatestring",
    "timestamp",
    "try",
    "uuid",
];

/// Whether a call has one result for all time: the function follows from its arguments, and these are constants.
pub(crate) fn constant_call(call: &Call) -> bool {
    let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
    !name.contains("::")
        && OF_SURROUNDINGS.binary_search(&name).is_err()
        && call.args.iter().all(constant)
}

/// Whether an expression names nothing, and calls nothing that looks at its surroundings.
fn constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Ref(_) | ExprKind::For(_) | ExprKind::Splat(_) => false,
        _ => deep(|| constant_parts(expr)),
    }
}

fn constant_parts(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Ref(_) | ExprKind::For(_) | ExprKind::Splat(_) => false,
        ExprKind::Template(parts) => parts.iter().all(|part| match part {
            TemplatePart::Text(_) => true,
            TemplatePart::Interpolation(inner) => constant(inner),
            TemplatePart::If { .. } | TemplatePart::For { .. } => false,
        }),
        ExprKind::TemplateWrap(inner) | ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => {
            constant(inner)
        }
        ExprKind::Access(access) => {
            constant(&access.source)
                && access.steps.iter().all(|step| match step {
                    Step::Attr(..) => true,
                    Step::Index(key, _) => constant(key),
                })
        }
        ExprKind::Call(call) => constant_call(call),
        ExprKind::Conditional(parts) => parts.iter().all(constant),
        ExprKind::Binary(operation) => {
            constant(&operation.first) && operation.rest.iter().all(|(_, e)| constant(e))
        }
        ExprKind::Tuple(items) => items.iter().all(constant),
        ExprKind::Object(items) => items.iter().all(|i| constant(&i.key) && constant(&i.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funcs;
    use crate::syntax::parse_expression;
    use cairn_diag::FileId;

    fn folds(text: &str) -> bool {
        let expr = parse_expression(FileId(0), &format!("{text}\n")).expect("it parses");
        match &expr.kind {
            ExprKind::Call(call) => constant_call(call),
            _ => constant(&expr),
        }
    }

    #[test]
    fn constants_fold_and_what_looks_around_does_not() {
        for text in [
            "upper(\"a\")",
            "core::max(1, 2 + 3)",
            "jsonencode({ a = [lower(\"B\")], b = \"x${1}\" })",
            "sha256(format(\"%s\", true ? 1 : 2))",
            "split(\",\", \"a,b\")[0]",
        ] {
            assert!(folds(text), "{text}");
        }
        for text in [
            "upper(var.a)",
            "timestamp()",
            "md5(file(\"a\"))",
            "upper([for x in [1] : x][0])",
            "provider::a::b(1)",
            "try(1)",
        ] {
            assert!(!folds(text), "{text}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_holds_every_function_of_files() {
        assert!(OF_SURROUNDINGS.is_sorted());
        for name in funcs::names() {
            let looks = name.starts_with("file")
                || name.contains("timestamp")
                || funcs::SPECIAL.contains(&name)
                || funcs::find(name).is_some_and(funcs::Function::needs_draw);
            assert!(
                !looks || OF_SURROUNDINGS.contains(&name),
                "{name} looks around"
            );
        }
    }
}
