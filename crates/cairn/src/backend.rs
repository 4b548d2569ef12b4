//! Decides which backends there are: none named and `local` mean the state beside the configuration; any other is refused, since
//! planning against an empty state would make everything anew that another backend records.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::ModuleTree;

/// What is to be said of the root module's backend.
pub(crate) fn check(tree: &ModuleTree) -> Diagnostics {
    let Some((ty, body)) = &tree.root.config.backend else {
        return Diagnostics::new();
    };
    if &*ty.value != "local" {
        return Diagnostic::error("backend-not-supported", "Backend not supported")
            .detail(format!(
                "The configuration keeps its state in the backend {:?}, which cairn does not have yet. Nothing is read or planned, since what that state records would be made a second time.",
                ty.value
            ))
            .at(ty.span)
            .within("terraform")
            .hint("To start with an empty state in state/<workspace>/ beside the configuration, put `terraform { backend \"local\" {} }` into a file named cairn_override.tf.")
            .into();
    }
    let path = body
        .attributes
        .iter()
        .find(|a| matches!(&*a.name, "path" | "workspace_dir"));
    path.map(|a| {
        Diagnostic::warning("backend-path-unused", "Backend path is not used")
            .detail(format!(
                "cairn keeps the state in state/<workspace>/ beside the configuration; {:?} has no effect, and a state of Terraform's there is not read.",
                a.name
            ))
            .at(a.name_span)
            .within("terraform")
    })
    .into_iter()
    .collect()
}
