//! Decides what key pairs are, `alicloud_key_pair` and `alicloud_ecs_key_pair`, one under two names: made by the cloud, whose
//! answer has the private key once and never again, or imported from a public key.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path as FilePath;

use cairn_provider::Problem;
use ecs_api::Product;
use serde_json::Value as Json;

use super::PlanContext;
use super::described::{Action, By, Change, Description, FoundAgain, Limits, Part, Read, no_rules};
use super::tags::TagHome;
use crate::describe::wire::{Params, texts};
use crate::describe::{Attr, Check, Fields, Planned, Table, Ty, attr_path};
use crate::listed::{Pages, Query};

/// Key pairs as they are listed.
pub(crate) const KEY_PAIRS: Query = Query {
    action: "DescribeKeyPairs",
    fixed: &[],
    items: "KeyPairs.KeyPair",
    pages: Pages::Numbers(50),
};

/// How a pair is made whose public key is there already.
static IMPORT: Action = Action::new("ImportKeyPair", &[])
    .never_again()
    .filled(chosen_name);

/// The key pair, under one of its names.
pub(super) fn key_pair(ty: &'static str) -> Description {
    use Ty::{Str, StrMap};
    Description {
        ty,
        noun: "key pair",
        product: Product::Ecs,
        table: Table::new(vec![
            Attr::computed("create_time", Str, "When it was made.").field("CreationTime"),
            Attr::computed("finger_print", Str, "Its fingerprint.").field("KeyPairFingerPrint"),
            Attr::optional("key_file", Str, "A file for the private key.")
                .force_new()
                .untold(),
            Attr::either("key_name", Str, "The name.")
                .force_new()
                .conflicts(&["key_pair_name"])
                .deprecated("Use key_pair_name instead.")
                .field("KeyPairName"),
            Attr::optional(
                "key_name_prefix",
                Str,
                "What a name that is chosen begins with.",
            )
            .force_new()
            .check(Check::Len(0, 100))
            .conflicts(&["key_pair_name", "key_name"])
            .untold(),
            Attr::either("key_pair_name", Str, "The name.")
                .force_new()
                .check(Check::Len(2, 128))
                .conflicts(&["key_name"])
                .named("KeyPairName"),
            Attr::optional(
                "public_key",
                Str,
                "A public key to import; without one the cloud makes a pair.",
            )
            .suppress(|d| {
                let trimmed = |v: &cairn_value::Value| v.as_str().map(|s| s.trim().to_owned());
                trimmed(d.old).is_some() && trimmed(d.old) == trimmed(d.new)
            })
            .untold()
            .param("PublicKeyBody"),
            Attr::either("resource_group_id", Str, "The resource group.").named("ResourceGroupId"),
            Attr::optional("tags", StrMap, "Its tags.")
                .param("Tag")
                .field("Tags.Tag"),
        ])
        .timeouts(&["create", "update", "delete"]),
        aliases: &[("key_name", "key_pair_name")],
        id: &[Part::Answer("KeyPairName")],
        create: Action::new("CreateKeyPair", &[])
            .never_again()
            .filled(chosen_name)
            .keeps(keep_private_key)
            .otherwise("public_key", &IMPORT),
        read: Read {
            query: KEY_PAIRS,
            by: By::OneOrAll("KeyPairName"),
            key: &["KeyPairName"],
            name: "KeyPairName",
            alone: &[],
        },
        changes: vec![Change::of(
            Action::new("JoinResourceGroup", &["ResourceId"]).fixed(&[("ResourceType", "keypair")]),
            &[("resource_group_id", "ResourceGroupId")],
        )],
        delete: Action::new("DeleteKeyPairs", &["KeyPairNames"]).as_list(),
        tags: Some(TagHome::Ecs("keypair")),
        ready: None,
        found_again: FoundAgain::ByTag,
        limits: Limits {
            create: 300,
            update: 300,
            delete: 1200,
        },
        validate: no_rules,
        adjust: no_other_key,
    }
}

/// A name where the configuration has none: its prefix and the call's token, so that a lost call leads to the same name.
fn chosen_name(object: Fields<'_>, token: &str, params: &mut Params) {
    if object.str("key_pair_name").is_none() {
        let prefix = object.str("key_name_prefix").unwrap_or("terraform-");
        params.push(("KeyPairName".to_owned(), format!("{prefix}{token}")));
    }
}

/// Writes the private key into the file that is named for it, which its owner alone may read.
fn keep_private_key(object: Fields<'_>, answer: Option<&Json>) -> Option<Problem> {
    let file = object.str("key_file")?;
    let wrong = |detail: String| {
        Problem::error(
            "private-key-not-kept",
            "Private key is not kept",
            format!(
                "{detail} The cloud tells it once only. The key pair is there without it: apply again, which replaces it."
            ),
        )
        .at(attr_path("key_file"))
    };
    let Some(answer) = answer else {
        return Some(wrong(
            "The answer that had the private key was lost.".to_owned(),
        ));
    };
    let key = texts(answer, "PrivateKeyBody").pop().unwrap_or_default();
    write_private(FilePath::new(file), &key)
        .err()
        .map(|e| wrong(format!("The private key cannot be written to {file}: {e}.")))
}

fn write_private(file: &FilePath, key: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(0o600);
        // A file that was there keeps its mode when it is opened.
        if file.exists() {
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    options.open(file)?.write_all(key.as_bytes())
}

/// The key of a pair stays what it is: no API changes or tells it.
fn no_other_key(context: &PlanContext<'_>, planned: &mut Planned) {
    let recorded = context.prior.is_some_and(|p| p.is_set("public_key"));
    if recorded && planned.is_changed("public_key") {
        planned.problems.push(
            Problem::error(
                "key-cannot-change",
                "Key of a key pair cannot be changed",
                "A key pair keeps its public key. Put the old key back, or have the pair replaced (-replace=ADDRESS), and then \
                 the instances that carry it will need the new one.",
            )
            .at(attr_path("public_key")),
        );
    }
}
