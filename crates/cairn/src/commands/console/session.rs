//! Decides what one input of the console comes to: an expression's value, the help, the end.

use cairn_diag::{Diagnostic, Diagnostics, SourceMap};
use cairn_lang::{Evaluator, Expr, ExprKind, Present, parse_expression};
use cairn_model::ModuleInstance;
use cairn_plan::FinalValues;

use super::HELP;
use crate::clock;
use crate::project::Project;
use crate::settings::Settings;
use crate::view::console::{console, type_lines};

/// What an input came to.
pub(super) enum Reply {
    /// What is to be printed, and what is worth saying besides.
    Text(String, Diagnostics),
    /// It has no value.
    Failed(Diagnostics),
    /// The console shall end.
    End,
}

/// A configuration with values for its resources, ready to be asked.
pub(super) struct Session<'a> {
    evaluator: Evaluator<'a>,
    values: FinalValues,
    sources: SourceMap,
}

impl<'a> Session<'a> {
    pub(super) fn new(project: &'a Project, settings: &Settings, values: FinalValues) -> Self {
        // There is no plan here that plantimestamp() could tell the time of.
        let context = project.context(settings, "");
        let evaluator = Evaluator::new(&project.tree, &project.inputs, context);
        Self {
            evaluator: evaluator.at(Present {
                timestamp: clock::now(),
                seed: clock::random(),
            }),
            values,
            sources: project.sources.clone(),
        }
    }

    /// The configuration's texts and those that were typed, for messages.
    pub(super) fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// What is wrong with the values of the root variables.
    pub(super) fn check_variables(&mut self) -> Diagnostics {
        self.evaluator
            .validate_variables(&ModuleInstance::root(), &self.values)
    }

    /// Answers one input.
    pub(super) fn answer(&mut self, input: &str) -> Reply {
        match input.trim() {
            "" => return Reply::Text(String::new(), Diagnostics::new()),
            "exit" | "quit" => return Reply::End,
            "help" => return Reply::Text(HELP.to_owned(), Diagnostics::new()),
            _ => {}
        }
        let file = self.sources.add("<console>", input);
        let expr = match parse_expression(file, input) {
            Ok(expr) => expr,
            Err(said) => return Reply::Failed(said),
        };
        let typed = type_of(&expr);
        let asked = match typed {
            Some([value]) => value,
            Some(args) => {
                let d = Diagnostic::error("console-type", "Wrong number of function arguments")
                    .detail(format!(
                        "The function type takes 1 argument, but there are {}.",
                        args.len()
                    ))
                    .at(expr.span);
                return Reply::Failed(d.into());
            }
            None => &expr,
        };
        let root = ModuleInstance::root();
        self.evaluator.tick(clock::now());
        let found = self.evaluator.expression(&root, asked, &self.values);
        let mut said = found.diagnostics;
        said.tidy();
        if said.has_errors() {
            return Reply::Failed(said);
        }
        let lines = if typed.is_some() {
            type_lines(&found.value.ty())
        } else {
            console(&found.value)
        };
        Reply::Text(lines.join("\n"), said)
    }
}

/// The arguments of `type`, a function that only the console has, and only around everything else.
fn type_of(expr: &Expr) -> Option<&[Expr]> {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) => type_of(inner),
        ExprKind::Call(call) if &*call.name == "type" => Some(&call.args),
        _ => None,
    }
}
