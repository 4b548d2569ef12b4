//! What holds for all arguments: what is written can be read, laws of lists, sets and networks, and that nothing is said of
//! an unknown argument that a known one would contradict.

use std::collections::BTreeSet;

use cairn_value::{Name, Type, Value, name};
use proptest::prelude::*;

use super::agrees;
use crate::funcs::{Fault, Kind, find, tables};
use crate::{EvalContext, FileReader};

struct NoFiles;

impl FileReader for NoFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("no file exists at {path:?}"))
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn walk(&self, folder: &str) -> Result<Vec<String>, String> {
        Err(format!("there is no folder {folder}"))
    }
}

fn call(function: &str, args: &[Value]) -> Result<Value, Fault> {
    let context = EvalContext {
        workspace: "default".to_owned(),
        cwd: "/srv".to_owned(),
        root: ".".to_owned(),
        timestamp: "2026-01-02T03:04:05Z".to_owned(),
        files: &NoFiles,
        home: None,
    };
    find(function)
        .unwrap_or_else(|| panic!("there is a function {function}"))
        .call(&context, None, args.to_vec())
}

/// A call that must have a value.
fn value(function: &str, args: &[Value]) -> Value {
    call(function, args).unwrap_or_else(|f| panic!("{function}({args:?}): {}", f.message))
}

fn text(text: &str) -> Value {
    Value::string_nfc(text)
}

fn list(items: &[String]) -> Value {
    Value::list(Type::String, items.iter().map(|s| text(s)).collect())
}

fn int(n: i64) -> Value {
    Value::int(n)
}

/// What JSON, YAML and tfvars can write: no lists, sets and maps, as they are read as tuples and objects.
fn data() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::null()),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::int),
        (any::<i32>(), 0i32..12).prop_map(|(n, e)| {
            let number = cairn_value::Number::parse(&format!("{n}e-{e}"));
            Value::Number(number.expect("digits and an exponent"))
        }),
        words().prop_map(|s| text(&s)),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::tuple),
            prop::collection::vec((words(), inner), 0..5).prop_map(|pairs| {
                let pairs = pairs.into_iter().map(|(k, v)| match text(&k) {
                    Value::String(k) => (k, v),
                    _ => (name(&k), v),
                });
                Value::object(pairs.collect::<Vec<(Name, Value)>>())
            }),
        ]
    })
}

