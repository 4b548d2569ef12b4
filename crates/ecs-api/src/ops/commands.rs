//! Cloud Assistant: commands, and their invocations on instances.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::types::{Tag, TagFilter, TagItem, listed};

operations! {
    /// The content is Base64 unless `ContentEncoding` is `PlainText`.
    CreateCommand(Ecs, Never) -> CreateCommandResponse {
        region_id: String,
        name: String,
        kind as "Type": String,
        command_content: String,
        content_encoding: Option<String>,
        description: Option<String>,
        working_dir: Option<String>,
        timeout: Option<i64>,
        enable_parameter: Option<bool>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
    }

    /// 50 a page at most.
    DescribeCommands(Ecs, ByNature) -> DescribeCommandsResponse {
        region_id: String,
        command_id: Option<String>,
        name: Option<String>,
        kind as "Type": Option<String>,
        provider: Option<String>,
        description: Option<String>,
        content_encoding: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    DeleteCommand(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        command_id: String,
    }

    /// At most 100 instances; `Parameters` is a JSON object.
    InvokeCommand(Ecs, Never) -> InvokeCommandResponse {
        region_id: String,
        command_id: String,
        instance_ids as "InstanceId": Vec<String>,
        repeat_mode: Option<String>,
        timed: Option<bool>,
        frequency: Option<String>,
        parameters: Option<String>,
        username: Option<String>,
        windows_password_name: Option<String>,
        timeout: Option<i64>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
    }

    /// 50 a page at most.
    DescribeInvocations(Ecs, ByNature) -> DescribeInvocationsResponse {
        region_id: String,
        invoke_id: Option<String>,
        command_id: Option<String>,
        command_name: Option<String>,
        command_type: Option<String>,
        instance_id: Option<String>,
        invoke_status: Option<String>,
        repeat_mode: Option<String>,
        timed: Option<bool>,
        include_output: Option<bool>,
        content_encoding: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    /// What has ended already stays as it is.
    StopInvocation(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        invoke_id: String,
        instance_ids as "InstanceId": Vec<String>,
    }
}

responses! {
    CreateCommandResponse {
        command_id: String,
    }

    DescribeCommandsResponse {
        #[serde(with = "listed::command")]
        commands: Vec<Command>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    InvokeCommandResponse {
        invoke_id: String,
    }

    DescribeInvocationsResponse {
        #[serde(with = "listed::invocation")]
        invocations: Vec<Invocation>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}

wire! {
    Command {
        command_id: String,
        name: String,
        kind as "Type": String,
        command_content: String,
        description: String,
        working_dir: String,
        timeout: i64,
        enable_parameter: bool,
        #[serde(with = "listed::parameter_name")]
        parameter_names: Vec<String>,
        provider: String,
        version: i64,
        latest: bool,
        invoke_times: i64,
        creation_time: String,
        resource_group_id: String,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    Invocation {
        invoke_id: String,
        command_id: String,
        command_name: String,
        command_type: String,
        command_content: String,
        command_description: String,
        parameters: String,
        repeat_mode: String,
        timed: bool,
        frequency: String,
        timeout: i64,
        username: String,
        working_dir: String,
        /// The older word: `Running`, `Finished`, `Failed`, `PartialFailed`, `Stopped`.
        invoke_status: String,
        /// `Running`, `Success`, `Failed`, `PartialFailed`, `Scheduled`, `Stopped`.
        invocation_status: String,
        creation_time: String,
        #[serde(with = "listed::invoke_instance")]
        invoke_instances: Vec<InvokeInstance>,
        resource_group_id: String,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    /// One instance of an invocation.
    InvokeInstance {
        instance_id: String,
        instance_invoke_status: String,
        invocation_status: String,
        creation_time: String,
        start_time: String,
        finish_time: String,
        stop_time: String,
        exit_code: i64,
        output: String,
        dropped: i64,
        repeats: i64,
        timed: bool,
        error_code: String,
        error_info: String,
    }
}
