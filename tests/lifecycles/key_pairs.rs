//! The lives of key pairs.

use ecs_api::Product::Ecs;

use super::{PLAIN, Sample};

const PUBLIC_KEY: &str =
    "\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me\"";

pub(super) fn samples() -> Vec<Sample> {
    vec![Sample {
        types: &["alicloud_key_pair", "alicloud_ecs_key_pair"],
        least: &[("key_pair_name", "\"first\"")],
        full: &[
            ("public_key", PUBLIC_KEY),
            ("tags", "{ part = \"a\", owner = \"us\" }"),
        ],
        updates: &[
            &[("tags", "{ part = \"b\" }")],
            &[("resource_group_id", "\"rg-acfmxazb4ph6aiy\"")],
        ],
        replaces: &[
            &[("key_pair_name", "\"second\"")],
            &[("key_name", "\"third\""), ("key_pair_name", "")],
            &[("key_file", "\"third.pem\"")],
        ],
        left: &[
            ("key_name_prefix", "tests/e2e/key_pairs has it"),
            ("public_key", "another one is refused at plan"),
        ],
        never_read: &["public_key", "key_file"],
        drift: Some((
            Ecs,
            "TagResources",
            &[
                ("ResourceType", "keypair"),
                ("ResourceId.1", "ID"),
                ("Tag.1.Key", "part"),
                ("Tag.1.Value", "by-hand"),
            ],
        )),
        lost: (Ecs, "DeleteKeyPairs", &[("KeyPairNames", "[\"third\"]")]),
        ..PLAIN
    }]
}
