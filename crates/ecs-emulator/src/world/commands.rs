//! Decides about commands of the Cloud Assistant and their invocations: which there are, on which instances they run, and
//! how they end. Nothing is really run: on a running instance a command succeeds without output, on another one it fails.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, Command as DescribedCommand, CreateCommand, CreateCommandResponse, DeleteCommand,
    DescribeCommands, DescribeCommandsResponse, DescribeInvocations, DescribeInvocationsResponse,
    Invocation as DescribedInvocation, InvokeCommand, InvokeCommandResponse, InvokeInstance,
    StopInvocation,
};

use super::filters::{ecs_tags, has_tags, is, is_like, is_word};
use super::{Command, Context, Invocation, Invoked, Tags, World};
use crate::dispatch::Serve;
use crate::lifecycle::Status;
use crate::page::{Paging, UP_TO_50, cut, select};
use crate::refuse;
use crate::time::Moment;

/// How many commands a region holds.
const PER_REGION: usize = 500;
/// How many instances one InvokeCommand takes.
const PER_INVOCATION: usize = 100;
/// The longest content, in Base64.
const MOST_CONTENT: usize = 24 * 1024;
/// How many parameters of its own a command has.
const MOST_PARAMETERS: usize = 20;
/// How long what was run is remembered: four weeks.
const KEPT_MS: i64 = 28 * 24 * 3600 * 1000;
/// Seconds, where nobody says how long a command may run.
const DEFAULT_TIMEOUT: i64 = 60;

const KINDS: [&str; 3] = ["RunBatScript", "RunPowerShellScript", "RunShellScript"];
const MODES: [&str; 4] = ["Once", "Period", "NextRebootOnly", "EveryReboot"];

fn no_command() -> ApiError {
    refuse::not_found(
        "InvalidCmdId.NotFound",
        "The specified command ID does not exist.",
    )
}

fn no_invocation() -> ApiError {
    refuse::not_found(
        "InvalidInvokeId.NotFound",
        "The specified invoke ID does not exist.",
    )
}

