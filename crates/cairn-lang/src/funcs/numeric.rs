//! Decides what the functions of numbers give.

use cairn_value::{Number, Type, Value, ops};
use num_bigint::BigInt;

use super::{Fault, Function, Kind, Returns, any, float, items, number, text};
use crate::eval::EvalContext;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abs", &[number("num")], Returns::Number, |_, a| {
        Ok(Value::Number(num(a, 0).abs()))
    }),
    Function::new("ceil", &[number("num")], Returns::Number, |_, a| {
        Ok(Value::Number(num(a, 0).ceil()))
    }),
    Function::new("floor", &[number("num")], Returns::Number, |_, a| {
        Ok(Value::Number(num(a, 0).floor()))
    }),
    Function::new(
        "log",
        &[number("num"), number("base")],
        Returns::Number,
        log,
    ),
    Function::new("max", &[], Returns::Number, |_, a| extreme(a, |x, y| x > y))
        .rest(number("numbers")),
    Function::new("min", &[], Returns::Number, |_, a| extreme(a, |x, y| x < y))
        .rest(number("numbers")),
    Function::new(
        "parseint",
        &[any("number"), number("base")],
        Returns::Number,
        parseint,
    ),
    Function::new(
        "pow",
        &[number("num"), number("power")],
        Returns::Number,
        pow,
    ),
    Function::new("signum", &[number("num")], Returns::Number, |_, a| {
        let n = num(a, 0).to_i64().ok_or_else(|| {
            Fault::arg(
                0,
                "value must be a whole number, between -9223372036854775808 and 9223372036854775807",
            )
        })?;
        Ok(Value::int(n.signum()))
    }),
    Function::new("sum", &[any("list")], Returns::Number, sum),
];

fn num(args: &[Value], i: usize) -> &Number {
    match args[i].peel() {
        Value::Number(n) => n,
        _ => &Number::ZERO,
    }
}

fn extreme(args: &[Value], better: fn(&Number, &Number) -> bool) -> Result<Value, Fault> {
    let mut best: Option<&Number> = None;
    for i in 0..args.len() {
        let n = num(args, i);
        if best.is_none_or(|b| better(n, b)) {
            best = Some(n);
        }
    }
    best.map(|n| Value::Number(n.clone()))
        .ok_or_else(|| Fault::call("must pass at least one number"))
}

fn from_float(f: f64) -> Result<Value, Fault> {
    Number::from_f64(f)
        .map(Value::Number)
        .ok_or_else(|| Fault::call("the result is not a number"))
}

fn log(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    from_float(float::ln(num(args, 0).to_f64()) / float::ln(num(args, 1).to_f64()))
}

fn pow(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    from_float(float::pow(num(args, 0).to_f64(), num(args, 1).to_f64()))
}

fn parseint(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let Value::String(_) = args[0].peel() else {
        return Err(Fault::arg(
            0,
            format!(
                "first argument must be a string, not {}",
                args[0].ty().friendly()
            ),
        ));
    };
    let base = match num(args, 1).to_i64() {
        Some(b @ 2..=62) => b as u32,
        _ => {
            return Err(Fault::arg(
                1,
                "base must be a whole number between 2 and 62 inclusive",
            ));
        }
    };
    let digits = text(args, 0);
    let fault = || {
        Fault::arg(
            0,
            format!("cannot parse {digits:?} as a base {base} integer"),
        )
    };
    let (negative, magnitude) = match digits.strip_prefix(['-', '+']) {
        Some(rest) => (digits.starts_with('-'), rest),
        None => (false, digits),
    };
    if magnitude.is_empty() {
        return Err(fault());
    }
    let mut value = BigInt::ZERO;
    for c in magnitude.chars() {
        // Up to base 36 letters of both cases mean the same; above, capitals follow the small ones.
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            'a'..='z' => c as u32 - 'a' as u32 + 10,
            'A'..='Z' if base <= 36 => c as u32 - 'A' as u32 + 10,
            'A'..='Z' => c as u32 - 'A' as u32 + 36,
            _ => return Err(fault()),
        };
        if digit >= base {
            return Err(fault());
        }
        value = value * base + digit;
    }
    Ok(Value::Number(Number::from_bigint(if negative {
        -value
    } else {
        value
    })))
}

fn sum(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let list = args[0].peel();
    if !matches!(list, Value::List(_) | Value::Set(_) | Value::Tuple(_)) {
        return Err(Fault::arg(0, "argument must be list, set, or tuple"));
    }
    let items = items(list);
    let Some((first, rest)) = items.split_first() else {
        return Err(Fault::arg(0, "cannot sum an empty list"));
    };
    let fault = || Fault::arg(0, "argument must be list, set, or tuple of number values");
    let number = |v: &Value| {
        if v.is_null() {
            return Err(fault());
        }
        Kind::Number.convert(v).map_err(|_| fault())
    };
    let mut total = number(first)?;
    for item in rest {
        total = ops::add(&total, &number(item)?).map_err(|e| Fault::call(e.message))?;
    }
    if total.is_unknown() {
        return Ok(Value::unknown_not_null(Type::Number));
    }
    Ok(total)
}
