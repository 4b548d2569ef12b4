//! Cases made from the table of RunInstances rules: one instance each, with what is expected of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ecs_api::rules::{Kind, Profile, RUN_INSTANCES_PARAMETERS, RUN_INSTANCES_RULES};

/// The attribute of each parameter.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("ZoneId", "availability_zone"),
    ("ImageId", "image_id"),
    ("InstanceType", "instance_type"),
    ("CreditSpecification", "credit_specification"),
    ("LaunchTemplateId", "launch_template_id"),
    ("LaunchTemplateName", "launch_template_name"),
    ("LaunchTemplateVersion", "launch_template_version"),
    ("InternetChargeType", "internet_charge_type"),
    ("SystemDisk.Category", "system_disk_category"),
    ("SystemDisk.Size", "system_disk_size"),
    ("SystemDisk.DiskName", "system_disk_name"),
    ("SystemDisk.Description", "system_disk_description"),
    (
        "SystemDisk.PerformanceLevel",
        "system_disk_performance_level",
    ),
    ("HpcClusterId", "hpc_cluster_id"),
    ("VSwitchId", "vswitch_id"),
    ("PrivateIpAddress", "private_ip"),
    ("InternetMaxBandwidthIn", "internet_max_bandwidth_in"),
    ("InternetMaxBandwidthOut", "internet_max_bandwidth_out"),
    ("InstanceName", "instance_name"),
    ("HostName", "host_name"),
    ("Description", "description"),
    ("Password", "password"),
    ("PasswordInherit", "password_inherit"),
    ("AutoReleaseTime", "auto_release_time"),
    ("UserData", "user_data"),
    ("KeyPairName", "key_name"),
    ("RamRoleName", "role_name"),
    (
        "SecurityEnhancementStrategy",
        "security_enhancement_strategy",
    ),
    ("SpotStrategy", "spot_strategy"),
    ("SpotPriceLimit", "spot_price_limit"),
    ("SpotDuration", "spot_duration"),
    ("SpotInterruptionBehavior", "spot_interruption_behavior"),
    ("InstanceChargeType", "instance_charge_type"),
    ("Period", "period"),
    ("PeriodUnit", "period_unit"),
    ("AutoRenewPeriod", "auto_renew_period"),
    ("Ipv6AddressCount", "ipv6_address_count"),
    ("HttpEndpoint", "http_endpoint"),
    ("HttpTokens", "http_tokens"),
    ("HttpPutResponseHopLimit", "http_put_response_hop_limit"),
    (
        "PrivatePoolOptions.MatchCriteria",
        "private_pool_options_match_criteria",
    ),
    ("PrivatePoolOptions.Id", "private_pool_options_id"),
    (
        "NetworkInterface.1.NetworkInterfaceTrafficMode",
        "network_interface_traffic_mode",
    ),
];

const DISK_ATTRIBUTES: &[(&str, &str)] = &[
    ("Category", "category"),
    ("Size", "size"),
    ("SnapshotId", "snapshot_id"),
    ("Encrypted", "encrypted"),
    ("DiskName", "name"),
    ("Description", "description"),
    ("DeleteWithInstance", "delete_with_instance"),
    ("PerformanceLevel", "performance_level"),
];

/// Rules of today that no configuration can break, and why.
pub(super) const OUT_OF_REACH: &[(&str, &str)] = &[
    ("required", "the provider always has a region"),
    (
        "image-family-excludes-image-id",
        "there is no attribute for image families",
    ),
    ("security-groups-one-way", "groups always travel as a list"),
    ("io-optimized", "is_outdated is true or false"),
    (
        "instance-name-unique-suffix",
        "cairn sends patterns instead of unique suffixes",
    ),
    (
        "host-name-unique-suffix",
        "cairn sends patterns instead of unique suffixes",
    ),
    ("host-names-one-way", "host names travel as a pattern"),
    ("amount", "cairn counts the instances of a call"),
    ("min-amount", "cairn asks for all instances of a call"),
    (
        "min-amount-above-amount",
        "cairn asks for all instances of a call",
    ),
    ("client-token-length", "cairn makes the token"),
    ("client-token-ascii", "cairn makes the token"),
    ("user-data-base64", "what is no Base64 is encoded"),
    ("tag-key-unique", "a map has every key once"),
    (
        "spot-prepaid",
        "a prepaid instance's spot strategy is not sent, as in the real provider",
    ),
    (
        "ipv6-amount",
        "instances with addresses of their own travel alone",
    ),
    (
        "network-interface-type",
        "cairn says which interface is the primary one",
    ),
    ("primary-interface-one-way", "cairn sends either form"),
    ("tenancy", "there is no attribute"),
    ("affinity", "there is no attribute"),
    ("deployment-set-group-no", "it is computed only"),
    (
        "auto-release-time-window",
        "it depends on the time: a test of its own",
    ),
];

