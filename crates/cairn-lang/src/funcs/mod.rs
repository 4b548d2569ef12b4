//! Decides which functions there are, what each takes, and what unknown, null and marked arguments do to a call. What a
//! function does with known arguments is in the files by subject; `try`, `can` and the template functions need the evaluator
//! and are in `eval::call`.

mod charset;
mod codepages;
mod collection;
mod datetime;
mod encoding;
mod filesystem;
mod float;
mod format;
pub(crate) mod gzip;
mod hash;
mod ipnet;
mod numeric;
mod regex;
mod rsa;
mod sensitivity;
pub(crate) mod signature;
mod string;
mod terraform;
mod yaml;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::OnceLock;

use cairn_value::{Marks, Name, Type, Value, convert};

use crate::eval::EvalContext;

pub(crate) use filesystem::read_text;
pub(crate) use terraform::{expression, quoted};

/// What type an argument is converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As it is.
    Any,
    Bool,
    Number,
    String,
    List(&'static Self),
    Set(&'static Self),
    Map(&'static Self),
}

impl Kind {
    fn ty(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(of) => Type::list(of.ty()),
            Self::Set(of) => Type::set(of.ty()),
            Self::Map(of) => Type::map(of.ty()),
        }
    }

    fn convert(self, value: &Value) -> Result<Value, cairn_value::ConvertError> {
        match (self, value) {
            (Self::Any, _)
            | (Self::String, Value::String(_))
            | (Self::Number, Value::Number(_))
            | (Self::Bool, Value::Bool(_)) => Ok(value.clone()),
            _ => convert(value, &self.ty()),
        }
    }
}

/// One parameter of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    takes: u8,
}

/// What a parameter takes besides known, unmarked values that are not null.
const NULL: u8 = 1;
const UNKNOWN: u8 = 2;
const MARKED: u8 = 4;
const ANY_TYPE: u8 = 8;

impl Param {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            takes: 0,
        }
    }

    const fn with(self, more: u8) -> Self {
        Self {
            takes: self.takes | more,
            ..self
        }
    }

    /// Null is handed to the function.
    const fn null(self) -> Self {
        self.with(NULL)
    }

    /// Unknown values are handed to the function.
    const fn unknown(self) -> Self {
        self.with(UNKNOWN)
    }

    /// Marked values are handed to the function, which puts the marks where they belong.
    const fn marked(self) -> Self {
        self.with(MARKED)
    }

    /// Values of which not even the type is known are handed to the function.
    const fn any_type(self) -> Self {
        self.with(ANY_TYPE)
    }

    const fn takes(&self, what: u8) -> bool {
        self.takes & what != 0
    }
}

const fn any(name: &'static str) -> Param {
    Param::new(name, Kind::Any)
}
const fn string(name: &'static str) -> Param {
    Param::new(name, Kind::String)
}
const fn number(name: &'static str) -> Param {
    Param::new(name, Kind::Number)
}
const fn list_of(name: &'static str, of: &'static Kind) -> Param {
    Param::new(name, Kind::List(of))
}
const fn set_of(name: &'static str, of: &'static Kind) -> Param {
    Param::new(name, Kind::Set(of))
}
const fn map_of(name: &'static str, of: &'static Kind) -> Param {
    Param::new(name, Kind::Map(of))
}

/// What type a call's result has where it is not known yet.
#[derive(Clone, Copy)]
pub(crate) enum Returns {
    Bool,
    Number,
    String,
    StringList,
    NumberList,
    /// Found out from the arguments, known or not.
    By(fn(&[Value]) -> Result<Type, Fault>),
    /// The same, of something in an argument, which may be null.
    Part(fn(&[Value]) -> Result<Type, Fault>),
}

