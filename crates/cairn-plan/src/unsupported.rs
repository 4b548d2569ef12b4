//! Decides what of a resource's block is refused because this version cannot do it. Nothing that is written is passed over in
//! silence.

use cairn_diag::Diagnostic;
use cairn_lang::ResourceConfig;
use cairn_model::ResourceMode;

use crate::messages::block_name;

/// The message for what is not supported yet in a block, if there is anything.
pub(crate) fn unsupported(config: &ResourceConfig) -> Option<Diagnostic> {
    let within = block_name(&config.addr);
    if config.addr.mode == ResourceMode::Ephemeral {
        return Some(
            Diagnostic::error("ephemeral-not-supported", "Ephemeral resources are not supported")
                .detail("This version of cairn does not open ephemeral resources. Use a variable or a data source instead.")
                .at(config.header)
                .within(within),
        );
    }
    let provisioner = config.provisioners.first()?;
    Some(
        Diagnostic::error("provisioner-not-supported", "Provisioners are not supported")
            .detail(format!(
                "This version of cairn does not run provisioners, and does not leave out {:?} in silence. Remove the block, and do its work with user_data or outside of cairn.",
                provisioner.ty.value
            ))
            .at(provisioner.ty.span)
            .within(within),
    )
}
