//! Decides what `alicloud_ecs_command` and `alicloud_ecs_invocation` are: a script of the Cloud Assistant, and a run of it on
//! instances.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cairn_value::Value;
use ecs_api::Product;

use super::described::{
    Action, By, Description, FoundAgain, Limits, Part, Read, Ready, no_adjustment, no_rules,
};
use crate::describe::wire::Form;
use crate::describe::{Attr, Check, Fallback, Table, Ty};
use crate::listed::{Pages, Query};

use Ty::{Bool, Int, Str, StrList, StrMap};

/// The API takes Base64 here.
fn not_base64(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    BASE64
        .decode(text)
        .is_err()
        .then(|| "must be Base64: write base64encode(...) around the script".to_owned())
}

/// The command.
pub(super) fn command() -> Description {
    let table = Table::new(vec![
        Attr::required("command_content", Str, "The script, in Base64.")
            .force_new()
            .check(Check::With(not_base64))
            .named("CommandContent"),
        Attr::optional("description", Str, "A description.")
            .force_new()
            .named("Description"),
        Attr::optional(
            "enable_parameter",
            Bool,
            "Whether the script has parameters: names between double braces.",
        )
        .force_new()
        .fallback(Fallback::Bool(false))
        .named("EnableParameter"),
        Attr::required("name", Str, "The name.")
            .force_new()
            .named("Name"),
        Attr::optional("timeout", Int, "The seconds that it may run.")
            .force_new()
            .fallback(Fallback::Int(60))
            .named("Timeout"),
        Attr::required("type", Str, "What runs it.")
            .force_new()
            .one_of(&["RunBatScript", "RunPowerShellScript", "RunShellScript"])
            .named("Type"),
        Attr::optional("working_dir", Str, "The folder that it runs in.")
            .force_new()
            .named("WorkingDir"),
    ]);
    Description {
        ty: "alicloud_ecs_command",
        noun: "command",
        product: Product::Ecs,
        table,
        aliases: &[],
        id: &[Part::Answer("CommandId")],
        create: Action::new("CreateCommand", &[]).never_again(),
        read: Read {
            query: Query {
                action: "DescribeCommands",
                fixed: &[],
                items: "Commands.Command",
                pages: Pages::Numbers(50),
            },
            by: By::One("CommandId"),
            key: &["CommandId"],
            name: "Name",
            alone: &[],
        },
        changes: Vec::new(),
        delete: Action::new("DeleteCommand", &["CommandId"]),
        tags: None,
        ready: None,
        found_again: FoundAgain::ByTag,
        limits: Limits {
            create: 60,
            update: 60,
            delete: 60,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}

/// The invocation. It is stopped where it is deleted; the cloud keeps it as history.
pub(super) fn invocation() -> Description {
    let table = Table::new(vec![
        Attr::required("command_id", Str, "The command.")
            .force_new()
            .named("CommandId"),
        Attr::optional("frequency", Str, "The schedule of repeat_mode Period.")
            .force_new()
            .suppress(|d| d.wanted.str("repeat_mode") != Some("Period"))
            .named("Frequency"),
        Attr::required("instance_id", StrList, "The instances.")
            .force_new()
            .param("InstanceId")
            .field("InvokeInstances.InvokeInstance.*.InstanceId"),
        Attr::optional("parameters", StrMap, "Values of the command's parameters.")
            .force_new()
            .named("Parameters")
            .form(Form::Json),
        Attr::either("repeat_mode", Str, "When and how often it runs.")
            .force_new()
            .one_of(&["Once", "Period", "NextRebootOnly", "EveryReboot"])
            .named("RepeatMode"),
        Attr::computed("status", Str, "Its state.").field("InvocationStatus"),
        Attr::either("timed", Bool, "Whether it runs by a schedule.")
            .force_new()
            .named("Timed"),
        Attr::either("username", Str, "The user who runs it.")
            .force_new()
            .named("Username"),
        Attr::optional(
            "windows_password_name",
            Str,
            "The parameter that holds that user's password, on Windows.",
        )
        .force_new()
        .param("WindowsPasswordName"),
    ])
    .timeouts(&["create", "delete"]);
    Description {
        ty: "alicloud_ecs_invocation",
        noun: "invocation",
        product: Product::Ecs,
        table,
        aliases: &[],
        id: &[Part::Answer("InvokeId")],
        create: Action::new("InvokeCommand", &[]).never_again(),
        read: Read {
            query: Query {
                action: "DescribeInvocations",
                fixed: &[],
                items: "Invocations.Invocation",
                pages: Pages::Numbers(50),
            },
            by: By::One("InvokeId"),
            key: &["InvokeId"],
            name: "",
            alone: &[],
        },
        changes: Vec::new(),
        delete: Action::new("StopInvocation", &["InvokeId"]).leaves_trace(),
        tags: None,
        ready: Some(Ready {
            field: "InvocationStatus",
            states: &["Success", "Scheduled"],
        }),
        found_again: FoundAgain::ByTag,
        limits: Limits {
            create: 60,
            update: 60,
            delete: 60,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}
