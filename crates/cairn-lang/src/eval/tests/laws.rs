//! What holds of every expression: a part that is not known yet never leads to something that the known part would
//! contradict, and nothing that depends on a secret is without its mark. Expressions are made by type, so that most have a value.

use std::sync::Arc;

use cairn_model::InstanceKey;
use cairn_value::{Marks, Number, Refinement, Type, Unknown, Value, convert, convertible};
use proptest::prelude::*;

use super::{Setup, object, resource};

/// The types that expressions are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    Number,
    Text,
    Texts,
    TextSet,
    TextMap,
    Numbers,
    Box,
    Boxes,
}

use Kind::{Bool, Box, Boxes, Number as Num, Numbers, Text, TextMap, TextSet, Texts};

impl Kind {
    /// The attribute of `thing.one` that is of this kind.
    fn attribute(self) -> &'static str {
        match self {
            Bool => "flag",
            Num => "size",
            Text => "id",
            Texts => "ids",
            TextSet => "zones",
            TextMap => "tags",
            Numbers => "ports",
            Box => "disk",
            Boxes => "disks",
        }
    }

    fn ty(self) -> Type {
        match self {
            Bool => Type::Bool,
            Num => Type::Number,
            Text => Type::String,
            Texts => Type::list(Type::String),
            TextSet => Type::set(Type::String),
            TextMap => Type::map(Type::String),
            Numbers => Type::list(Type::Number),
            Box => Type::object([("name".into(), Type::String), ("size".into(), Type::Number)]),
            Boxes => Type::list(Box.ty()),
        }
    }
}

const KINDS: [Kind; 9] = [
    Bool, Num, Text, Texts, TextSet, TextMap, Numbers, Box, Boxes,
];

type Source = BoxedStrategy<String>;

/// An expression that has a value of a kind, of at most so many levels.
fn expression(kind: Kind, levels: u32) -> Source {
    let read = Just(format!("thing.one.{}", kind.attribute()));
    let leaf = prop_oneof![2 => read, 1 => literal(kind)];
    if levels == 0 {
        return leaf.boxed();
    }
    prop_oneof![1 => leaf, 4 => composed(kind, levels - 1)].boxed()
}

fn literal(kind: Kind) -> Source {
    let of = |texts: &'static [&'static str]| {
        prop::sample::select(texts).prop_map(str::to_owned).boxed()
    };
    match kind {
        Bool => of(&["true", "false", "\"true\""]),
        Num => of(&["0", "1", "2", "-1", "1.5", "\"2\""]),
        Text => of(&["\"\"", "\"a\"", "\"ab\"", "\"1\""]),
        Texts => of(&["tolist([])", "tolist([\"a\"])", "tolist([\"a\", \"b\"])"]),
        TextSet => of(&["toset([])", "toset([\"a\"])", "toset([\"b\", \"a\"])"]),
        TextMap => of(&[
            "tomap({})",
            "tomap({ a = \"b\" })",
            "tomap({ a = \"1\", b = \"2\" })",
        ]),
        Numbers => of(&["tolist([1])", "tolist([2, 1])"]),
        Box => of(&["{ name = \"a\", size = 1 }"]),
        Boxes => of(&["tolist([{ name = \"a\", size = 1 }])"]),
    }
}

/// Texts with `@0`, `@1`, … for parts of the kinds behind.
type Form = (&'static str, &'static [Kind]);

