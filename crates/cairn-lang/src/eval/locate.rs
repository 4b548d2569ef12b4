//! Decides which place in the source an attribute of an instance came from.

use cairn_diag::Span;
use cairn_value::{Path, PathStep, Value};

use crate::syntax::{Body, Expr, ExprKind};

/// The place of the innermost attribute or block on the path that is written; nothing where not even its beginning is.
pub(crate) fn locate(body: &Body, path: &[PathStep]) -> Option<Span> {
    let (first, rest) = path.split_first()?;
    let PathStep::Attr(name) = first else {
        return None;
    };
    if let Some(attribute) = body.attribute(name) {
        return Some(within(&attribute.expr, rest).unwrap_or_else(|| attribute.span()));
    }
    let (position, inner) = match rest.split_first() {
        Some((PathStep::Index(i) | PathStep::Element(i), inner)) => (*i, inner),
        _ => (0, rest),
    };
    let written: Vec<_> = body.blocks_of(name).collect();
    let dynamic: Vec<_> = body
        .blocks_of("dynamic")
        .filter(|b| b.labels.first().is_some_and(|l| l.text == *name))
        .collect();
    if dynamic.is_empty() {
        // In a set the order is another than that of writing, so only a single block can be said to be the one.
        let by_position = matches!(rest.first(), Some(PathStep::Index(_)) | None)
            || written.len() == 1
            || !matches!(rest.first(), Some(PathStep::Element(_)));
        let block = by_position.then(|| written.get(position)).flatten();
        return match block {
            Some(block) => Some(locate(&block.body, inner).unwrap_or(block.header)),
            None => written.first().map(|b| b.header),
        };
    }
    let block = dynamic[0];
    let content = block.body.blocks_of("content").next()?;
    Some(locate(&content.body, inner).unwrap_or(block.header))
}

fn within(expr: &Expr, path: &[PathStep]) -> Option<Span> {
    let (first, rest) = path.split_first()?;
    let found =
        match (&expr.kind, first) {
            (ExprKind::Paren(inner), _) => return within(inner, path),
            (ExprKind::Tuple(items), PathStep::Index(i)) => items.get(*i)?,
            (ExprKind::Object(items), PathStep::Attr(k) | PathStep::Key(k)) => &items
                .iter()
                .rev()
                .find(
                    |item| matches!(&item.key.kind, ExprKind::Literal(Value::String(s)) if s == k),
                )?
                .value,
            _ => return None,
        };
    Some(within(found, rest).unwrap_or(found.span))
}

/// As [`locate`], or the header of the block.
pub(crate) fn locate_or(body: &Body, path: &Path, header: Span) -> Span {
    locate(body, &path.0).unwrap_or(header)
}
