//! Decides what the cloud remembers of each thing in it, and how that is written to disk. Fields are
//! only ever added, with a default, so that clouds kept by an older emulator still open.

use serde::{Deserialize, Serialize};

use super::table::Row;
use crate::lifecycle::{Phase, Status};
use crate::time::Moment;

/// Tags in the order they were given.
pub(crate) type Tags = Vec<(String, String)>;

macro_rules! rows {
    ($( $(#[$meta:meta])* $name:ident by $id:ident { $( $(#[$fmeta:meta])* $field:ident: $ty:ty ),* $(,)? } )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub(crate) struct $name {
            pub(crate) $id: String,
            $( $(#[$fmeta])* pub(crate) $field: $ty, )*
        }

        impl Row for $name {
            fn id(&self) -> &str {
                &self.$id
            }
        }
    )*};
}

rows! {
    Vpc by id {
        region: String,
        name: String,
        description: String,
        cidr: String,
        created: Moment,
        available_at: Moment,
        router_id: String,
        #[serde(default)]
        user_cidr: String,
        #[serde(default)]
        resource_group: String,
        /// Empty where it has no IPv6.
        #[serde(default)]
        ipv6: String,
        #[serde(default)]
        tags: Tags,
    }

    VSwitch by id {
        region: String,
        zone: String,
        vpc: String,
        name: String,
        description: String,
        cidr: String,
        created: Moment,
        available_at: Moment,
        route_table: String,
        /// Empty where it has no IPv6.
        #[serde(default)]
        ipv6: String,
        #[serde(default)]
        tags: Tags,
    }

    RouteTable by id {
        region: String,
        vpc: String,
        router: String,
        name: String,
        description: String,
        system: bool,
        created: Moment,
        #[serde(default)]
        tags: Tags,
        /// Empty: `VSwitch`.
        #[serde(default)]
        associate_type: String,
        #[serde(default)]
        no_propagation: bool,
    }

    /// A route of the user's own.
    RouteEntry by id {
        region: String,
        table: String,
        cidr: String,
        name: String,
        description: String,
        hop_kind: String,
        hop: String,
        created: Moment,
    }

    Eip by id {
        region: String,
        address: String,
        name: String,
        description: String,
        bandwidth: i64,
        internet_charge_type: String,
        isp: String,
        created: Moment,
        /// What it is bound to, empty for nothing.
        instance: String,
        instance_type: String,
        private_address: String,
        /// `NAT`, `BINDED` or `MULTI_BINDED` while it is bound.
        mode: String,
        protected: bool,
        resource_group: String,
        tags: Tags,
    }

    SecurityGroup by id {
        region: String,
        vpc: String,
        name: String,
        description: String,
        /// `normal` or `enterprise`.
        kind: String,
        /// `Accept` or `Drop`: whether members reach each other.
        inner_access: String,
        created: Moment,
        #[serde(default)]
        resource_group: String,
        #[serde(default)]
        rules: Vec<Rule>,
        #[serde(default)]
        tags: Tags,
    }

    #[expect(clippy::struct_field_names, reason = "the API's own word")]
    Instance by id {
        region: String,
        zone: String,
        name: String,
        host_name: String,
        description: String,
        image: String,
        instance_type: String,
        created: Moment,
        phase: Phase,
        /// `KeepCharging` or `StopCharging`, meaningful while Stopped.
        stopped_mode: String,
        security_groups: Vec<String>,
        vswitch: String,
        vpc: String,
        /// The primary one first.
        interfaces: Vec<String>,
        /// The system disk first.
        disks: Vec<String>,
        #[serde(default)]
        tags: Tags,
        #[serde(default)]
        key_pair: String,
        /// Name of a row of user data.
        #[serde(default)]
        user_data: String,
        #[serde(default)]
        ram_role: String,
        #[serde(default)]
        deletion_protection: bool,
        #[serde(default)]
        auto_release: Option<Moment>,
        #[serde(default)]
        expires: Option<Moment>,
        internet_charge_type: String,
        bandwidth_in: i64,
        bandwidth_out: i64,
        #[serde(default)]
        public_ip: String,
        /// The id of the elastic address that is bound to it.
        #[serde(default)]
        eip: String,
        charge_type: String,
        #[serde(default)]
        spot_strategy: String,
        #[serde(default)]
        spot_price_limit: f64,
        #[serde(default)]
        spot_duration: i64,
        #[serde(default)]
        credit_specification: String,
        #[serde(default)]
        resource_group: String,
        #[serde(default)]
        http_endpoint: String,
        #[serde(default)]
        http_tokens: String,
        #[serde(default)]
        hop_limit: i64,
        #[serde(default)]
        deployment_set: String,
        #[serde(default)]
        hpc_cluster: String,
        #[serde(default)]
        maintenance: Maintenance,
        #[serde(default)]
        period_unit: String,
        #[serde(default)]
        serial: String,
        #[serde(default)]
        renewal: Renewal,
        #[serde(default)]
        private_pool: PrivatePool,
        #[serde(default)]
        cpu: CpuChoice,
        #[serde(default)]
        dedicated_host: String,
        #[serde(default)]
        spot_interruption: String,
        #[serde(default)]
        traits: Traits,
    }

    Disk by id {
        region: String,
        zone: String,
        name: String,
        description: String,
        category: String,
        performance_level: String,
        /// GiB.
        size: i64,
        system: bool,
        /// Empty when it is attached to nothing.
        instance: String,
        device: String,
        image: String,
        source_snapshot: String,
        encrypted: bool,
        #[serde(default)]
        kms_key: String,
        delete_with_instance: bool,
        #[serde(default)]
        delete_auto_snapshot: bool,
        #[serde(default)]
        enable_auto_snapshot: bool,
        #[serde(default)]
        auto_snapshot_policy: String,
        #[serde(default)]
        bursting: bool,
        #[serde(default)]
        provisioned_iops: i64,
        #[serde(default)]
        storage_cluster: String,
        charge_type: String,
        created: Moment,
        #[serde(default)]
        attached: Option<Moment>,
        #[serde(default)]
        detached: Option<Moment>,
        #[serde(default)]
        resource_group: String,
        #[serde(default)]
        tags: Tags,
    }

    Interface by id {
        region: String,
        zone: String,
        vpc: String,
        vswitch: String,
        name: String,
        description: String,
        primary: bool,
        instance: String,
        mac: String,
        /// The address in dotted form.
        address: String,
        security_groups: Vec<String>,
        created: Moment,
        /// The id of the elastic address that is bound to it.
        #[serde(default)]
        eip: String,
        #[serde(default)]
        resource_group: String,
        #[serde(default)]
        tags: Tags,
        /// Further addresses in dotted form, oldest first.
        #[serde(default)]
        secondary: Vec<String>,
        /// Oldest first.
        #[serde(default)]
        ipv6: Vec<String>,
        /// Empty: `Standard`.
        #[serde(default)]
        traffic_mode: String,
        #[serde(default)]
        card: i64,
        #[serde(default)]
        queue_pairs: i64,
        #[serde(default)]
        source_dest_check: bool,
    }

    /// A key pair; its id is that of `key_pair_id`.
    KeyPair by id {
        /// What the API calls its id.
        key_id: String,
        region: String,
        name: String,
        fingerprint: String,
        public_key: String,
        created: Moment,
        #[serde(default)]
        resource_group: String,
        #[serde(default)]
        tags: Tags,
    }

    /// A command of the Cloud Assistant.
    Command by id {
        region: String,
        name: String,
        kind: String,
        /// In Base64.
        content: String,
        description: String,
        working_dir: String,
        timeout: i64,
        enable_parameter: bool,
        created: Moment,
        resource_group: String,
        tags: Tags,
    }

    /// An invocation, with what the command was when it was invoked.
    Invocation by id {
        region: String,
        command: String,
        name: String,
        kind: String,
        /// In Base64.
        content: String,
        description: String,
        working_dir: String,
        timeout: i64,
        repeat_mode: String,
        frequency: String,
        /// A JSON object.
        parameters: String,
        username: String,
        instances: Vec<Invoked>,
        created: Moment,
        /// When it is over, if it runs once.
        ends: Moment,
        resource_group: String,
        tags: Tags,
    }

    LaunchTemplate by id {
        region: String,
        name: String,
        created: Moment,
        modified: Moment,
        /// The access key id that made it.
        created_by: String,
        default_version: i64,
        latest_version: i64,
        /// Those that were not deleted, oldest first.
        versions: Vec<TemplateVersion>,
        #[serde(default)]
        resource_group: String,
        #[serde(default)]
        tags: Tags,
    }

    /// The text of user data, shared by all instances that were given the same.
    UserData by id {
        /// Base64, as it was sent.
        text: String,
    }

    /// A temporary access key that STS made.
    Session by id {
        secret: String,
        token: String,
        role_arn: String,
        name: String,
        expires: Moment,
    }

    /// A client token that was used, and what it got.
    Token by id {
        /// Digest of the parameters it was used with.
        digest: u64,
        used: Moment,
        outcome: Outcome,
    }
}

/// What the request with a token came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// The body that was answered, as JSON.
    Done(String),
    /// It was refused; the token is spent.
    Failed,
}

/// An instance of an invocation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Invoked {
    pub(crate) instance: String,
    /// Why the command cannot run on it; empty where it can.
    pub(crate) error: String,
    pub(crate) stopped: Option<Moment>,
}

