//! Decides which parts of a JSON file are blocks, with how many labels, and which strings hold references, types or keywords
//! instead of templates. What comes out is the tree that the native syntax gives, so all else is decided once for both.
//!
//! Within the arguments of a resource or provider only its schema can tell blocks from arguments, so an object or a list of
//! objects is given as both ([`Body::json`]) and the evaluator takes what the schema has.

use std::collections::HashSet;

use cairn_diag::{Diagnostic, Diagnostics, Span, Spanned};
use cairn_value::{Name, name};

use crate::deep::deep;
use crate::syntax::{Attribute, Block, Body, Json, JsonKind, Label};

/// What is known of the inside of a block.
struct Inside {
    /// Block types with the number of their labels, and what is inside of those.
    blocks: &'static [(&'static str, usize, &'static Self)],
    /// Arguments whose strings hold expressions.
    inner: &'static [&'static str],
    /// Arguments whose strings are as they are.
    literal: &'static [&'static str],
    /// What an object not named above is.
    other: Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Other {
    Argument,
    /// A schema decides.
    Either,
}

const PLAIN: Inside = Inside {
    blocks: &[],
    inner: &[],
    literal: &[],
    other: Other::Argument,
};
static BY_SCHEMA: Inside = Inside {
    blocks: &[("dynamic", 1, &DYNAMIC)],
    other: Other::Either,
    ..PLAIN
};
static DYNAMIC: Inside = Inside {
    blocks: &[("content", 0, &BY_SCHEMA)],
    inner: &["iterator"],
    ..PLAIN
};
static LIFECYCLE: Inside = Inside {
    blocks: &[("precondition", 0, &PLAIN), ("postcondition", 0, &PLAIN)],
    inner: &["ignore_changes", "replace_triggered_by"],
    ..PLAIN
};
static PROVISIONER: Inside = Inside {
    blocks: &[("connection", 0, &PLAIN)],
    inner: &["when", "on_failure"],
    ..PLAIN
};
static RESOURCE: Inside = Inside {
    blocks: &[
        ("lifecycle", 0, &LIFECYCLE),
        ("provisioner", 1, &PROVISIONER),
        ("connection", 0, &PLAIN),
        ("dynamic", 1, &DYNAMIC),
        ("_", 0, &PLAIN),
    ],
    inner: &["depends_on", "provider"],
    other: Other::Either,
    ..PLAIN
};
static TOP: Inside = Inside {
    blocks: &[
        (
            "terraform",
            0,
            &Inside {
                blocks: &[
                    (
                        "required_providers",
                        0,
                        &Inside {
                            inner: &["configuration_aliases"],
                            ..PLAIN
                        },
                    ),
                    ("backend", 1, &PLAIN),
                    ("cloud", 0, &PLAIN),
                    ("provider_meta", 1, &PLAIN),
                ],
                ..PLAIN
            },
        ),
        ("provider", 1, &BY_SCHEMA),
        (
            "variable",
            1,
            &Inside {
                blocks: &[("validation", 0, &PLAIN)],
                inner: &["type"],
                literal: &["default", "description"],
                ..PLAIN
            },
        ),
        ("locals", 0, &PLAIN),
        (
            "output",
            1,
            &Inside {
                blocks: &[("precondition", 0, &PLAIN)],
                inner: &["depends_on"],
                literal: &["description"],
                ..PLAIN
            },
        ),
        (
            "module",
            1,
            &Inside {
                inner: &["depends_on", "providers"],
                ..PLAIN
            },
        ),
        ("resource", 2, &RESOURCE),
        ("data", 2, &RESOURCE),
        ("ephemeral", 2, &RESOURCE),
        (
            "moved",
            0,
            &Inside {
                inner: &["from", "to"],
                ..PLAIN
            },
        ),
        (
            "removed",
            0,
            &Inside {
                blocks: &[
                    ("lifecycle", 0, &PLAIN),
                    ("provisioner", 1, &PROVISIONER),
                    ("connection", 0, &PLAIN),
                ],
                inner: &["from"],
                ..PLAIN
            },
        ),
        (
            "import",
            0,
            &Inside {
                inner: &["to", "provider"],
                ..PLAIN
            },
        ),
        (
            "check",
            1,
            &Inside {
                blocks: &[("assert", 0, &PLAIN), ("data", 2, &RESOURCE)],
                ..PLAIN
            },
        ),
    ],
    ..PLAIN
};

static OVERRIDE: Inside = Inside {
    inner: &["target", "override_during"],
    literal: &["values", "outputs"],
    ..PLAIN
};
static MOCK: Inside = Inside {
    inner: &["override_during"],
    literal: &["defaults"],
    ..PLAIN
};
static MOCKS: Inside = Inside {
    inner: &["override_during"],
    blocks: &[
        ("mock_resource", 1, &MOCK),
        ("mock_data", 1, &MOCK),
        ("override_resource", 0, &OVERRIDE),
        ("override_data", 0, &OVERRIDE),
    ],
    ..PLAIN
};
static TEST: Inside = Inside {
    blocks: &[
        ("variables", 0, &PLAIN),
        ("provider", 1, &BY_SCHEMA),
        ("mock_provider", 1, &MOCKS),
        ("override_resource", 0, &OVERRIDE),
        ("override_data", 0, &OVERRIDE),
        ("override_module", 0, &OVERRIDE),
        (
            "run",
            1,
            &Inside {
                blocks: &[
                    ("variables", 0, &PLAIN),
                    ("assert", 0, &PLAIN),
                    ("module", 0, &PLAIN),
                    ("override_resource", 0, &OVERRIDE),
                    ("override_data", 0, &OVERRIDE),
                    ("override_module", 0, &OVERRIDE),
                    (
                        "plan_options",
                        0,
                        &Inside {
                            inner: &["mode", "target", "replace"],
                            ..PLAIN
                        },
                    ),
                ],
                inner: &["command", "expect_failures", "providers"],
                ..PLAIN
            },
        ),
    ],
    ..PLAIN
};

