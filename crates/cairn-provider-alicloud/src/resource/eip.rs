//! Decides what `alicloud_eip_address` and `alicloud_eip` are, one under two names, and what `alicloud_eip_association` is.

use ecs_api::Product;

use super::described::{
    Action, By, Change, Description, FoundAgain, Limits, Part, Read, Ready, no_adjustment, no_rules,
};
use super::tags::TagHome;
use crate::describe::wire::Form;
use crate::describe::{Attr, Check, Table, Ty};
use crate::listed::{Pages, Query};

const EIPS: Query = Query {
    action: "DescribeEipAddresses",
    fixed: &[],
    items: "EipAddresses.EipAddress",
    pages: Pages::Numbers(100),
};

const MODES: &[&str] = &["NAT", "BINDED", "MULTI_BINDED"];
/// The configuration's words for how something is paid for, and those of the API.
const CHARGE_WORDS: &[(&str, &str)] = &[("PayAsYouGo", "PostPaid"), ("Subscription", "PrePaid")];
const CHARGES: &[&str] = &["Subscription", "PayAsYouGo", "PrePaid", "PostPaid"];

/// The address, under one of its names.
pub(super) fn address(ty: &'static str) -> Description {
    Description {
        ty,
        noun: "elastic address",
        product: Product::Vpc,
        table: address_table(),
        aliases: &[
            ("name", "address_name"),
            ("instance_charge_type", "payment_type"),
        ],
        id: &[Part::Answer("AllocationId")],
        create: Action::new("AllocateEipAddress", &[]).by_token(),
        read: Read {
            query: EIPS,
            by: By::Ids("AllocationId", Form::Comma, 50),
            key: &["AllocationId"],
            name: "Name",
            alone: &[],
        },
        changes: vec![
            Change::of(
                Action::new("ModifyEipAddressAttribute", &["AllocationId"]),
                &[
                    ("address_name", "Name"),
                    ("description", "Description"),
                    ("bandwidth", "Bandwidth"),
                ],
            ),
            Change::of(
                Action::new("DeletionProtection", &["InstanceId"]).fixed(&[("Type", "EIP")]),
                &[("deletion_protection", "ProtectionEnable")],
            )
            .also_after_create(),
            Change::of(
                Action::new("MoveResourceGroup", &["ResourceId"]).fixed(&[("ResourceType", "eip")]),
                &[("resource_group_id", "NewResourceGroupId")],
            ),
        ],
        delete: Action::new("ReleaseEipAddress", &["AllocationId"]),
        tags: Some(TagHome::Vpc("EIP")),
        ready: Some(Ready {
            field: "Status",
            states: &["Available", "InUse"],
        }),
        found_again: FoundAgain::ByTag,
        limits: Limits {
            create: 540,
            update: 540,
            delete: 540,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}

fn is_subscription(value: &cairn_value::Value) -> Option<String> {
    ["Subscription", "PrePaid"]
        .contains(&value.as_str()?)
        .then(|| "cannot be a subscription: cairn cannot order subscriptions yet".to_owned())
}

fn address_table() -> Table {
    use Ty::{Bool, Int, Str, StrList, StrMap};
    Table::new(vec![
        Attr::optional("activity_id", Str, "The id of a special offer.")
            .at_creation()
            .param("ActivityId"),
        Attr::either("address_name", Str, "The name.")
            .conflicts(&["name"])
            .check(Check::Len(1, 128))
            .named("Name"),
        Attr::either(
            "allocation_id",
            Str,
            "The id of an address that is to be had again.",
        )
        .force_new()
        .param("InstanceId")
        .field("AllocationId"),
        Attr::optional(
            "auto_pay",
            Bool,
            "Whether a subscription is paid for by itself.",
        )
        .at_creation()
        .param("AutoPay"),
        Attr::either("bandwidth", Str, "The bandwidth in Mbit/s.").named("Bandwidth"),
        Attr::computed("create_time", Str, "When it was made.").field("AllocationTime"),
        Attr::either(
            "deletion_protection",
            Bool,
            "Whether it is kept from being released.",
        )
        .field("DeletionProtection"),
        Attr::either("description", Str, "A description.")
            .check(Check::Len(1, 256))
            .named("Description"),
        Attr::either(
            "high_definition_monitor_log_status",
            Str,
            "Whether its traffic is logged in detail.",
        )
        .force_new()
        .one_of(&["OFF", "ON"])
        .unsupported()
        .field("HDMonitorStatus"),
        Attr::either("instance_charge_type", Str, "How it is paid for.")
            .force_new()
            .one_of(CHARGES)
            .check(Check::With(is_subscription))
            .deprecated("Use payment_type instead.")
            .words(CHARGE_WORDS)
            .field("ChargeType"),
        Attr::either(
            "internet_charge_type",
            Str,
            "What is counted: bandwidth or traffic.",
        )
        .force_new()
        .one_of(&["PayByBandwidth", "PayByTraffic"])
        .named("InternetChargeType"),
        Attr::either("ip_address", Str, "The address.")
            .force_new()
            .named("IpAddress"),
        Attr::either("isp", Str, "The kind of line.")
            .force_new()
            .one_of(&[
                "BGP",
                "BGP_PRO",
                "ChinaTelecom",
                "ChinaUnicom",
                "ChinaMobile",
                "ChinaTelecom_L2",
                "ChinaUnicom_L2",
                "ChinaMobile_L2",
                "BGP_FinanceCloud",
                "BGP_International",
            ])
            .named("ISP"),
        Attr::optional("log_project", Str, "The project of that log.").unsupported(),
        Attr::optional("log_store", Str, "The store of that log.").unsupported(),
        Attr::either(
            "mode",
            Str,
            "How it is bound to an interface; an association sets it.",
        )
        .one_of(MODES)
        .unsupported()
        .linked()
        .field("Mode"),
        Attr::either("name", Str, "The name.")
            .deprecated("Use address_name instead.")
            .field("Name"),
        Attr::either("netmode", Str, "The kind of network.")
            .force_new()
            .one_of(&["public"])
            .named("Netmode"),
        Attr::either("payment_type", Str, "How it is paid for.")
            .force_new()
            .conflicts(&["instance_charge_type"])
            .one_of(CHARGES)
            .check(Check::With(is_subscription))
            .words(CHARGE_WORDS)
            .param("InstanceChargeType")
            .field("ChargeType"),
        Attr::optional("period", Int, "For how long a subscription runs.")
            .check(Check::IntOneOf(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36]))
            .at_creation()
            .param("Period"),
        Attr::optional("pricing_cycle", Str, "The unit of that.")
            .one_of(&["Month", "Year"])
            .at_creation()
            .param("PricingCycle"),
        Attr::optional(
            "public_ip_address_pool_id",
            Str,
            "The pool that it is taken from.",
        )
        .force_new()
        .named("PublicIpAddressPoolId"),
        Attr::either("resource_group_id", Str, "The resource group.").named("ResourceGroupId"),
        Attr::optional(
            "security_protection_types",
            StrList,
            "How it is protected against attacks.",
        )
        .force_new()
        .param("SecurityProtectionTypes"),
        Attr::computed("status", Str, "Its state.")
            .linked()
            .field("Status"),
        Attr::optional("tags", StrMap, "Its tags.")
            .param("Tag")
            .field("Tags.Tag"),
        Attr::either("zone", Str, "The zone.")
            .force_new()
            .named("Zone"),
    ])
    .timeouts(&["create", "update", "delete"])
}

/// The association of an address with what has it.
pub(super) fn association() -> Description {
    use Ty::{Bool, Str};
    Description {
        ty: "alicloud_eip_association",
        noun: "association of an elastic address",
        product: Product::Vpc,
        table: Table::new(vec![
            Attr::required("allocation_id", Str, "The address.")
                .force_new()
                .param("AllocationId"),
            Attr::optional(
                "force",
                Bool,
                "Whether it is unbound even if a NAT gateway uses it.",
            ),
            Attr::required("instance_id", Str, "What gets it.")
                .force_new()
                .param("InstanceId"),
            Attr::either(
                "instance_type",
                Str,
                "The kind of that: EcsInstance, NetworkInterface, Nat, SlbInstance …",
            )
            .force_new()
            .named("InstanceType"),
            Attr::either("mode", Str, "How it is bound to an interface.")
                .one_of(MODES)
                .named("Mode"),
            Attr::optional(
                "private_ip_address",
                Str,
                "The private address that it stands for.",
            )
            .force_new()
            .param("PrivateIpAddress"),
            Attr::optional(
                "vpc_id",
                Str,
                "The VPC of an address that is its own instance.",
            )
            .force_new()
            .param("VpcId"),
        ])
        .timeouts(&["create", "update", "delete"]),
        aliases: &[],
        id: &[Part::Attr("allocation_id"), Part::Attr("instance_id")],
        create: Action::new("AssociateEipAddress", &[]).by_token(),
        read: Read {
            query: EIPS,
            by: By::Ids("AllocationId", Form::Comma, 50),
            key: &["AllocationId", "InstanceId"],
            name: "",
            alone: &[],
        },
        changes: vec![Change::of(
            Action::new("ModifyEipForwardMode", &["InstanceId"]),
            &[("mode", "Mode")],
        )],
        delete: Action::new("UnassociateEipAddress", &["AllocationId", "InstanceId"])
            .by_token()
            .with(&[("force", "Force"), ("instance_type", "InstanceType")]),
        tags: None,
        ready: Some(Ready {
            field: "Status",
            states: &["InUse"],
        }),
        found_again: FoundAgain::ById,
        limits: Limits {
            create: 300,
            update: 300,
            delete: 300,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}