/// Texts, some of which look like something else.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        "[a-c \n\t\r\"'\\\\$%{}:#&*!|>,\\[\\]-]{0,16}",
        "(true|no|~|null|0x1f|1e3|2024-01-02|<|\\.inf|-|: |\\$\\{a\\}|%\\{ if \\}| a|a )",
        "([a-z]{1,9} ){0,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn json_is_read_as_written(v in data()) {
        let written = value("jsonencode", std::slice::from_ref(&v));
        prop_assert_eq!(value("jsondecode", &[written]), v);
    }

    #[test]
    fn yaml_is_read_as_written(v in data()) {
        let written = value("yamlencode", std::slice::from_ref(&v));
        let shown = format!("{written:?}");
        prop_assert_eq!(value("yamldecode", &[written]), v, "{}", shown);
    }

    #[test]
    fn tfvars_are_read_as_written(v in data()) {
        let written = value("provider::terraform::encode_tfvars", &[Value::object([(name("a-1"), v.clone())])]);
        let shown = format!("{written:?}");
        let read = value("provider::terraform::decode_tfvars", &[written]);
        prop_assert_eq!(read, Value::object([(name("a-1"), v)]), "{}", shown);
    }

    #[test]
    fn csv_is_read_as_written(rows in prop::collection::vec(("[a-z ,\"\n]{1,6}", "\\PC{0,4}"), 0..6)) {
        let quoted = |s: &str| format!("\"{}\"", s.replace('"', "\"\""));
        let mut written = String::from("one,\"two \"\"2\"\"\"\r\n");
        for (one, two) in &rows {
            written.push_str(&format!("{},{}\n", quoted(one), quoted(two)));
        }
        let ty = Type::object([(name("one"), Type::String), (name("two \"2\""), Type::String)]);
        let expected = rows.iter().map(|(one, two)| {
            Value::object([(name("one"), text(one)), (name("two \"2\""), text(two))])
        });
        prop_assert_eq!(value("csvdecode", &[text(&written)]), Value::list(ty, expected.collect()));
    }

    #[test]
    fn texts_are_read_as_written(s in words()) {
        let s = text(&s);
        for (write, read) in [
            ("base64encode", "base64decode"),
            ("urlencode", "urldecode"),
            ("base64gzip", "base64gunzip"),
        ] {
            let written = value(write, std::slice::from_ref(&s));
            prop_assert_eq!(value(read, &[written]), s.clone(), "{}", write);
        }
        for charset in ["UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "gb18030"] {
            let written = value("textencodebase64", &[s.clone(), text(charset)]);
            prop_assert_eq!(value("textdecodebase64", &[written, text(charset)]), s.clone(), "{}", charset);
        }
    }

    #[test]
    fn packed_texts_are_unpacked(words in prop::collection::vec("[a-f]{1,12}", 1..40), picks in prop::collection::vec(any::<prop::sample::Index>(), 0..4000)) {
        let s: String = picks.iter().map(|i| i.get(&words).as_str()).collect();
        let packed = value("base64gzip", &[text(&s)]);
        prop_assert_eq!(value("base64gunzip", &[packed]), text(&s));
    }

    #[test]
    fn lists_keep_their_elements(items in prop::collection::vec("[a-d]{0,2}", 0..12), at in any::<prop::sample::Index>(), size in 1i64..5) {
        let l = list(&items);
        let n = items.len() as i64;
        let sorted = value("sort", std::slice::from_ref(&l));
        let mut expected = items.clone();
        expected.sort();
        prop_assert_eq!(&sorted, &list(&expected));
        prop_assert_eq!(value("sort", std::slice::from_ref(&sorted)), sorted.clone());
        let reversed = value("reverse", std::slice::from_ref(&l));
        prop_assert_eq!(value("sort", std::slice::from_ref(&reversed)), sorted);
        prop_assert_eq!(value("reverse", &[reversed]), l.clone());

        let distinct = value("distinct", std::slice::from_ref(&l));
        prop_assert_eq!(value("distinct", std::slice::from_ref(&distinct)), distinct.clone());
        prop_assert_eq!(value("toset", std::slice::from_ref(&distinct)), value("toset", std::slice::from_ref(&l)));
        let unique: BTreeSet<&String> = items.iter().collect();
        prop_assert_eq!(value("length", &[distinct]), int(unique.len() as i64));

        let cut = int(at.index(items.len() + 1) as i64);
        let front = value("slice", &[l.clone(), int(0), cut.clone()]);
        let back = value("slice", &[l.clone(), cut, int(n)]);
        prop_assert_eq!(value("concat", &[front, back]), l.clone());
        let chunks = value("chunklist", &[l.clone(), int(size)]);
        prop_assert_eq!(value("length", std::slice::from_ref(&chunks)), int((n + size - 1) / size));
        if n > 0 {
            let flat = value("flatten", &[chunks]);
            prop_assert_eq!(value("tolist", &[flat]), l.clone());
        }
        let joined = value("join", &[text("|"), l.clone()]);
        if n > 0 {
            prop_assert_eq!(value("split", &[text("|"), joined]), l);
        }
    }

    #[test]
    fn sets_obey_their_laws(a in prop::collection::vec("[a-e]", 0..6), b in prop::collection::vec("[a-e]", 0..6), c in prop::collection::vec("[a-e]", 0..6)) {
        let set = |items: &[String]| value("toset", &[list(items)]);
        let (a, b, c) = (set(&a), set(&b), set(&c));
        let two = |f: &str, x: &Value, y: &Value| value(f, &[x.clone(), y.clone()]);
        for f in ["setunion", "setintersection"] {
            prop_assert_eq!(two(f, &a, &b), two(f, &b, &a));
            prop_assert_eq!(two(f, &two(f, &a, &b), &c), two(f, &a, &two(f, &b, &c)));
            prop_assert_eq!(value(f, &[a.clone(), b.clone(), c.clone()]), two(f, &two(f, &a, &b), &c));
            prop_assert_eq!(two(f, &a, &a), a.clone());
        }
        let (both, only) = (two("setintersection", &a, &b), two("setsubtract", &a, &b));
        prop_assert_eq!(two("setunion", &both, &only), a.clone());
        prop_assert_eq!(two("setintersection", &only, &b), set(&[]));
        let length = |v: &Value| value("length", std::slice::from_ref(v)).as_i64().unwrap();
        prop_assert_eq!(length(&two("setproduct", &a, &b)), length(&a) * length(&b));
        prop_assert_eq!(length(&two("setunion", &a, &b)), length(&only) + length(&b));
    }

    #[test]
    fn maps_are_put_together_again(pairs in prop::collection::btree_map("[a-e]{1,2}", prop::collection::vec("[x-z]", 1..3), 0..5)) {
        let m = Value::map(Type::list(Type::String), pairs.iter().map(|(k, v)| (name(k), list(v))));
        let (keys, values) = (value("keys", std::slice::from_ref(&m)), value("values", std::slice::from_ref(&m)));
        prop_assert_eq!(value("zipmap", &[keys, values]), m.clone());
        prop_assert_eq!(value("merge", &[m.clone(), m.clone()]), m.clone());
        // Turned round twice, only repetitions within a list are lost, and its order.
        let twice = value("transpose", &[value("transpose", std::slice::from_ref(&m))]);
        let unique = Value::map(Type::list(Type::String), pairs.iter().map(|(k, v)| {
            let mut v = v.clone();
            v.sort();
            (name(k), list(&v))
        }));
        prop_assert_eq!(twice, unique);
    }

    #[test]
    fn networks_lie_within_their_prefix(address in any::<u32>(), prefix in 0i64..=22, bits in 1i64..=8, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), v6 in any::<bool>()) {
        let address = std::net::Ipv4Addr::from(address);
        let net = if v6 {
            let wide = address.to_ipv6_compatible().to_bits() << 80;
            format!("{}/{}", std::net::Ipv6Addr::from(wide), prefix + 20)
        } else {
            format!("{address}/{prefix}")
        };
        let net = text(&net);
        let within = |outer: &Value, inner: &Value| value("cidrcontains", &[outer.clone(), inner.clone()]) == Value::Bool(true);
        let (a, b) = (a.index(1 << bits) as i64, b.index(1 << bits) as i64);
        let subnet = |n: i64| value("cidrsubnet", &[net.clone(), int(bits), int(n)]);
        prop_assert!(within(&net, &subnet(a)));
        prop_assert_eq!(within(&subnet(a), &subnet(b)), a == b);
        let last = value("cidrhost", &[subnet(a), int(-1)]);
        prop_assert!(within(&subnet(a), &last));
        prop_assert_eq!(within(&subnet(b), &last), a == b);
        // Subnets given out one after the other do not overlap.
        let row = value("cidrsubnets", &[net.clone(), int(bits + 2), int(bits + 1), int(bits + 2)]);
        let row = match &row {
            Value::List(l) => l.items.clone(),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        let n = row.len();
        prop_assert_eq!(n, 3);
        for i in 0..n {
            prop_assert!(within(&net, &row[i]));
            for j in 0..n {
                prop_assert_eq!(within(&row[i], &row[j]), i == j);
            }
        }
    }
}

