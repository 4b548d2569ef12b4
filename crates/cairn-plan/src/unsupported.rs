//! Decides what of a resource's block is refused because this version cannot do it. Nothing that is written is passed over in
//! silence.

use cairn_diag::Diagnostic;
use cairn_lang::ResourceConfig;
use cairn_model::ResourceMode;

use crate::messages::block_name;

/// The message for what is not supported yet in a block, if there is anything.
pub(crate) fn unsupported(config: &ResourceConfig) -> Option<Diagnostic> {
    (config.addr.mode == ResourceMode::Ephemeral).then(|| {
        Diagnostic::error("ephemeral-not-supported", "Ephemeral resources are not supported")
            .detail("This version of cairn does not open ephemeral resources. Use a variable or a data source instead.")
            .at(config.header)
            .within(block_name(&config.addr))
    })
}
