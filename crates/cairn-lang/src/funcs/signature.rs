//! Decides how functions are described to other tools: names and types of parameters, and the type of the result.

use cairn_value::Type;

use super::{Function, NULL, Param, tables};

/// What a call of a function takes and gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The function's name.
    pub name: &'static str,
    /// The parameters that must be given.
    pub parameters: Vec<Parameter>,
    /// The parameter that any number of further arguments are for.
    pub rest: Option<Parameter>,
    /// The type of the result; dynamic where it depends on the arguments.
    pub returns: Type,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What arguments are converted to; dynamic where they are not.
    pub ty: Type,
    /// Null may be given.
    pub is_nullable: bool,
}

impl From<&Param> for Parameter {
    fn from(param: &Param) -> Self {
        Self {
            name: param.name,
            ty: param.kind.ty(),
            is_nullable: param.takes(NULL),
        }
    }
}

impl From<&Function> for Signature {
    fn from(function: &Function) -> Self {
        Self {
            name: function.name,
            parameters: function.params.iter().map(Parameter::from).collect(),
            rest: function.rest.as_ref().map(Parameter::from),
            returns: function.fixed_return(),
        }
    }
}

/// Every function, in the order of the names. Those of providers (`provider::terraform::…`) are not among them.
pub fn signatures() -> Vec<Signature> {
    let any = |name| Parameter {
        name,
        ty: Type::Dynamic,
        is_nullable: false,
    };
    let text = |name| Parameter {
        ty: Type::String,
        ..any(name)
    };
    // Those that the evaluator carries out take expressions, not values.
    let special = |name, parameters: &[Parameter], rest, returns| Signature {
        name,
        parameters: parameters.to_vec(),
        rest,
        returns,
    };
    let mut all: Vec<Signature> = tables()
        .flatten()
        .filter(|f| !f.name.contains("::"))
        .map(Signature::from)
        .chain([
            special("can", &[any("expression")], None, Type::Bool),
            special("convert", &[any("value"), any("type")], None, Type::Dynamic),
            special(
                "templatefile",
                &[text("path"), any("vars")],
                None,
                Type::Dynamic,
            ),
            special(
                "templatestring",
                &[text("template"), any("vars")],
                None,
                Type::Dynamic,
            ),
            special("try", &[], Some(any("expressions")), Type::Dynamic),
        ])
        .collect();
    all.sort_unstable_by_key(|s| s.name);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_one() {
        let mut names: Vec<&str> = super::super::names()
            .filter(|n| !n.contains("::"))
            .collect();
        names.sort_unstable();
        let described: Vec<&str> = signatures().iter().map(|s| s.name).collect();
        assert_eq!(described, names);
    }

    #[test]
    fn types_are_those_of_the_parameters() {
        let all = signatures();
        let of = |name| all.iter().find(|s| s.name == name).expect(name);
        let abs = of("abs");
        assert_eq!(abs.parameters[0].ty, Type::Number);
        assert_eq!(abs.returns, Type::Number);
        assert_eq!(
            of("format").rest.as_ref().map(|p| p.is_nullable),
            Some(true)
        );
    }
}
