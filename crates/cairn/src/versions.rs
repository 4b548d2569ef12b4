//! Decides what is said where a configuration asks for other versions of the provider than the one whose schema is built in: a
//! warning, once for each place, since there is no other to be had.

use std::collections::BTreeSet;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{ModuleTree, Version, VersionConstraints};
use cairn_provider_alicloud::AlicloudProvider;

/// Constraints that the built-in version does not satisfy.
pub(crate) fn conflicts(tree: &ModuleTree) -> Diagnostics {
    let ours = AlicloudProvider::SCHEMA_VERSION;
    let mut said = Diagnostics::new();
    let Some(version) = Version::parse(ours) else {
        return said;
    };
    let mut seen = BTreeSet::new();
    for node in tree.walk() {
        let required = node.config.required_providers.values();
        let of_provider = required.filter(|r| &*r.source.ty == "alicloud");
        for wanted in of_provider.flat_map(|r| &r.versions) {
            let admitted =
                VersionConstraints::parse(&wanted.value).is_none_or(|c| c.admit(&version));
            if !admitted && seen.insert(wanted.span) {
                said.push(
                    Diagnostic::warning("provider-version", "Another version of the provider")
                        .detail(format!(
                            "The configuration asks for {} of the alicloud provider. Built in are the types of version {ours}, as far \
                             as they go, and the configuration is read with these.",
                            wanted.value
                        ))
                        .at(wanted.span)
                        .within("terraform"),
                );
            }
        }
    }
    said
}
