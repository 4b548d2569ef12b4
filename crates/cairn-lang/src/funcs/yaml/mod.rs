//! Decides what `yamldecode` and `yamlencode` give, by the rules of Terraform.

mod read;
mod scalar;
mod write;

use cairn_value::{Type, Value};

use super::{Fault, Function, Returns, any, string, text};
use crate::eval::EvalContext;

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new(
        "yamldecode",
        &[string("src")],
        Returns::By(|_| Ok(Type::Dynamic)),
        decode,
    ),
    Function::new(
        "yamlencode",
        &[any("value").null().unknown().any_type()],
        Returns::String,
        encode,
    ),
];

fn decode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if text(args, 0).trim_start_matches('\n').starts_with('\t') {
        return Err(Fault::arg(
            0,
            "this is not valid YAML: lines cannot be indented with tabs",
        ));
    }
    read::document(text(args, 0)).map_err(|e| Fault::arg(0, format!("this is not valid YAML: {e}")))
}

fn encode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown_not_null(Type::String));
    }
    write::document(&args[0])
        .map(Value::string)
        .map_err(|e| Fault::arg(0, e))
}
