//! Tests of every function: what it gives, what it refuses, and how it treats null, unknown and sensitive arguments. Each
//! function has a test of its name; [`every_function_has_a_test`] sees to it.

mod builtin;
mod choose;
mod conversion;
mod datetime;
mod encoding;
mod file;
mod hash;
mod laws;
mod mapping;
mod marks;
mod network;
mod numeric;
mod pattern;
mod search;
mod sequence;
mod sets;
mod text;
mod verbs;

use std::collections::BTreeSet;

use cairn_model::InstanceKey;
use cairn_value::{Marks, Refinement, Type, Value};

use crate::eval::tests::{Setup, object, resource, unknown};

/// Declares the tests of functions: for each its name, the arguments of a call of it that has a value, and what is tried.
macro_rules! functions {
    ($($test:ident $name:literal ($($arg:literal),*) |$t:ident| $body:block)*) => {
        /// The functions that are tested here.
        pub(super) const TESTED: &[&str] = &[$($name),*];
        $(
            #[test]
            fn $test() {
                let mut trial = crate::funcs::tests::Trial::new($name, &[$($arg),*]);
                let $t = &mut trial;
                $body
            }
        )*
    };
}
use functions;

/// Has a resource with an attribute of which nothing is known but its type, a template, and files.
pub(super) fn setup() -> Setup {
    Setup::with_files(&[
        (
            "main.tf",
            "locals {\n  template = \"x is $${x}\"\n  number = 5\n}\nresource \"thing\" \"u\" {}\n",
        ),
        ("hello.txt", "hello"),
        ("sub/a.txt", "a"),
        ("sub/deep/b.txt", "b"),
        ("sub/deep/c.md", "c"),
        ("t.tftpl", "%{ for n in names }<${n}>%{ endfor }"),
        ("self.tftpl", "${templatefile(\"self.tftpl\", {})}"),
    ])
}

/// Tries one function.
pub(super) struct Trial {
    name: &'static str,
    args: &'static [&'static str],
    setup: Setup,
}

