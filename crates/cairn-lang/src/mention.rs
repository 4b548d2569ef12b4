//! Decides how a reference is written out as addresses: the whole of it, and all that it leads through.

use cairn_model::InstanceKey;
use cairn_value::{Name, Value};

use crate::refs::{accesses, resource};
use crate::syntax::{Access, Expr, ExprKind, Step};

/// What an expression refers to, in order and as often as it does: each reference with the steps that follow, as far as these are
/// fixed, then with each step fewer down to the thing itself, then the resource or the module call that the thing belongs to.
/// `terraform_data.a[0].id` gives itself, `terraform_data.a[0]` and `terraform_data.a`. As Terraform lists them in the JSON of
/// a configuration.
pub fn mentions(expr: &Expr) -> Vec<String> {
    let mut found = Vec::new();
    accesses(expr, &mut |access, _| {
        if let Some(mention) = Mention::of(access) {
            mention.list(&mut found);
        }
    });
    found
}

/// The thing that a reference of fixed steps names, without what follows: `terraform_data.a[0]` for `terraform_data.a[0].id`, and
/// `module.m.x` for `module.m.x.y`. Nothing where it names none.
pub fn subject(access: &Access<Name>) -> Option<String> {
    let mention = Mention::of(access)?;
    Some(mention.written(mention.own))
}

/// A reference taken apart.
struct Mention {
    /// The root and the fixed steps, as they are written.
    words: Vec<String>,
    /// How many of the words name the thing.
    own: usize,
    /// How many of them name what the thing belongs to.
    owner: Option<usize>,
}

impl Mention {
    fn of(access: &Access<Name>) -> Option<Self> {
        let fixed = access.steps.iter().map_while(word);
        let mut words: Vec<String> = std::iter::once(access.source.to_string())
            .chain(fixed)
            .collect();
        let has_key = |at: usize| {
            let step = access.steps.get(at);
            step.is_some_and(|s| matches!(s, Step::Index(..)) && word(s).is_some())
        };
        let is_name = |at: usize| matches!(access.steps.get(at), Some(Step::Attr(..)));
        let (mut own, mut owner) = match &*access.source {
            "self" => (1, None),
            "var" | "local" | "path" | "terraform" | "count" | "each" => {
                (is_name(0).then_some(2)?, None)
            }
            "module" => {
                let call = is_name(0).then_some(2)?;
                let instance = call + usize::from(has_key(1));
                if is_name(instance - 1) && words.len() > instance {
                    (instance + 1, Some(instance))
                } else {
                    (instance, (instance > call).then_some(call))
                }
            }
            _ => {
                let (_, steps) = resource(access)?;
                let whole = steps + 1;
                if has_key(steps) {
                    (whole + 1, Some(whole))
                } else {
                    (whole, None)
                }
            }
        };
        // `resource.a.b` is a longer way to write `a.b`.
        if &*access.source == "resource" {
            words.remove(0);
            words[0].remove(0);
            own -= 1;
            owner = owner.map(|n| n - 1);
        }
        Some(Self { words, own, owner })
    }

    fn written(&self, words: usize) -> String {
        self.words[..words.min(self.words.len())].concat()
    }

    fn list(&self, found: &mut Vec<String>) {
        let lengths = (self.own..=self.words.len()).rev().chain(self.owner);
        found.extend(lengths.map(|n| self.written(n)));
    }
}

/// A step as it is written; nothing where its key is computed.
fn word(step: &Step) -> Option<String> {
    match step {
        Step::Attr(name, _) => Some(format!(".{name}")),
        Step::Index(key, _) => match &key.kind {
            ExprKind::Literal(Value::String(key)) => {
                Some(InstanceKey::Key(key.clone()).to_string())
            }
            // A sign is an operator, so a negative key is computed.
            ExprKind::Literal(Value::Number(n)) => {
                Some(format!("[{n}]")).filter(|t| !t.starts_with("[-"))
            }
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use cairn_diag::FileId;

    use super::{mentions, subject};
    use crate::syntax::{ExprKind, parse_expression};

    fn of(text: &str) -> Vec<String> {
        mentions(&parse_expression(FileId(0), text).expect("an expression"))
    }

    #[test]
    fn references_are_listed_from_the_whole_to_the_thing() {
        for (text, expected) in [
            ("var.a.l[0].x", "var.a.l[0].x var.a.l[0] var.a.l var.a"),
            ("local.a[\"b\"]", "local.a[\"b\"] local.a"),
            ("a.b[0].id", "a.b[0].id a.b[0] a.b"),
            ("a.b[var.k].id", "a.b var.k"),
            ("a.b[-1].id", "a.b"),
            ("a.b[*].id", "a.b"),
            ("a.b.*.id", "a.b"),
            ("resource.a.b[\"k\"].id", "a.b[\"k\"].id a.b[\"k\"] a.b"),
            ("data.a.b.c", "data.a.b.c data.a.b"),
            ("module.m", "module.m"),
            ("module.m[0]", "module.m[0] module.m"),
            ("module.m.o.x", "module.m.o.x module.m.o module.m"),
            ("module.m[\"k\"].o", "module.m[\"k\"].o module.m[\"k\"]"),
            ("module.m[var.k].o", "module.m var.k"),
            (
                "each.value.a + each.value.a",
                "each.value.a each.value each.value.a each.value",
            ),
            ("self.id", "self.id self"),
            ("[for x in var.l : x.y]", "var.l"),
            ("path.module", "path.module"),
        ] {
            assert_eq!(of(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn what_names_nothing_is_left_out() {
        for text in ["1", "uuid()", "data.a", "a", "var"] {
            assert_eq!(of(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_subject_ends_where_the_thing_does() {
        for (text, expected) in [
            ("a.b[0].id", "a.b[0]"),
            ("module.p[0].q.z", "module.p[0].q"),
            ("module.p", "module.p"),
        ] {
            let expr = parse_expression(FileId(0), text).expect("an expression");
            let ExprKind::Ref(access) = &expr.kind else {
                panic!("{text} is a reference");
            };
            assert_eq!(subject(access).as_deref(), Some(expected), "{text}");
        }
    }
}