fn forms(kind: Kind) -> &'static [Form] {
    match kind {
        Bool => &[
            ("(@0 == @1)", &[Text, Text]),
            ("(@0 != @1)", &[Num, Num]),
            ("(@0 == @1)", &[TextSet, TextSet]),
            ("(@0 == @1)", &[Box, Box]),
            ("(@0 == @1)", &[Texts, Texts]),
            ("(@0 == @1)", &[TextMap, TextMap]),
            ("(@0 == null)", &[Text]),
            ("(@0 != null)", &[Texts]),
            ("(@0 < @1)", &[Num, Num]),
            ("(@0 >= @1)", &[Num, Num]),
            ("(length(@0) > @1)", &[Texts, Num]),
            ("(@0 && @1)", &[Bool, Bool]),
            ("(@0 || @1)", &[Bool, Bool]),
            ("!@0", &[Bool]),
            ("contains(@0, @1)", &[Texts, Text]),
            ("alltrue([@0, @1])", &[Bool, Bool]),
            ("anytrue([@0, @1])", &[Bool, Bool]),
            ("startswith(@0, @1)", &[Text, Text]),
            ("tobool(@0 ? \"true\" : \"false\")", &[Bool]),
        ],
        Num => &[
            ("(@0 + @1)", &[Num, Num]),
            ("(@0 * @1)", &[Num, Num]),
            ("(@0 - @1)", &[Num, Num]),
            ("(@0 % @1)", &[Num, Num]),
            ("-@0", &[Num]),
            ("length(@0)", &[Texts]),
            ("length(@0)", &[TextSet]),
            ("length(@0)", &[TextMap]),
            ("length(@0)", &[Text]),
            ("length([@0, @1])", &[Num, Text]),
            ("max(@0, @1)", &[Num, Num]),
            ("min(@0...)", &[Numbers]),
            ("abs(@0)", &[Num]),
            ("@0[@1]", &[Numbers, Num]),
            ("@0.size", &[Box]),
            ("@0[0].size", &[Boxes]),
            ("sum(@0)", &[Numbers]),
        ],
        Text => &[
            ("\"x-${@0}\"", &[Text]),
            ("\"${@0}-${@1}\"", &[Num, Text]),
            ("\"${@0}${@1}\"", &[Text, Bool]),
            (
                "\"%{ if @0 }y${@1}%{ else }${@2}%{ endif }\"",
                &[Bool, Text, Text],
            ),
            ("\"%{ for k, v in @0 }${k}=${v},%{ endfor }\"", &[TextMap]),
            ("\"%{ for v in @0 ~} ${v} %{~ endfor }\"", &[TextSet]),
            ("upper(@0)", &[Text]),
            ("format(\"%s-%v\", @0, @1)", &[Text, Num]),
            ("join(\",\", @0)", &[Texts]),
            ("replace(@0, \"a\", @1)", &[Text, Text]),
            ("tostring(@0)", &[Num]),
            ("jsonencode(@0)", &[Box]),
            ("jsonencode([@0, @1])", &[Text, Texts]),
            ("@0[@1]", &[Texts, Num]),
            ("@0[@1]", &[TextMap, Text]),
            ("@0.name", &[Box]),
            ("coalesce(@0, @1)", &[Text, Text]),
            ("lookup(@0, @1, @2)", &[TextMap, Text, Text]),
            ("element(@0, @1)", &[Texts, Num]),
            ("try(@0[@1], @2)", &[Texts, Num, Text]),
            ("one(@0[*])", &[Text]),
            ("trimprefix(@0, @1)", &[Text, Text]),
        ],
        Texts => &[
            ("tolist([@0, @1])", &[Text, Text]),
            ("tolist([@0, tostring(@1)])", &[Text, Num]),
            ("tolist(@0)", &[TextSet]),
            ("tolist([for v in @0 : upper(v)])", &[Texts]),
            (
                "tolist([for k, v in @0 : \"${k}${v}\" if v != @1])",
                &[TextMap, Text],
            ),
            ("tolist([for i, v in @0 : v if i < @1])", &[Texts, Num]),
            ("@0[*].name", &[Boxes]),
            ("tolist(@0.*.name)", &[Boxes]),
            ("concat(@0, @1)", &[Texts, Texts]),
            ("reverse(@0)", &[Texts]),
            ("distinct(@0)", &[Texts]),
            ("compact(@0)", &[Texts]),
            ("sort(@0)", &[Texts]),
            ("keys(@0)", &[TextMap]),
            ("values(@0)", &[TextMap]),
            ("split(\"a\", @0)", &[Text]),
            ("tolist(flatten([@0, [@1]]))", &[Texts, Text]),
            ("slice(@0, 0, 1)", &[Texts]),
            ("tolist(@0[*])", &[Text]),
            ("coalescelist(@0, @1)", &[Texts, Texts]),
        ],
        TextSet => &[
            ("toset(@0)", &[Texts]),
            ("toset([@0, @1])", &[Text, Text]),
            ("setunion(@0, @1)", &[TextSet, TextSet]),
            ("setintersection(@0, @1)", &[TextSet, TextSet]),
            ("setsubtract(@0, @1)", &[TextSet, TextSet]),
            ("toset([for v in @0 : \"${v}!\"])", &[TextSet]),
        ],
        TextMap => &[
            ("tomap({ (@0) = @1 })", &[Text, Text]),
            ("tomap({ a = @0, b = tostring(@1) })", &[Text, Num]),
            ("tomap({ for v in @0 : v => upper(v) })", &[TextSet]),
            (
                "tomap({ for v in @0 : v => v... })[\"a\"] == null ? null : @1",
                &[Texts, TextMap],
            ),
            (
                "{ for k, v in @0 : \"${k}\" => v if v != @1 }",
                &[TextMap, Text],
            ),
            ("merge(@0, @1)", &[TextMap, TextMap]),
            ("zipmap(@0, @0)", &[Texts]),
        ],
        Numbers => &[
            ("tolist([@0, @1])", &[Num, Num]),
            ("@0[*].size", &[Boxes]),
            ("tolist([for v in @0 : length(v)])", &[Texts]),
            ("range(@0)", &[Num]),
            ("concat(@0, [@1])", &[Numbers, Num]),
        ],
        Box => &[
            ("{ name = @0, size = @1 }", &[Text, Num]),
            ("@0[@1]", &[Boxes, Num]),
            ("one(@0)", &[Boxes]),
        ],
        Boxes => &[
            ("tolist([@0, @1])", &[Box, Box]),
            (
                "tolist([for v in @0 : { name = v, size = length(v) }])",
                &[Texts],
            ),
            ("concat(@0, [@1])", &[Boxes, Box]),
            ("reverse(@0)", &[Boxes]),
        ],
    }
}