impl Trial {
    pub(super) fn new(name: &'static str, args: &'static [&'static str]) -> Self {
        Self {
            name,
            args,
            setup: setup(),
        }
    }

    /// Each call has the value, and the type, of the expression beside it.
    pub(super) fn gives(&mut self, calls: &[(&str, &str)]) -> &mut Self {
        for (call, expected) in calls {
            assert!(call.contains(self.name), "{call} is about {}", self.name);
            let (got, wanted) = (self.setup.value(call), self.setup.value(expected));
            assert_eq!(got, wanted, "{call}");
            assert_eq!(got.ty(), wanted.ty(), "{call}");
        }
        self
    }

    /// Each call fails, and what is said holds the text beside it.
    pub(super) fn refuses(&mut self, calls: &[(&str, &str)]) -> &mut Self {
        for (call, said) in calls {
            assert!(call.contains(self.name), "{call} is about {}", self.name);
            let shown = self.setup.failure(call);
            assert!(shown.contains(said), "{call}: {shown}");
        }
        self
    }

    /// What holds for most functions: null is refused, unknown arguments contradict nothing, marks are kept, the name may
    /// be written with its namespace.
    pub(super) fn is_ordinary(&mut self) -> &mut Self {
        self.refuses_null().contradicts_nothing().keeps_marks()
    }

    /// No argument may be null.
    pub(super) fn refuses_null(&mut self) -> &mut Self {
        for i in 0..self.args.len() {
            let call = self.call(i, "null");
            let shown = self.setup.failure(&call);
            assert!(shown.contains("must not be null"), "{call}: {shown}");
        }
        self
    }

    /// With an argument that is not known yet, the call gives nothing that the known argument would contradict.
    pub(super) fn contradicts_nothing(&mut self) -> &mut Self {
        let whole = self.whole();
        for (i, arg) in self.args.iter().enumerate() {
            for ty in [self.setup.value(arg).ty(), Type::Dynamic] {
                self.setup.table.set(
                    resource("thing", "u").instance(InstanceKey::None),
                    object(&[("v", unknown(ty.clone()))]),
                );
                let call = self.call(i, "thing.u.v");
                let got = self.setup.value(&call);
                assert!(
                    agrees(&got, &whole),
                    "{call}, not known but {ty:?}: {got:?} is not {whole:?}"
                );
            }
        }
        self
    }

    /// With a sensitive argument the result is sensitive, and the same.
    pub(super) fn keeps_marks(&mut self) -> &mut Self {
        let whole = self.whole();
        for (i, arg) in self.args.iter().enumerate() {
            let call = self.call(i, &format!("sensitive({arg})"));
            let got = self.setup.value(&call);
            assert!(got.has_mark(Marks::SENSITIVE), "{call}");
            assert_eq!(got.unmark_deep().0, whole.clone().unmark_deep().0, "{call}");
        }
        self
    }

    /// The value of the call as it was declared, with and without the namespace.
    fn whole(&mut self) -> Value {
        let call = self.call(usize::MAX, "");
        let whole = self.setup.value(&call);
        if !self.name.contains("::") {
            assert_eq!(self.setup.value(&format!("core::{call}")), whole, "{call}");
        }
        whole
    }

    /// The declared call with one argument replaced.
    fn call(&self, replaced: usize, by: &str) -> String {
        let args: Vec<&str> = self
            .args
            .iter()
            .enumerate()
            .map(|(i, arg)| if i == replaced { by } else { *arg })
            .collect();
        format!("{}({})", self.name, args.join(", "))
    }
}

/// Whether a result that may be unknown says nothing else than the known one.
pub(super) fn agrees(partly: &Value, known: &Value) -> bool {
    let parts = |v: &Value| -> Option<Vec<Value>> {
        match v.peel() {
            Value::List(l) => Some(l.items.clone()),
            Value::Tuple(t) => Some(t.to_vec()),
            Value::Map(m) => Some(m.entries.values().cloned().collect()),
            Value::Object(o) => Some(o.iter().map(|(_, v)| v.clone()).collect()),
            _ => None,
        }
    };
    match partly.peel() {
        Value::Unknown(u) => {
            let Refinement {
                not_null, prefix, ..
            } = &u.refinement;
            let starts = prefix
                .as_deref()
                .is_none_or(|p| known.as_str().is_some_and(|s| s.starts_with(p)));
            let typed = u.ty == known.ty() || cairn_value::convertible(&known.ty(), &u.ty);
            typed && starts && !(*not_null && known.is_null())
        }
        // Elements that are not known may turn out to be equal, and take another place.
        Value::Set(some) => {
            let Value::Set(all) = known.peel() else {
                return false;
            };
            all.items().len() <= some.items().len()
                && all
                    .items()
                    .iter()
                    .all(|k| some.items().iter().any(|s| agrees(s, k)))
        }
        bare => match (parts(bare), parts(known)) {
            (Some(some), Some(all)) => {
                some.len() == all.len() && some.iter().zip(&all).all(|(a, b)| agrees(a, b))
            }
            _ => bare == known.peel(),
        },
    }
}

#[test]
fn every_function_has_a_test() {
    let tested: Vec<&str> = [
        builtin::TESTED,
        choose::TESTED,
        conversion::TESTED,
        datetime::TESTED,
        encoding::TESTED,
        file::TESTED,
        hash::TESTED,
        mapping::TESTED,
        marks::TESTED,
        network::TESTED,
        numeric::TESTED,
        pattern::TESTED,
        search::TESTED,
        sequence::TESTED,
        sets::TESTED,
        text::TESTED,
        verbs::TESTED,
    ]
    .concat();
    let once: BTreeSet<&str> = tested.iter().copied().collect();
    assert_eq!(once.len(), tested.len(), "a function is tested twice");
    assert_eq!(once, super::names().collect::<BTreeSet<_>>());
}