fn tags_of(tags: Vec<ecs_api::types::Tag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// The names between double braces, each once, in order.
fn parameter_names(content: &str) -> Vec<String> {
    let text = BASE64.decode(content).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut names: Vec<String> = Vec::new();
    for piece in text.split("{{").skip(1) {
        let Some((name, _)) = piece.split_once("}}") else {
            continue;
        };
        let name = name.trim();
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if is_name && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The content as an answer has it: Base64, or the text where that is asked for.
fn shown(content: &str, encoding: Option<&String>) -> String {
    let plain = encoding.is_some_and(|e| e.eq_ignore_ascii_case("PlainText"));
    match BASE64.decode(content) {
        Ok(text) if plain => String::from_utf8_lossy(&text).into_owned(),
        _ => content.to_owned(),
    }
}

impl World {
    fn command(&self, context: &Context, id: &str) -> Result<&Command, ApiError> {
        self.tables
            .commands
            .get(id)
            .filter(|command| context.sees(&command.region))
            .ok_or_else(no_command)
    }

    fn describe_command(&self, row: &Command, encoding: Option<&String>) -> DescribedCommand {
        let invocations = self.tables.invocations.iter();
        DescribedCommand {
            command_id: row.id.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            command_content: shown(&row.content, encoding),
            description: row.description.clone(),
            working_dir: row.working_dir.clone(),
            timeout: row.timeout,
            enable_parameter: row.enable_parameter,
            parameter_names: if row.enable_parameter {
                parameter_names(&row.content)
            } else {
                Vec::new()
            },
            provider: "User".to_owned(),
            version: 1,
            latest: true,
            invoke_times: invocations.filter(|i| i.command == row.id).count() as i64,
            creation_time: row.created.to_seconds_text(),
            resource_group_id: row.resource_group.clone(),
            tags: ecs_tags(&row.tags),
        }
    }
}

/// What has become of one instance of an invocation.
fn instance_status(row: &Invocation, invoked: &Invoked, now: Moment) -> &'static str {
    match row {
        _ if !invoked.error.is_empty() => "Failed",
        _ if invoked.stopped.is_some() => "Stopped",
        _ if row.repeat_mode != "Once" => "Scheduled",
        _ if now < row.ends => "Running",
        _ => "Success",
    }
}

/// What has become of the whole.
fn status(row: &Invocation, now: Moment) -> &'static str {
    let all: Vec<_> = row
        .instances
        .iter()
        .map(|i| instance_status(row, i, now))
        .collect();
    let any = |word: &str| all.contains(&word);
    match () {
        () if all.iter().all(|s| *s == "Failed") => "Failed",
        () if any("Running") => "Running",
        () if any("Scheduled") => "Scheduled",
        () if any("Failed") => "PartialFailed",
        () if any("Stopped") => "Stopped",
        () => "Success",
    }
}

/// The older word for a status.
fn older(status: &'static str) -> &'static str {
    match status {
        "Scheduled" => "Running",
        "Success" => "Finished",
        other => other,
    }
}

fn describe_instance(row: &Invocation, invoked: &Invoked, now: Moment) -> InvokeInstance {
    let status = instance_status(row, invoked, now);
    let when = |is: bool, moment: Moment| {
        if is {
            moment.to_seconds_text()
        } else {
            String::new()
        }
    };
    let ran = matches!(status, "Running" | "Success" | "Scheduled" | "Stopped");
    InvokeInstance {
        instance_id: invoked.instance.clone(),
        instance_invoke_status: older(status).to_owned(),
        invocation_status: status.to_owned(),
        creation_time: row.created.to_seconds_text(),
        start_time: when(ran, row.created),
        finish_time: when(status == "Success", row.ends),
        stop_time: invoked
            .stopped
            .map_or_else(String::new, Moment::to_seconds_text),
        repeats: i64::from(status == "Success"),
        timed: row.repeat_mode == "Period",
        error_code: invoked.error.clone(),
        error_info: if invoked.error.is_empty() {
            String::new()
        } else {
            "the instance is not in running status".to_owned()
        },
        ..InvokeInstance::default()
    }
}

impl Serve<CreateCommand> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateCommand,
    ) -> Result<CreateCommandResponse, ApiError> {
        if !KINDS.contains(&op.kind.as_str()) {
            return Err(refuse::not_found(
                "InvalidCmdType.NotFound",
                "The specified command type does not exist.",
            ));
        }
        if op.name.chars().count() > 128 {
            return Err(refuse::forbidden(
                "CmdName.ExceedLimit",
                "The length of the command name exceeds the upper limit.",
            ));
        }
        let plain = op
            .content_encoding
            .is_some_and(|e| e.eq_ignore_ascii_case("PlainText"));
        let content = if plain {
            BASE64.encode(op.command_content)
        } else {
            op.command_content
        };
        if BASE64.decode(&content).is_err() {
            return Err(refuse::forbidden(
                "CmdContent.DecodeError",
                "The CommandContent cannot be decoded by Base64.",
            ));
        }
        if content.len() > MOST_CONTENT {
            return Err(refuse::forbidden(
                "CmdContent.ExceedLimit",
                "The length of the CommandContent exceeds the upper limit.",
            ));
        }
        let enable_parameter = op.enable_parameter == Some(true);
        if enable_parameter && parameter_names(&content).len() > MOST_PARAMETERS {
            return Err(refuse::forbidden(
                "CmdParamCount.ExceedLimit",
                "The number of command parameters exceeds the upper limit.",
            ));
        }
        let commands = self.tables.commands.iter();
        if commands.filter(|c| c.region == context.region).count() >= PER_REGION {
            return Err(refuse::forbidden(
                "CmdCount.ExceedLimit",
                "The total number of commands in the current region exceeds the limit.",
            ));
        }
        let id = self.next_id("c");
        self.tables.commands.insert(Command {
            id: id.clone(),
            region: context.region.clone(),
            name: op.name,
            kind: op.kind,
            content,
            description: op.description.unwrap_or_default(),
            working_dir: op.working_dir.unwrap_or_default(),
            timeout: op.timeout.unwrap_or(DEFAULT_TIMEOUT),
            enable_parameter,
            created: context.now,
            resource_group: op.resource_group_id.unwrap_or_default(),
            tags: tags_of(op.tags),
        });
        Ok(CreateCommandResponse {
            command_id: id,
            ..CreateCommandResponse::default()
        })
    }
}