fn composed(kind: Kind, levels: u32) -> Source {
    let form = prop::sample::select(forms(kind)).prop_flat_map(move |(text, kinds)| {
        let parts: Vec<Source> = kinds.iter().map(|k| expression(*k, levels)).collect();
        parts.prop_map(move |parts| {
            let mut whole = text.to_owned();
            for (i, part) in parts.iter().enumerate() {
                whole = whole.replace(&format!("@{i}"), part);
            }
            whole
        })
    });
    let conditional = (
        expression(Bool, levels),
        expression(kind, levels),
        expression(kind, levels),
    )
        .prop_map(|(c, a, b)| format!("({c} ? {a} : {b})"));
    let wrapped = expression(kind, levels);
    prop_oneof![
        8 => form,
        2 => conditional,
        1 => wrapped.clone().prop_map(|e| format!("[{e}, 1][0]")),
        1 => wrapped.prop_map(|e| format!("{{ x = {e} }}.x")),
    ]
    .boxed()
}

fn any_expression() -> Source {
    prop::sample::select(&KINDS[..])
        .prop_flat_map(|kind| expression(kind, 3))
        .boxed()
}

/// A known value of a kind.
fn known(kind: Kind) -> BoxedStrategy<Value> {
    let text = || prop::sample::select(&["", "a", "b", "ab", "1"][..]).prop_map(Value::string);
    let texts = || prop::collection::vec(text(), 0..3);
    let boxed =
        || (text(), 0i64..3).prop_map(|(n, s)| object(&[("name", n), ("size", Value::int(s))]));
    match kind {
        Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Num => (-1i64..4).prop_map(Value::int).boxed(),
        Text => text().boxed(),
        Texts => texts().prop_map(|v| Value::list(Type::String, v)).boxed(),
        TextSet => texts().prop_map(|v| Value::set(Type::String, v)).boxed(),
        TextMap => prop::collection::btree_map("[ab1]", text(), 0..3)
            .prop_map(|m| Value::map(Type::String, m.into_iter().map(|(k, v)| (k.into(), v))))
            .boxed(),
        Numbers => prop::collection::vec((0i64..3).prop_map(Value::int), 1..3)
            .prop_map(|v| Value::list(Type::Number, v))
            .boxed(),
        Box => boxed().boxed(),
        Boxes => prop::collection::vec(boxed(), 0..3)
            .prop_map(|v| Value::list(Box.ty(), v))
            .boxed(),
    }
}

fn things() -> BoxedStrategy<Vec<Value>> {
    KINDS.map(known).to_vec().boxed()
}

