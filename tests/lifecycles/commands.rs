//! The life of a command of the Cloud Assistant. (An invocation stays listed for good, so it has a test of its own.)

use ecs_api::Product::Ecs;

use super::{PLAIN, Sample};

pub(super) fn samples() -> Vec<Sample> {
    vec![Sample {
        types: &["alicloud_ecs_command"],
        least: &[
            ("name", "\"first\""),
            ("command_content", "base64encode(\"ls -l\")"),
            ("type", "\"RunShellScript\""),
        ],
        full: &[
            ("description", "\"of the test\""),
            ("working_dir", "\"/root\""),
            ("timeout", "120"),
            ("enable_parameter", "true"),
        ],
        replaces: &[
            &[("name", "\"second\"")],
            &[("command_content", "base64encode(\"ls -l {{folder}}\")")],
            &[("type", "\"RunPowerShellScript\"")],
            &[("description", "\"of another test\"")],
            &[("working_dir", "\"/tmp\"")],
            &[("timeout", "60")],
            &[("enable_parameter", "false")],
        ],
        refused: &[("command_content", "\"ls -l\"")],
        lost: (Ecs, "DeleteCommand", &[("CommandId", "ID")]),
        ..PLAIN
    }]
}