impl Serve<DescribeCommands> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeCommands,
    ) -> Result<DescribeCommandsResponse, ApiError> {
        let keep = |row: &Command| {
            context.sees(&row.region)
                && is_like(op.name.as_ref(), &row.name)
                && is(op.kind.as_ref(), &row.kind)
                && is(op.provider.as_ref(), "User")
                && is(op.description.as_ref(), &row.description)
                && is(op.resource_group_id.as_ref(), &row.resource_group)
                && has_tags(&row.tags, &op.tags)
        };
        let ids = op.command_id.filter(|id| !id.is_empty()).map(|id| vec![id]);
        let rows = select(&self.tables.commands, ids.as_deref(), keep);
        let page = cut(
            rows,
            Paging::either(
                op.page_number,
                op.page_size,
                op.next_token.as_deref(),
                op.max_results,
                UP_TO_50,
            )?,
        );
        let encoding = op.content_encoding.as_ref();
        let rows = page.rows.iter();
        Ok(DescribeCommandsResponse {
            commands: rows.map(|r| self.describe_command(r, encoding)).collect(),
            next_token: page.next_token,
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeCommandsResponse::default()
        })
    }
}

impl Serve<DeleteCommand> for World {
    fn serve(&mut self, context: &Context, op: DeleteCommand) -> Result<Acknowledged, ApiError> {
        self.command(context, &op.command_id)?;
        self.tables.commands.remove(&op.command_id);
        Ok(Acknowledged::default())
    }
}

/// How often an invocation runs: as it says, else by a schedule where it has one.
fn repeat_mode(op: &InvokeCommand) -> Result<String, ApiError> {
    let frequency = op.frequency.as_deref().unwrap_or_default();
    let mode = match op.repeat_mode.as_deref().filter(|mode| !mode.is_empty()) {
        Some(mode) if MODES.contains(&mode) => mode,
        Some(_) => return Err(refuse::invalid("RepeatMode", "there is no such mode")),
        None if op.timed == Some(true) || !frequency.is_empty() => "Period",
        None => "Once",
    };
    if mode == "Period" {
        if frequency.is_empty() {
            return Err(refuse::missing("Frequency"));
        }
        let is_schedule = (frequency.starts_with("rate(") || frequency.starts_with("at("))
            && frequency.ends_with(')')
            || frequency.split_whitespace().count() >= 6;
        if !is_schedule {
            return Err(refuse::bad(
                "InvalidParameter.Frequency",
                "The specified frequency is invalid.",
            ));
        }
    }
    Ok(mode.to_owned())
}

impl Serve<InvokeCommand> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: InvokeCommand,
    ) -> Result<InvokeCommandResponse, ApiError> {
        let command = self.command(context, &op.command_id)?.clone();
        if op.instance_ids.is_empty() {
            return Err(refuse::missing("InstanceId.1"));
        }
        if op.instance_ids.len() > PER_INVOCATION {
            return Err(refuse::forbidden(
                "NumberExceed.InstanceIds",
                "The number of instances exceeds the upper limit.",
            ));
        }
        let repeat_mode = repeat_mode(&op)?;
        let parameters = op.parameters.unwrap_or_else(|| "{}".to_owned());
        if !serde_json::from_str::<serde_json::Value>(&parameters).is_ok_and(|p| p.is_object()) {
            return Err(refuse::invalid("Parameters", "it is no JSON object"));
        }
        let mut instances = Vec::new();
        for id in op.instance_ids {
            let instance = self.instance(context, &id).map_err(|_| {
                refuse::not_found(
                    "InvalidInstance.NotFound",
                    "The specified instances do not exist.",
                )
            })?;
            let error = match instance.status(context.now) {
                Status::Running => String::new(),
                _ => "InstanceNotRunning".to_owned(),
            };
            instances.push(Invoked {
                instance: id,
                error,
                stopped: None,
            });
        }
        let old: Vec<String> = self
            .tables
            .invocations
            .iter()
            .filter(|row| row.ends.plus_millis(KEPT_MS) < context.now)
            .map(|row| row.id.clone())
            .collect();
        for id in old {
            self.tables.invocations.remove(&id);
        }
        let user = match command.kind.as_str() {
            "RunShellScript" => "root",
            _ => "System",
        };
        let id = self.next_id("t");
        self.tables.invocations.insert(Invocation {
            id: id.clone(),
            region: context.region.clone(),
            command: command.id,
            name: command.name,
            kind: command.kind,
            content: command.content,
            description: command.description,
            working_dir: command.working_dir,
            timeout: op.timeout.unwrap_or(command.timeout),
            repeat_mode,
            frequency: op.frequency.unwrap_or_default(),
            parameters,
            username: op
                .username
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| user.to_owned()),
            instances,
            created: context.now,
            ends: context.now.plus_millis(self.delays.network.into()),
            resource_group: op.resource_group_id.unwrap_or_default(),
            tags: tags_of(op.tags),
        });
        Ok(InvokeCommandResponse {
            invoke_id: id,
            ..InvokeCommandResponse::default()
        })
    }
}