/// What may stand for a value before it is known: `how` says how much of it.
fn opened(value: &Value, how: u8) -> Value {
    let refined = |refine: &dyn Fn(&mut Refinement)| {
        let mut refinement = Refinement {
            not_null: true,
            ..Refinement::default()
        };
        refine(&mut refinement);
        Value::refined(value.ty(), refinement)
    };
    let ends = |n: &Number, r: &mut Refinement| {
        r.at_least = Some((n.clone(), true));
        if how.is_multiple_of(2) {
            r.at_most = n.add(&Number::ONE).map(|n| (n, false));
        }
    };
    let each = |items: &[Value]| -> Vec<Value> {
        items
            .iter()
            .enumerate()
            .map(|(i, v)| {
                if (usize::from(how) + i).is_multiple_of(2) {
                    opened(v, how / 2)
                } else {
                    v.clone()
                }
            })
            .collect()
    };
    match (how % 8, value) {
        (0, v) => Value::unknown(v.ty()),
        (2 | 3, Value::String(s)) => refined(&|r| r.prefix = s.get(..1).map(Arc::from)),
        (2 | 3, Value::Number(n)) => refined(&|r| ends(n, r)),
        (2, Value::List(l)) => refined(&|r| ends(&Number::from(l.items.len()), r)),
        (2, Value::Map(m)) => refined(&|r| ends(&Number::from(m.entries.len()), r)),
        (2, Value::Set(s)) => refined(&|r| ends(&Number::from(s.items().len()), r)),
        (3, Value::List(l)) => refined(&|r| {
            r.at_least = Some((Number::from(l.items.len()), true));
            r.at_most = r.at_least.clone();
        }),
        (4.., Value::List(l)) => Value::list(l.element.clone(), each(&l.items)),
        (4.., Value::Set(s)) => Value::set(s.element.clone(), each(s.items())),
        (4.., Value::Map(m)) => Value::map(
            m.element.clone(),
            m.entries
                .keys()
                .cloned()
                .zip(each(&m.entries.values().cloned().collect::<Vec<_>>())),
        ),
        (4.., Value::Object(o)) => {
            Value::object(o.shape().names().iter().cloned().zip(each(o.values())))
        }
        (4.., v) => v.clone(),
        (_, v) => Value::unknown_not_null(v.ty()),
    }
}

fn setup(values: &[Value]) -> Setup {
    let mut setup = Setup::new("resource \"thing\" \"one\" {}");
    let attributes: Vec<(&str, Value)> = KINDS
        .iter()
        .map(|k| k.attribute())
        .zip(values.iter().cloned())
        .collect();
    let one = resource("thing", "one").instance(InstanceKey::None);
    setup.table.set(one, object(&attributes));
    setup
}

/// Whether the first, once all in it is known, may be the second.
fn may_become(open: &Value, known: &Value) -> bool {
    let each = |a: &[Value], b: &[Value]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| may_become(a, b))
    };
    match (open.peel(), known.peel()) {
        (Value::Unknown(u), known) => fits(u, known),
        (Value::List(a), Value::List(b)) => each(&a.items, &b.items),
        (Value::Tuple(a), Value::Tuple(b)) => each(a, b),
        (Value::Object(a), Value::Object(b)) => {
            a.shape() == b.shape() && each(a.values(), b.values())
        }
        (Value::Map(a), Value::Map(b)) => {
            a.entries.keys().eq(b.entries.keys())
                && a.entries
                    .values()
                    .zip(b.entries.values())
                    .all(|(a, b)| may_become(a, b))
        }
        // Elements that are not known may turn out equal to others.
        (Value::Set(a), Value::Set(b)) => {
            b.items().len() <= a.items().len()
                && b.items()
                    .iter()
                    .all(|k| a.items().iter().any(|o| may_become(o, k)))
                && a.items()
                    .iter()
                    .all(|o| b.items().iter().any(|k| may_become(o, k)))
        }
        // Beside something of open type a type is only the likeliest one; what comes of it is converted.
        (a, b) => a == b || convert(a, &b.ty()).is_ok_and(|a| a == *b),
    }
}