/// A rule of a security group; the words are kept as the API gives them back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) ingress: bool,
    /// Upper case.
    pub(crate) protocol: String,
    pub(crate) ports: String,
    #[serde(default)]
    pub(crate) source_ports: String,
    /// The other side: exactly one of the next four is set.
    #[serde(default)]
    pub(crate) cidr: String,
    #[serde(default)]
    pub(crate) ipv6_cidr: String,
    #[serde(default)]
    pub(crate) group: String,
    #[serde(default)]
    pub(crate) prefix_list: String,
    #[serde(default)]
    pub(crate) group_owner: String,
    /// The near side of the connection, where a rule names it.
    #[serde(default)]
    pub(crate) near_cidr: String,
    #[serde(default)]
    pub(crate) near_ipv6_cidr: String,
    /// `Accept` or `Drop`.
    pub(crate) policy: String,
    pub(crate) priority: i64,
    pub(crate) nic_type: String,
    #[serde(default)]
    pub(crate) description: String,
    pub(crate) created: Moment,
}

/// One version of a launch template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TemplateVersion {
    pub(crate) number: i64,
    pub(crate) description: String,
    pub(crate) created: Moment,
    pub(crate) created_by: String,
    /// Parameters of RunInstances in their flat form, as they were given; nothing has checked them.
    pub(crate) params: Vec<(String, String)>,
}