impl Serve<DescribeInvocations> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeInvocations,
    ) -> Result<DescribeInvocationsResponse, ApiError> {
        let now = context.now;
        let on = |row: &Invocation| {
            let wanted = op.instance_id.as_ref();
            row.instances.iter().any(|i| is(wanted, &i.instance))
        };
        let keep = |row: &Invocation| {
            context.sees(&row.region)
                && is(op.command_id.as_ref(), &row.command)
                && is_like(op.command_name.as_ref(), &row.name)
                && is(op.command_type.as_ref(), &row.kind)
                && is(op.repeat_mode.as_ref(), &row.repeat_mode)
                && is_word(op.invoke_status.as_ref(), older(status(row, now)))
                && op
                    .timed
                    .is_none_or(|timed| timed == (row.repeat_mode == "Period"))
                && is(op.resource_group_id.as_ref(), &row.resource_group)
                && has_tags(&row.tags, &op.tags)
                && on(row)
        };
        let id = op.invoke_id.as_ref().filter(|id| !id.is_empty());
        let ids = id.map(|id| vec![id.clone()]);
        let rows = select(&self.tables.invocations, ids.as_deref(), keep);
        let page = cut(
            rows,
            Paging::either(
                op.page_number,
                op.page_size,
                op.next_token.as_deref(),
                op.max_results,
                UP_TO_50,
            )?,
        );
        let describe = |row: &Invocation| {
            let status = status(row, now);
            let instances = row.instances.iter();
            DescribedInvocation {
                invoke_id: row.id.clone(),
                command_id: row.command.clone(),
                command_name: row.name.clone(),
                command_type: row.kind.clone(),
                command_content: shown(&row.content, op.content_encoding.as_ref()),
                command_description: row.description.clone(),
                parameters: row.parameters.clone(),
                repeat_mode: row.repeat_mode.clone(),
                timed: row.repeat_mode == "Period",
                frequency: row.frequency.clone(),
                timeout: row.timeout,
                username: row.username.clone(),
                working_dir: row.working_dir.clone(),
                invoke_status: older(status).to_owned(),
                invocation_status: status.to_owned(),
                creation_time: row.created.to_seconds_text(),
                invoke_instances: instances.map(|i| describe_instance(row, i, now)).collect(),
                resource_group_id: row.resource_group.clone(),
                tags: ecs_tags(&row.tags),
            }
        };
        Ok(DescribeInvocationsResponse {
            invocations: page.rows.iter().map(|row| describe(row)).collect(),
            next_token: page.next_token,
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeInvocationsResponse::default()
        })
    }
}

impl Serve<StopInvocation> for World {
    fn serve(&mut self, context: &Context, op: StopInvocation) -> Result<Acknowledged, ApiError> {
        let mut row = self
            .tables
            .invocations
            .get(&op.invoke_id)
            .filter(|row| context.sees(&row.region))
            .ok_or_else(no_invocation)?
            .clone();
        let running: Vec<bool> = row
            .instances
            .iter()
            .map(|i| {
                let status = instance_status(&row, i, context.now);
                matches!(status, "Running" | "Scheduled")
            })
            .collect();
        for (invoked, running) in row.instances.iter_mut().zip(running) {
            let named = op.instance_ids.is_empty() || op.instance_ids.contains(&invoked.instance);
            if running && named {
                invoked.stopped = Some(context.now);
            }
        }
        self.tables.invocations.insert(row);
        Ok(Acknowledged::default())
    }
}