/// The attributes and blocks that a test file in the JSON syntax says.
pub(super) fn test_from_json(json: &Json, said: &mut Diagnostics) -> Body {
    body(json, &TEST, said)
}

/// The attributes and blocks that a file of mocks in the JSON syntax says.
pub(super) fn mocks_from_json(json: &Json, said: &mut Diagnostics) -> Body {
    body(json, &MOCKS, said)
}

/// The attributes and blocks that a JSON file says.
pub(crate) fn from_json(json: &Json, said: &mut Diagnostics) -> Body {
    body(json, &TOP, said)
}

fn body(json: &Json, inside: &Inside, said: &mut Diagnostics) -> Body {
    let mut out = Body {
        attributes: Vec::new(),
        blocks: Vec::new(),
        span: json.span,
        json: inside.other == Other::Either,
        partial: false,
    };
    fill(json, inside, &mut out, &mut HashSet::new(), said);
    out
}

fn fill(
    json: &Json,
    inside: &Inside,
    out: &mut Body,
    seen: &mut HashSet<Name>,
    said: &mut Diagnostics,
) {
    let items = match &json.kind {
        JsonKind::Object(items) => items,
        // Several objects together are one body.
        JsonKind::Array(parts) => {
            for part in parts {
                deep(|| fill(part, inside, out, seen, said));
            }
            return;
        }
        JsonKind::Null => return,
        _ => {
            said.push(object_needed(json.span));
            return;
        }
    };
    for (key, value) in items {
        if key.value == "//" {
            continue;
        }
        if let Some((_, labels, within)) = inside.blocks.iter().find(|(t, ..)| *t == key.value) {
            blocks(
                key,
                *labels,
                &mut Vec::new(),
                value,
                within,
                &mut out.blocks,
                said,
            );
            continue;
        }
        let expr = if inside.inner.contains(&&*key.value) {
            value.inner()
        } else if inside.literal.contains(&&*key.value) {
            value.literal()
        } else {
            let nested = inside.inner.contains(&"configuration_aliases");
            if nested {
                aliases(value, said)
            } else {
                value.expr(said)
            }
        };
        let attribute_name = name(&key.value);
        if !seen.insert(attribute_name.clone()) {
            said.push(
                Diagnostic::error("attribute-redefined", "Attribute redefined")
                    .detail(format!(
                        "The argument `{}` is set already. Each argument can be set once; remove one of the two.",
                        key.value
                    ))
                    .at(key.span),
            );
            continue;
        }
        if inside.other == Other::Either && may_be_blocks(value) {
            blocks(
                key,
                0,
                &mut Vec::new(),
                value,
                &BY_SCHEMA,
                &mut out.blocks,
                said,
            );
        }
        out.attributes.push(Attribute {
            name: attribute_name,
            name_span: key.span,
            expr,
        });
    }
}

/// An entry of `required_providers`: its aliases are references.
fn aliases(value: &Json, said: &mut Diagnostics) -> crate::syntax::Expr {
    let mut expr = value.expr(said);
    if let (crate::syntax::ExprKind::Object(items), JsonKind::Object(written)) =
        (&mut expr.kind, &value.kind)
    {
        for (item, (key, value)) in items.iter_mut().zip(written) {
            if key.value == "configuration_aliases" {
                item.value = value.inner();
            }
        }
    }
    expr
}

fn may_be_blocks(value: &Json) -> bool {
    match &value.kind {
        JsonKind::Object(_) => true,
        JsonKind::Array(items) => {
            !items.is_empty() && items.iter().all(|i| matches!(i.kind, JsonKind::Object(_)))
        }
        _ => false,
    }
}

/// The blocks of a type: a level of objects for each label, and lists of them anywhere.
fn blocks(
    ty: &Spanned<String>,
    wanted: usize,
    labels: &mut Vec<Label>,
    value: &Json,
    inside: &Inside,
    out: &mut Vec<Block>,
    said: &mut Diagnostics,
) {
    match &value.kind {
        JsonKind::Null => {}
        JsonKind::Array(items) => {
            for item in items {
                deep(|| blocks(ty, wanted, labels, item, inside, out, said));
            }
        }
        JsonKind::Object(items) if labels.len() < wanted => {
            for (key, value) in items {
                if key.value == "//" {
                    continue;
                }
                labels.push(Label {
                    text: Name::from(&*key.value),
                    span: key.span,
                });
                blocks(ty, wanted, labels, value, inside, out, said);
                labels.pop();
            }
        }
        JsonKind::Object(_) => {
            let header = labels.last().map_or(ty.span, |l| l.span);
            out.push(Block {
                ty: name(&ty.value),
                labels: labels.clone(),
                body: deep(|| body(value, inside, said)),
                header,
                ty_span: ty.span,
            });
        }
        _ => said.push(object_needed(value.span)),
    }
}

fn object_needed(place: Span) -> Diagnostic {
    Diagnostic::error("json-object-required", "Incorrect JSON value type")
        .detail("An object in braces is needed here, or a list of such objects.")
        .at(place)
}