fn fits(u: &Unknown, known: &Value) -> bool {
    let r = &u.refinement;
    let within = |n: Number| {
        r.at_least
            .as_ref()
            .is_none_or(|(low, at)| n > *low || n == *low && *at)
            && r.at_most
                .as_ref()
                .is_none_or(|(high, at)| n < *high || n == *high && *at)
    };
    let refined = match known {
        Value::Null(_) => !r.not_null,
        Value::String(s) => r.prefix.as_ref().is_none_or(|p| s.starts_with(&**p)),
        Value::Number(n) => within(n.clone()),
        Value::List(l) => within(l.items.len().into()),
        Value::Set(s) => within(s.items().len().into()),
        Value::Map(m) => within(m.entries.len().into()),
        _ => true,
    };
    // Where a type was open, what comes of it is converted: to a list, say, where a tuple would do.
    let kin = |a: &Type, b: &Type| convertible(a, b) || convertible(b, a);
    refined && (known.is_null() || u.ty.has_dynamic() || kin(&u.ty, &known.ty()))
}

/// Whether somebody who sees no sensitive part could tell the two apart.
fn look_alike(a: &Value, b: &Value) -> bool {
    // Which parts are secret may itself hang on what fails in the arm of a conditional that is not taken.
    if a.marks().is_sensitive() || b.marks().is_sensitive() {
        return true;
    }
    let each = |a: &[Value], b: &[Value]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| look_alike(a, b))
    };
    // That a list is a tuple where such an arm fails gives nothing away.
    if let (Some(a), Some(b)) = (sequence(a), sequence(b)) {
        return each(a, b);
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.shape() == b.shape() && each(a.values(), b.values())
        }
        (Value::Map(a), Value::Map(b)) => {
            a.entries.keys().eq(b.entries.keys())
                && a.entries
                    .values()
                    .zip(b.entries.values())
                    .all(|(a, b)| look_alike(a, b))
        }
        (a, b) => a == b,
    }
}

fn sequence(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(l) => Some(&l.items),
        Value::Set(s) => Some(s.items()),
        Value::Tuple(t) => Some(t),
        _ => None,
    }
}

proptest! {
    // The same expressions each time; another seed or more cases look for others.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(11),
        ..ProptestConfig::with_cases(2000)
    })]

    #[test]
    fn what_is_open_never_contradicts(
        text in any_expression(),
        values in things(),
        how in prop::collection::vec(any::<u8>(), KINDS.len()),
    ) {
        let open: Vec<Value> = values.iter().zip(&how).map(|(v, how)| opened(v, *how)).collect();
        match (setup(&open).eval(&text), setup(&values).eval(&text)) {
            (Ok(before), Ok(after)) => prop_assert!(
                may_become(&before, &after),
                "{text}: {before:?} became {after:?}\nbefore {open:?}\nafter {values:?}"
            ),
            // A left side that turns out to decide lets what is wrong on the right pass, `try` what fails.
            (Err(_), Ok(_)) if text.contains("&&") || text.contains("||") => {}
            (Err(d), Ok(after)) => prop_assert!(
                false,
                "{text}: failed ({}) and became {after:?}\nbefore {open:?}\nafter {values:?}",
                setup(&open).shown(&d)
            ),
            (_, Err(_)) => {}
        }
    }

    #[test]
    fn what_depends_on_a_secret_is_one(
        text in any_expression(),
        values in things(),
        others in things(),
        secret in prop::collection::vec(any::<bool>(), KINDS.len()),
    ) {
        let hidden = |values: &[Value]| -> Vec<Value> {
            let marked = values.iter().zip(&secret).map(|(v, hide)| {
                if *hide { v.clone().mark(Marks::SENSITIVE) } else { v.clone() }
            });
            marked.collect()
        };
        let replaced: Vec<Value> = values.iter().zip(&others).zip(&secret)
            .map(|((v, o), hide)| if *hide { o.clone() } else { v.clone() })
            .collect();
        let (plain, one) = (setup(&values).eval(&text), setup(&hidden(&values)).eval(&text));
        prop_assert_eq!(plain.is_ok(), one.is_ok(), "{}", text);
        let (Ok(plain), Ok(one)) = (plain, one) else { return Ok(()) };
        prop_assert_eq!(&plain, &one.clone().unmark_deep().0, "a mark changes no value: {}", text);
        // `try` and `can` tell whether something failed.
        if let Ok(other) = setup(&hidden(&replaced)).eval(&text)
            && !text.contains("try(")
        {
            prop_assert!(
                look_alike(&one, &other),
                "{text}: {one:?} and {other:?}\nfrom {:?}\nand {:?}", hidden(&values), hidden(&replaced)
            );
        }
    }
}