/// What a rule's examples need beside them, so that no other rule refuses them.
const COMPANIONS: &[(&str, &str, &str)] = &[
    ("template-version-number", "launch_template_id", "\"lt-1\""),
    (
        "spot-price-limit-decimals",
        "spot_strategy",
        "\"SpotWithPriceLimit\"",
    ),
    ("instance-charge-type", "period", "1"),
    ("period", "instance_charge_type", "\"PrePaid\""),
    ("match-criteria", "private_pool_options_id", "\"eap-1\""),
];

/// One instance, with what is expected of it.
pub(super) struct Case {
    pub(super) rule: String,
    pub(super) accepted: bool,
    /// Attributes and blocks of the configuration, in HCL.
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) disks: BTreeMap<usize, BTreeMap<String, String>>,
    /// The attribute that is at fault, if it is refused.
    pub(super) at: String,
}

impl Case {
    pub(super) fn new(rule: &str, accepted: bool, at: &str) -> Self {
        let attributes = [
            ("image_id", "\"m-1\""),
            ("instance_type", "\"ecs.g6.large\""),
            ("security_groups", "[\"sg-1\"]"),
            ("vswitch_id", "\"vsw-1\""),
        ];
        Self {
            rule: rule.to_owned(),
            accepted,
            attributes: attributes.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
            disks: BTreeMap::new(),
            at: at.to_owned(),
        }
    }

    pub(super) fn with(mut self, attribute: &str, expression: impl Into<String>) -> Self {
        self.attributes
            .insert(attribute.to_owned(), expression.into());
        self
    }

    /// The case of a rule's example; `None` where a parameter of it has no attribute.
    fn of_example(
        rule: &str,
        parameter: &str,
        accepted: bool,
        example: &[(String, Option<String>)],
    ) -> Option<Self> {
        let mut case = Self::new(rule, accepted, &attribute(parameter)?);
        let mut tags = Vec::new();
        let (mut groups, mut addresses) = (Vec::new(), Vec::new());
        for (name, value) in example {
            let Some(value) = value else {
                case.attributes.remove(&attribute(name)?);
                continue;
            };
            let parts: Vec<&str> = name.split('.').collect();
            match parts[..] {
                ["Tag", _, "Key"] => tags.push(quoted(value)),
                ["Tag", _, "Value"] if example.len() == 1 => {
                    case = case.with("tags", format!("{{ k = {} }}", quoted(value)));
                }
                ["Tag", _, "Value"] => {}
                ["SecurityGroupId"] | ["SecurityGroupIds", _] => groups.push(quoted(value)),
                ["Ipv6Address", _] => addresses.push(quoted(value)),
                ["DataDisk", n, member] => {
                    let member = DISK_ATTRIBUTES.iter().find(|(p, _)| *p == member)?.1;
                    let disk = case.disks.entry(n.parse().ok()?).or_default();
                    disk.insert(member.to_owned(), quoted(value));
                }
                _ => case = case.with(ATTRIBUTES.iter().find(|(p, _)| p == name)?.1, quoted(value)),
            }
        }
        if !tags.is_empty() {
            let tags: Vec<String> = tags.iter().map(|k| format!("({k}) = \"v\"")).collect();
            case = case.with("tags", format!("{{ {} }}", tags.join(", ")));
        }
        for (attribute, items) in [("security_groups", groups), ("ipv6_addresses", addresses)] {
            if !items.is_empty() {
                case = case.with(attribute, format!("[{}]", items.join(", ")));
            }
        }
        for (name, attribute, expression) in COMPANIONS {
            if *name == rule && !case.attributes.contains_key(*attribute) {
                case = case.with(attribute, *expression);
            }
        }
        // Every disk has a size and a category here, so a rule for disks without them does not show.
        for disk in case.disks.values_mut() {
            if rule == "data-disk-size" && !disk.contains_key("category") {
                return None;
            }
            disk.entry("size".to_owned())
                .or_insert_with(|| "100".to_owned());
        }
        Some(case)
    }

    /// Writes the resource; gives its first line, and the line of the attribute that is at fault.
    pub(super) fn write(&self, number: usize, text: &mut String) -> (usize, usize) {
        let line = |text: &str| text.matches('\n').count() + 1;
        let first = line(text);
        let mut fault = first;
        writeln!(
            text,
            "resource \"alicloud_instance\" \"r{number}\" {{ # {}",
            self.rule
        )
        .expect("a string");
        for (name, expression) in &self.attributes {
            if *name == self.at {
                fault = line(text);
            }
            writeln!(text, "  {name} = {expression}").expect("a string");
        }
        for (n, disk) in &self.disks {
            if self.at == "data_disks" {
                fault = line(text);
            }
            text.push_str("  data_disks {\n");
            for (name, expression) in disk {
                if self.at == format!("data_disks.{name}") && *n == 1 {
                    fault = line(text);
                }
                writeln!(text, "    {name} = {expression}").expect("a string");
            }
            text.push_str("  }\n");
        }
        text.push_str("}\n\n");
        (first, fault)
    }
}