/// An argument of a kind: usual, at the edge, or of another kind.
fn argument(kind: Kind) -> BoxedStrategy<Value> {
    let some = |all: &'static [&'static str]| prop::sample::select(all).prop_map(text);
    let texts = prop_oneof![
        some(&["", "a", "b,a", "aab", "10.0.0.0/24", "UTF-8", "1", "true"]),
        some(&[
            "2024-01-02T03:04:05Z",
            "1h",
            "%s",
            "%d-%v",
            "[1]",
            "YQ==",
            "/a/",
            "(a)",
            "YYYY"
        ]),
    ];
    let numbers = prop_oneof![(-2i64..5).prop_map(Value::int), Just(Value::int(16))];
    match kind {
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Number => numbers.boxed(),
        Kind::String => texts.boxed(),
        Kind::Any => {
            let leaf = prop_oneof![texts, numbers, any::<bool>().prop_map(Value::Bool)].boxed();
            prop_oneof![
                leaf.clone(),
                prop::collection::vec(leaf.clone(), 0..4).prop_map(Value::tuple),
                prop::collection::vec(leaf.clone(), 0..4).prop_map(|v| {
                    value(
                        "tolist",
                        &[Value::tuple(
                            v.iter()
                                .map(|i| value("jsonencode", std::slice::from_ref(i)))
                                .collect(),
                        )],
                    )
                }),
                prop::collection::vec(("[a-b]", leaf), 0..3)
                    .prop_map(|v| Value::object(v.into_iter().map(|(k, v)| (name(&k), v)))),
                argument(Kind::Set(&Kind::String)),
                argument(Kind::Map(&Kind::Number)),
                Just(Value::Null(Type::String)),
            ]
            .boxed()
        }
        Kind::List(of) => {
            let ty = of_type(*of);
            prop::collection::vec(argument(*of), 0..4)
                .prop_filter_map("elements of one type", move |v| list_of(&ty, v))
                .boxed()
        }
        Kind::Set(of) => argument(Kind::List(of))
            .prop_map(|l| value("toset", &[l]))
            .boxed(),
        Kind::Map(of) => (argument(Kind::List(of)))
            .prop_map(|l| match &l {
                Value::List(l) => Value::map(
                    l.element.clone(),
                    l.items
                        .iter()
                        .enumerate()
                        .map(|(i, v)| (name(&i.to_string()), v.clone())),
                ),
                other => other.clone(),
            })
            .boxed(),
    }
}

