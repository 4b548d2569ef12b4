//! Decides what else of an object must not be seen: a text that equals one of its sensitive attributes is hidden wherever it
//! stands (`output` of a `terraform_data` repeats its `input`).

use std::collections::BTreeSet;

use cairn_value::{Marks, Path, Value};

/// Shorter texts say too little to be recognised as a secret's echo.
const SHORTEST: usize = 4;

/// The value with its sensitive paths marked, and every text that repeats one of them.
pub(crate) fn marked(value: &Value, sensitive: &[Path]) -> Value {
    let marks: Vec<_> = sensitive
        .iter()
        .map(|p| (p.clone(), Marks::SENSITIVE))
        .collect();
    let value = value.mark_paths(&marks);
    let mut secrets = BTreeSet::new();
    gather(&value, false, &mut secrets);
    if secrets.is_empty() {
        return value;
    }
    value.transform(&Path::root(), &mut |_, v| match &v {
        Value::String(s) if secrets.contains(&**s) => v.mark(Marks::SENSITIVE),
        _ => v,
    })
}

fn gather(value: &Value, secret: bool, into: &mut BTreeSet<String>) {
    match value {
        Value::Marked(m) => gather(&m.0, secret || m.1.is_sensitive(), into),
        Value::String(s) if secret && s.chars().count() >= SHORTEST => {
            into.insert(s.to_string());
        }
        Value::List(l) => l.items.iter().for_each(|v| gather(v, secret, into)),
        Value::Set(s) => s.items().iter().for_each(|v| gather(v, secret, into)),
        Value::Tuple(t) => t.iter().for_each(|v| gather(v, secret, into)),
        Value::Map(m) => m.entries.values().for_each(|v| gather(v, secret, into)),
        Value::Object(o) => o.values().iter().for_each(|v| gather(v, secret, into)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_value::name;

    #[test]
    fn an_echo_of_a_secret_is_hidden_too() {
        let v = Value::object([
            (name("input"), Value::string("hunter2")),
            (
                name("output"),
                Value::tuple(vec![Value::string("hunter2"), Value::string("other")]),
            ),
        ]);
        let shown = super::super::value::inline(&marked(&v, &[Path::attr("input")]));
        assert_eq!(
            shown,
            "{ input = (sensitive value), output = [(sensitive value), \"other\"] }"
        );
    }
}
