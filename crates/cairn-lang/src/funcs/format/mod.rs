//! Decides what `format` and `formatlist` give: which argument is for which verb, what is repeated for lists, what is certain
//! where an argument is not known. Verbs are those of Terraform, which are a part of Go's.

mod decimal;
mod parse;
mod verb;

use cairn_value::{Type, Value};

use self::parse::{Piece, Verb, parse};
use self::verb::append;
use super::string::TEXT_LIMIT;
use super::{Fault, Function, Returns, any, items, nfc, string, text};
use crate::eval::EvalContext;

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new(
        "format",
        &[string("format").unknown()],
        Returns::String,
        format_one,
    )
    .rest(any("args").null().unknown()),
    Function::new(
        "formatlist",
        &[string("format").unknown()],
        Returns::StringList,
        format_list,
    )
    .rest(any("args").null().unknown()),
];

fn format_one(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let unknown = || Ok(Value::unknown_not_null(Type::String));
    if args[0].is_unknown() {
        return unknown();
    }
    let format = text(args, 0);
    let pieces = parse(format).map_err(Fault::call)?;
    if args[1..].iter().any(|a| !a.is_wholly_known()) {
        // What comes before the first unknown part is certain.
        let mut prefix = String::new();
        for piece in &pieces {
            match piece {
                Piece::Text(t) => prefix.push_str(t),
                Piece::Verb(v) => match args.get(v.arg) {
                    Some(a) if a.is_wholly_known() => append(v, &mut prefix, a)?,
                    Some(_) => break,
                    None => return Err(missing(v, args.len() - 1)),
                },
            }
        }
        let mut template = cairn_value::ops::Template::default();
        template.push_str(&prefix);
        template
            .push(&Value::unknown_not_null(Type::String))
            .expect("an unknown string can be part of a text");
        return Ok(template.finish());
    }
    render(&pieces, &args[1..]).map(nfc)
}

fn format_list(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let unknown = || Ok(Value::unknown_not_null(Type::list(Type::String)));
    if args[0].is_unknown() {
        return unknown();
    }
    let pieces = parse(text(args, 0)).map_err(Fault::call)?;
    let rest = &args[1..];
    let mut length: Option<(usize, usize)> = None;
    let mut open = false;
    for (i, arg) in rest.iter().enumerate() {
        match arg {
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
                let n = items(arg).len();
                match length {
                    Some((first, wanted)) if wanted != n => {
                        return Err(Fault::arg(
                            i + 1,
                            format!(
                                "argument {} has length {n}, which is inconsistent with argument {} of length {wanted}",
                                i + 1,
                                first + 1
                            ),
                        ));
                    }
                    Some(_) => {}
                    None => length = Some((i, n)),
                }
            }
            Value::Unknown(u) if !u.ty.is_primitive() => open = true,
            _ => {}
        }
    }
    if open {
        return unknown();
    }
    let n = length.map_or(1, |(_, n)| n);
    let mut results = Vec::with_capacity(n);
    for i in 0..n {
        let row: Vec<Value> = rest
            .iter()
            .map(|arg| match arg {
                Value::List(_) | Value::Set(_) | Value::Tuple(_) => items(arg)[i].clone(),
                other => other.clone(),
            })
            .collect();
        if row.iter().all(Value::is_wholly_known) {
            let line = render(&pieces, &row).map_err(|f| Fault {
                message: format!("error on format iteration {i}: {}", f.message),
                ..f
            })?;
            results.push(nfc(line));
        } else {
            results.push(Value::unknown_not_null(Type::String));
        }
    }
    Ok(Value::list(Type::String, results))
}

fn render(pieces: &[Piece<'_>], args: &[Value]) -> Result<String, Fault> {
    let mut out = String::new();
    let mut used = 0;
    for piece in pieces {
        match piece {
            Piece::Text(t) => out.push_str(t),
            Piece::Verb(v) => {
                used = used.max(v.arg);
                let arg = args.get(v.arg - 1).ok_or_else(|| missing(v, args.len()))?;
                append(v, &mut out, arg)?;
            }
        }
        if out.len() > TEXT_LIMIT {
            return Err(Fault::call("the result is too long"));
        }
    }
    if used < args.len() {
        return Err(Fault::arg(
            used + 1,
            match used {
                0 => "too many arguments; no verbs in format string".to_owned(),
                n => format!("too many arguments; only {n} used by format string"),
            },
        ));
    }
    Ok(out)
}

fn missing(verb: &Verb<'_>, have: usize) -> Fault {
    Fault::call(format!(
        "not enough arguments for {:?} at {}: need index {} but have {have} total",
        verb.raw, verb.offset, verb.arg
    ))
}
