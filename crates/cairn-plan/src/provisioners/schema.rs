//! Decides which types of provisioners there are, and what they and their `connection` blocks take.

use std::sync::LazyLock;

use cairn_lang::ProvisionerSchema;
use cairn_model::{AttributeSchema, BlockSchema};
use cairn_value::{Type, name};

/// The types there are.
pub(crate) const TYPES: [&str; 3] = ["local-exec", "remote-exec", "file"];

fn texts() -> Type {
    Type::list(Type::String)
}

fn block(required: &[(&str, Type)], optional: &[(&str, Type)]) -> BlockSchema {
    let required = required
        .iter()
        .map(|(n, t)| (name(n), AttributeSchema::required(t.clone())));
    let optional = optional
        .iter()
        .map(|(n, t)| (name(n), AttributeSchema::optional(t.clone())));
    BlockSchema::new(required.chain(optional), [])
}

static LOCAL_EXEC: LazyLock<BlockSchema> = LazyLock::new(|| {
    block(
        &[("command", Type::String)],
        &[
            ("interpreter", texts()),
            ("working_dir", Type::String),
            ("environment", Type::map(Type::String)),
            ("quiet", Type::Bool),
        ],
    )
});

static REMOTE_EXEC: LazyLock<BlockSchema> = LazyLock::new(|| {
    block(
        &[],
        &[
            ("inline", texts()),
            ("script", Type::String),
            ("scripts", texts()),
        ],
    )
});

static FILE: LazyLock<BlockSchema> = LazyLock::new(|| {
    block(
        &[("destination", Type::String)],
        &[("source", Type::String), ("content", Type::String)],
    )
});

static CONNECTION: LazyLock<BlockSchema> = LazyLock::new(|| {
    let texts = [
        "type",
        "user",
        "password",
        "timeout",
        "script_path",
        "target_platform",
        "private_key",
        "certificate",
        "host_key",
        "agent_identity",
        "proxy_scheme",
        "proxy_host",
        "proxy_user_name",
        "proxy_user_password",
        "bastion_user",
        "bastion_password",
        "bastion_host",
        "bastion_host_key",
        "bastion_private_key",
        "bastion_certificate",
        "cacert",
    ];
    let numbers = ["port", "proxy_port", "bastion_port"];
    let flags = ["agent", "https", "insecure", "use_ntlm"];
    let optional: Vec<(&str, Type)> = texts
        .into_iter()
        .map(|n| (n, Type::String))
        .chain(numbers.into_iter().map(|n| (n, Type::Number)))
        .chain(flags.into_iter().map(|n| (n, Type::Bool)))
        .collect();
    block(&[("host", Type::String)], &optional)
});

/// The schemas of a type of provisioner; nothing where there is none of that name.
pub(crate) fn schema_of_type(ty: &str) -> Option<ProvisionerSchema<'static>> {
    let block: &'static BlockSchema = match ty {
        "local-exec" => &LOCAL_EXEC,
        "remote-exec" => &REMOTE_EXEC,
        "file" => &FILE,
        _ => return None,
    };
    Some(ProvisionerSchema {
        block,
        connection: &CONNECTION,
    })
}