fn of_type(kind: Kind) -> Type {
    match kind {
        Kind::Any => Type::Dynamic,
        Kind::Bool => Type::Bool,
        Kind::Number => Type::Number,
        Kind::String => Type::String,
        Kind::List(of) | Kind::Set(of) | Kind::Map(of) => Type::list(of_type(*of)),
    }
}

fn list_of(ty: &Type, items: Vec<Value>) -> Option<Value> {
    cairn_value::convert(&Value::tuple(items), &Type::list(ty.clone())).ok()
}

/// A function that gives the same each time, and arguments for it.
fn a_call() -> impl Strategy<Value = (&'static str, Vec<Value>)> {
    let all: Vec<&'static str> = tables()
        .flatten()
        .filter(|f| !f.needs_draw())
        .map(|f| f.name)
        .collect();
    (prop::sample::select(all), 0usize..4).prop_flat_map(|(function, more)| {
        let f = find(function).expect("the name is one of a function");
        let more = if f.rest.is_some() { more } else { 0 };
        let args: Vec<_> = f
            .params
            .iter()
            .chain(f.rest.iter().cycle().take(more))
            .map(|p| argument(p.kind))
            .collect();
        (Just(f.name), args)
    })
}

/// The value with one part of it, or all of it, not known.
fn open(value: &Value, pick: prop::sample::Index, typed: bool) -> Value {
    let unknown = |v: &Value| Value::unknown(if typed { v.ty() } else { Type::Dynamic });
    let replaced = |items: &[Value]| {
        let mut items = items.to_vec();
        let i = pick.index(items.len());
        items[i] = Value::unknown(items[i].ty());
        items
    };
    match value {
        Value::List(l) if !typed && !l.items.is_empty() => {
            Value::list(l.element.clone(), replaced(&l.items))
        }
        Value::Tuple(t) if !typed && !t.is_empty() => Value::tuple(replaced(t)),
        Value::Map(m) if !typed && !m.entries.is_empty() => {
            let i = pick.index(m.entries.len());
            Value::map(
                m.element.clone(),
                m.entries.iter().enumerate().map(|(j, (k, v))| {
                    (
                        k.clone(),
                        if i == j {
                            Value::unknown(v.ty())
                        } else {
                            v.clone()
                        },
                    )
                }),
            )
        }
        other => unknown(other),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6000))]

    #[test]
    fn nothing_is_said_that_is_contradicted_later((function, args) in a_call(), which in any::<prop::sample::Index>(), part in any::<prop::sample::Index>(), typed in any::<bool>()) {
        prop_assume!(!args.is_empty());
        let i = which.index(args.len());
        let mut before = args.clone();
        before[i] = open(&args[i], part, typed);
        if let Ok(known) = call(function, &args) {
            match call(function, &before) {
                Ok(said) => prop_assert!(agrees(&said, &known), "{}({:?}): {:?}, then {:?}", function, before, said, known),
                Err(fault) => prop_assert!(false, "{}({:?}): {}, then {:?}", function, before, fault.message, known),
            }
        }
    }
}