/// What a function does with its arguments.
type Body = fn(&EvalContext<'_>, &[Value]) -> Result<Value, Fault>;

/// What a function does that gives something else each time: nothing before the apply.
type Now = fn(&Draw, &[Value]) -> Result<Value, Fault>;

/// What is drawn for one call of a function that gives something else each time.
pub(crate) struct Draw {
    /// The time of the apply.
    pub(crate) timestamp: String,
    /// Not drawn before.
    pub(crate) random: [u8; 16],
}

#[derive(Clone, Copy)]
enum Act {
    Always(Body),
    Now(Now),
}

/// A function.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) params: &'static [Param],
    pub(crate) rest: Option<Param>,
    returns: Returns,
    act: Act,
}

impl Function {
    const fn new(
        name: &'static str,
        params: &'static [Param],
        returns: Returns,
        body: Body,
    ) -> Self {
        Self {
            name,
            params,
            rest: None,
            returns,
            act: Act::Always(body),
        }
    }

    /// One that gives something else each time.
    const fn now(name: &'static str, params: &'static [Param], returns: Returns, now: Now) -> Self {
        Self {
            name,
            params,
            rest: None,
            returns,
            act: Act::Now(now),
        }
    }

    /// Whether it gives something else each time.
    pub(crate) fn needs_draw(&self) -> bool {
        matches!(self.act, Act::Now(_))
    }

    const fn rest(mut self, param: Param) -> Self {
        self.rest = Some(param);
        self
    }

    /// The parameter that an argument is for.
    pub(crate) fn param(&self, i: usize) -> Option<&Param> {
        self.params.get(i).or(self.rest.as_ref())
    }
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The argument at fault, from 0; the call as a whole where there is none.
    pub(crate) arg: Option<usize>,
    /// Why, without a period.
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn call(message: impl Into<String>) -> Self {
        Self {
            arg: None,
            message: message.into(),
        }
    }

    pub(crate) fn arg(arg: usize, message: impl Into<String>) -> Self {
        Self {
            arg: Some(arg),
            message: message.into(),
        }
    }
}

/// A function by its name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: OnceLock<HashMap<&'static str, &'static Function>> = OnceLock::new();
    BY_NAME
        .get_or_init(|| tables().flatten().map(|f| (f.name, f)).collect())
        .get(name)
        .copied()
}

fn tables() -> impl Iterator<Item = &'static [Function]> {
    [
        string::FUNCTIONS,
        numeric::FUNCTIONS,
        encoding::FUNCTIONS,
        gzip::FUNCTIONS,
        charset::FUNCTIONS,
        yaml::FUNCTIONS,
        rsa::FUNCTIONS,
        terraform::FUNCTIONS,
        format::FUNCTIONS,
        regex::FUNCTIONS,
        hash::FUNCTIONS,
        filesystem::FUNCTIONS,
        sensitivity::FUNCTIONS,
        ipnet::FUNCTIONS,
        datetime::FUNCTIONS,
    ]
    .into_iter()
    .chain(collection::TABLES)
}

/// Names of functions that the evaluator itself carries out.
pub(crate) const SPECIAL: [&str; 5] = ["can", "convert", "templatefile", "templatestring", "try"];

/// The names of all functions, in no order.
pub fn names() -> impl Iterator<Item = &'static str> {
    tables().flatten().map(|f| f.name).chain(SPECIAL)
}