/// The attribute of a parameter, of a disk with the block's name.
pub(super) fn attribute(parameter: &str) -> Option<String> {
    let name = parameter.replace(".n", ".1");
    let parts: Vec<&str> = name.split('.').collect();
    Some(match parts[..] {
        ["Tag", ..] => "tags".to_owned(),
        ["SecurityGroupId"] | ["SecurityGroupIds", _] => "security_groups".to_owned(),
        ["Ipv6Address", _] => "ipv6_addresses".to_owned(),
        ["CpuOptions", ..] => "cpu_options".to_owned(),
        ["DataDisk", _] => "data_disks".to_owned(),
        ["DataDisk", _, member] => format!(
            "data_disks.{}",
            DISK_ATTRIBUTES.iter().find(|(p, _)| *p == member)?.1
        ),
        _ => ATTRIBUTES.iter().find(|(p, _)| *p == name)?.1.to_owned(),
    })
}

/// A string of HCL; numbers convert to numbers and texts alike.
pub(super) fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
}

/// Every kind of value: what is no text, no number, no flag is refused wherever one is wanted.
fn kinds() -> Vec<Case> {
    let mut cases = Vec::new();
    for parameter in RUN_INSTANCES_PARAMETERS {
        let Some(at) = attribute(parameter.name) else {
            continue;
        };
        let (good, bad) = match parameter.kind {
            Kind::Text => (None, "[\"x\"]"),
            Kind::Whole | Kind::Decimal => (None, "\"x\""),
            Kind::Flag => (Some(["true", "false"]), "\"maybe\""),
        };
        // Tags are a map and groups a list of texts.
        let bad = if ["tags", "security_groups"].contains(&at.as_str()) {
            "\"x\""
        } else {
            bad
        };
        let mut put = |accepted, value: &str| {
            let mut case = Case::new("kind", accepted, &at);
            if let Some(member) = at.strip_prefix("data_disks.") {
                case.disks
                    .entry(1)
                    .or_default()
                    .insert("size".to_owned(), "100".to_owned());
                case.disks
                    .entry(1)
                    .or_default()
                    .insert(member.to_owned(), value.to_owned());
            } else {
                case = case.with(&at, value);
            }
            cases.push(case);
        };
        put(false, bad);
        for value in good.into_iter().flatten() {
            put(true, value);
        }
    }
    cases
}

/// Sizes that no example spells out, and what Windows has of its own.
fn more() -> Vec<Case> {
    let case = Case::new;
    let windows = |rule, accepted, at| {
        case(rule, accepted, at).with("image_id", "\"win2022_21H2_x64_dtc_en-us_40G.vhd\"")
    };
    let tag = |n: usize| format!("{{ {} = \"v\" }}", "k".repeat(n));
    let data = |n: usize| quoted(&"#".repeat(n));
    vec![
        case("user-data-size", true, "user_data").with("user_data", data(32 * 1024)),
        case("user-data-size", false, "user_data").with("user_data", data(32 * 1024 + 1)),
        case("user-data-io-optimized", false, "user_data")
            .with("user_data", "\"#\"")
            .with("is_outdated", "true"),
        case("threads-per-core", false, "cpu_options").with(
            "cpu_options",
            "[{ core_count = 2, threads_per_core = 3, topology_type = null }]",
        ),
        case("tag-key-length", true, "tags").with("tags", tag(64)),
        case("tag-key-length", false, "tags").with("tags", tag(65)),
        windows("host-name-length", true, "host_name").with("host_name", quoted(&"a".repeat(15))),
        windows("host-name-length", false, "host_name").with("host_name", quoted(&"a".repeat(16))),
        windows("host-name-form", false, "host_name").with("host_name", "\"1234\""),
        windows("host-name-characters", false, "host_name").with("host_name", "\"a.b\""),
        windows("password-windows-slash", true, "password").with("password", "\"Abcdefg1/\""),
        windows("password-windows-slash", false, "password").with("password", "\"/Abcdefg1\""),
        windows("key-pair-windows", false, "key_name").with("key_name", "\"k\""),
        case("key-pair-windows", true, "key_name").with("key_name", "\"k\""),
    ]
}

/// Values that no request gets from a configuration: an empty text and, in some attributes, zero stand for not set, as in the
/// real provider; longer renewals than a year are not in its schema. Of the two lengths of a tag's key the shorter counts.
fn is_left_out(parameter: &str, value: Option<&str>) -> bool {
    match (parameter, value) {
        ("AutoRenewPeriod", Some("24" | "36" | "48" | "60"))
        | ("SystemDisk.Size" | "SpotPriceLimit" | "InternetMaxBandwidthIn", Some("0")) => true,
        ("Tag.1.Key", Some(key)) => key.len() == 128,
        (_, Some("")) => !parameter.starts_with("Tag"),
        _ => false,
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = kinds();
    cases.extend(more());
    for rule in RUN_INSTANCES_RULES
        .iter()
        .filter(|r| r.applies(Profile::Current))
    {
        if OUT_OF_REACH.iter().any(|(name, _)| *name == rule.rule) {
            continue;
        }
        for example in rule.examples() {
            if !example
                .parameters
                .iter()
                .any(|(n, v)| is_left_out(n, v.as_deref()))
            {
                cases.extend(Case::of_example(
                    rule.rule,
                    rule.parameter,
                    example.accepted,
                    &example.parameters,
                ));
            }
        }
    }
    cases
}
