//! Decides what the functions of marks give: `sensitive` and its kin.

use cairn_value::{Marks, Path, Type, Value};

use super::{Function, Param, Returns, any};

const VALUE: Param = any("value").null().unknown().any_type().marked();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "sensitive",
        &[VALUE],
        Returns::By(|a| Ok(a[0].ty())),
        |_, a| Ok(a[0].clone().mark(Marks::SENSITIVE)),
    ),
    Function::new(
        "nonsensitive",
        &[VALUE],
        Returns::By(|a| Ok(a[0].ty())),
        |_, a| {
            let (value, marks) = a[0].clone().unmark();
            Ok(value.mark(marks.without(Marks::SENSITIVE)))
        },
    ),
    Function::new("issensitive", &[VALUE], Returns::Bool, |_, a| {
        // Something unknown may turn out to be sensitive.
        if a[0].is_unknown() && !a[0].marks().is_sensitive() {
            return Ok(Value::unknown_not_null(Type::Bool));
        }
        Ok(Value::Bool(a[0].marks().is_sensitive()))
    }),
    Function::new(
        "ephemeralasnull",
        &[VALUE],
        Returns::By(|a| Ok(a[0].ty())),
        |_, a| Ok(without_ephemeral(&a[0])),
    ),
];

/// Null in the place of everything ephemeral.
fn without_ephemeral(value: &Value) -> Value {
    if !value.has_mark(Marks::EPHEMERAL) {
        return value.clone();
    }
    let (bare, marks) = value.clone().unmark_deep();
    let ephemeral: Vec<&Path> = marks
        .iter()
        .filter(|(_, m)| m.is_ephemeral())
        .map(|(p, _)| p)
        .collect();
    let emptied = bare.transform(&Path::root(), &mut |path, v| {
        if ephemeral.contains(&path) {
            Value::Null(v.ty())
        } else {
            v
        }
    });
    let kept: Vec<(Path, Marks)> = marks
        .iter()
        .map(|(p, m)| (p.clone(), m.without(Marks::EPHEMERAL)))
        .filter(|(_, m)| !m.is_empty())
        .collect();
    emptied.mark_paths(&kept)
}