impl Function {
    /// Calls it. The number of arguments has been checked. Without a draw the result of one that needs it is unknown.
    pub(crate) fn call(
        &self,
        context: &EvalContext<'_>,
        draw: Option<&Draw>,
        mut args: Vec<Value>,
    ) -> Result<Value, Fault> {
        let mut marks = Marks::NONE;
        let mut unknown = false;
        let mut untyped = false;
        for (i, arg) in args.iter_mut().enumerate() {
            let param = self.param(i).expect("the number of arguments was checked");
            if !matches!(
                (param.kind, &*arg),
                (Kind::String, Value::String(_))
                    | (Kind::Number, Value::Number(_))
                    | (Kind::Bool, Value::Bool(_))
            ) && param.kind != Kind::Any
            {
                *arg = param
                    .kind
                    .convert(arg)
                    .map_err(|e| Fault::arg(i, e.to_string()))?;
            }
            if !param.takes(MARKED) && !is_plain(arg) && arg.has_marks() {
                let (bare, found) = std::mem::replace(arg, Value::Bool(false)).unmark_deep();
                marks = found.iter().fold(marks, |m, (_, n)| m.union(*n));
                *arg = bare;
            }
            let bare = arg.peel();
            match bare {
                Value::Null(_) if !param.takes(NULL) => {
                    return Err(Fault::arg(i, "argument must not be null"));
                }
                Value::Unknown(_) if !param.takes(UNKNOWN) => {
                    unknown = true;
                    if param.takes(MARKED) {
                        marks = marks.union(arg.marks());
                    }
                }
                _ => {}
            }
            if param.kind == Kind::Any
                && !param.takes(ANY_TYPE)
                && let Value::Null(ty) = bare
                && *ty == Type::Dynamic
            {
                untyped = true;
            }
            if param.kind == Kind::Any
                && !param.takes(ANY_TYPE)
                && let Value::Unknown(u) = bare
                && u.ty == Type::Dynamic
            {
                untyped = true;
            }
        }
        if untyped {
            return Ok(Value::unknown(Type::Dynamic).mark(marks));
        }
        if unknown || self.needs_draw() && draw.is_none() {
            return Ok(match self.return_type(&args)? {
                Type::Dynamic => Value::unknown(Type::Dynamic),
                ty if matches!(self.returns, Returns::Part(_)) => Value::unknown(ty),
                ty => Value::unknown_not_null(ty),
            }
            .mark(marks));
        }
        let result = match (self.act, draw) {
            (Act::Always(body), _) => body(context, &args),
            (Act::Now(now), Some(draw)) => now(draw, &args),
            (Act::Now(_), None) => unreachable!("its result is unknown without a draw"),
        };
        match result {
            Ok(value) => Ok(value.mark(marks)),
            // The reason may quote an argument, or what was made of it.
            Err(fault)
                if marks.is_sensitive() || args.iter().any(|a| a.has_mark(Marks::SENSITIVE)) =>
            {
                Err(Fault {
                    message:
                        "it is not accepted; why is not said, as the call has a sensitive value"
                            .to_owned(),
                    ..fault
                })
            }
            Err(fault) => Err(fault),
        }
    }

    fn return_type(&self, args: &[Value]) -> Result<Type, Fault> {
        Ok(match self.returns {
            Returns::Bool => Type::Bool,
            Returns::Number => Type::Number,
            Returns::String => Type::String,
            Returns::StringList => Type::list(Type::String),
            Returns::NumberList => Type::list(Type::Number),
            Returns::By(f) | Returns::Part(f) => f(args)?,
        })
    }

    /// The type of an unknown result, where it does not depend on the arguments.
    pub(crate) fn fixed_return(&self) -> Type {
        match self.returns {
            Returns::By(_) | Returns::Part(_) => Type::Dynamic,
            _ => self.return_type(&[]).unwrap_or(Type::Dynamic),
        }
    }
}

fn is_plain(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

// What the functions share to read their arguments, which have been converted by the time they see them.

fn text(args: &[Value], i: usize) -> &str {
    args[i].as_str().unwrap_or_default()
}

fn whole(args: &[Value], i: usize) -> Result<i64, Fault> {
    args[i]
        .as_i64()
        .ok_or_else(|| Fault::arg(i, "a whole number is required"))
}

/// The elements of a list, set or tuple.
fn items(value: &Value) -> &[Value] {
    match value.peel() {
        Value::List(l) => &l.items,
        Value::Set(s) => s.items(),
        Value::Tuple(t) => t,
        _ => &[],
    }
}

/// The keys and elements of a map or object, in order.
fn entries(value: &Value) -> Vec<(Name, Value)> {
    match value.peel() {
        Value::Map(m) => m
            .entries
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
        Value::Object(o) => o.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        _ => Vec::new(),
    }
}

fn strings(items: impl IntoIterator<Item = impl AsRef<str>>) -> Value {
    Value::list(
        Type::String,
        items.into_iter().map(Value::string_nfc).collect(),
    )
}

fn nfc(text: impl AsRef<str>) -> Value {
    Value::string_nfc(text)
}