/// What happens to an instance on maintenance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Maintenance {
    /// Empty: the default of the service.
    pub(crate) action: String,
    pub(crate) notify: bool,
    pub(crate) windows: Vec<(String, String)>,
}

/// How a prepaid instance renews.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Renewal {
    /// Empty: `Normal`.
    pub(crate) status: String,
    /// Empty: `Month`.
    pub(crate) unit: String,
    pub(crate) duration: i64,
}

/// Which capacity reservation an instance uses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PrivatePool {
    /// Empty: `Open`.
    pub(crate) criteria: String,
    pub(crate) id: String,
}

/// How the processors were chosen; zero and empty: as the type has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CpuChoice {
    pub(crate) cores: i64,
    pub(crate) threads: i64,
    pub(crate) topology: String,
}

/// What an instance is besides, yes or no.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Traits {
    /// Jumbo frames are off; they are on by default.
    pub(crate) no_jumbo_frames: bool,
    pub(crate) high_density: bool,
    pub(crate) non_root_login: bool,
}

impl Instance {
    pub(crate) fn status(&self, now: Moment) -> Status {
        self.phase.status(now)
    }

    pub(crate) fn primary_interface(&self) -> &str {
        self.interfaces.first().map_or("", String::as_str)
    }

    pub(crate) fn system_disk(&self) -> &str {
        self.disks.first().map_or("", String::as_str)
    }
}

/// The value of a tag.
pub(crate) fn tag_value<'a>(tags: &'a [(String, String)], key: &str) -> Option<&'a str> {
    tags.iter()
        .find(|(k, _)| k == key)
        .map(|(_, value)| value.as_str())
}
