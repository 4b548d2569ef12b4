//! Terraform's state format: what is written reads back, and what Terraform writes is understood.

use cairn_model::{
    AbsProviderConfig, CheckStatus, Dependency, DeposedKey, InstanceKey, Mutation, ObjectStatus,
    Resource, State,
};
use cairn_value::{Path, PathStep, Type, Value, name};
use serde_json::Value as Json;

use super::sample::{addr, checks, object, output, provider, put};
use crate::{from_tfstate, to_tfstate};

fn unknown_types(_: &AbsProviderConfig, _: &Resource) -> Option<Type> {
    None
}

fn state() -> State {
    let mut state = State {
        lineage: cairn_model::Lineage("5f8a".into()),
        serial: cairn_model::Serial(9),
        ..State::default()
    };
    for mutation in [
        put("a.b[0]", "i-0"),
        put("a.b[1]", "i-1"),
        put("module.m[\"k\"].a.b", "i-2"),
        put("data.a.d[\"x\"]", "i-3"),
        Mutation::Put {
            addr: addr("a.b[1]"),
            deposed: Some(DeposedKey("0a1b2c3d".into())),
            provider: provider(),
            object: object("i-old"),
        },
        output("i-1"),
        Mutation::SetChecks(checks(CheckStatus::Pass)),
    ] {
        state.apply(&mutation).unwrap();
    }
    state
}

#[test]
fn a_written_state_reads_back_where_types_are_known() {
    let state = state();
    let ty = object("i-0").remote.value.value().ty();
    let type_of = move |_: &AbsProviderConfig, _: &Resource| Some(ty.clone());
    let text = to_tfstate(&state, &type_of).unwrap();
    let back = from_tfstate(&text, &type_of).unwrap();
    assert_eq!(back.lineage, state.lineage);
    assert_eq!(back.serial, state.serial);
    assert_eq!(back.outputs, state.outputs);
    assert_eq!(back.checks, state.checks);
    assert_eq!(
        back.instances.keys().collect::<Vec<_>>(),
        state.instances.keys().collect::<Vec<_>>()
    );
    for (addr, instance) in &back.instances {
        let original = &state.instances[addr];
        assert_eq!(instance.provider, original.provider);
        assert_eq!(
            instance.deposed.keys().collect::<Vec<_>>(),
            original.deposed.keys().collect::<Vec<_>>()
        );
        let (now, before) = (
            instance.current.as_ref().unwrap(),
            original.current.as_ref().unwrap(),
        );
        assert_eq!(now.remote, before.remote);
        assert_eq!(now.status, before.status);
        assert_eq!(now.create_before_destroy, before.create_before_destroy);
        // Paths into sets, and single instances among dependencies, have no form there.
        assert_eq!(now.sensitive, before.sensitive[..2]);
        // Dependencies stand there as blocks, without keys.
        let block = |d: &Dependency| d.resource().config();
        let named: Vec<_> = now.dependencies.iter().map(block).collect();
        let own = addr.resource.config();
        let mut wanted = before.dependencies.iter().map(block);
        assert!(
            wanted.all(|b| b == own || named.contains(&b)),
            "{addr}: {named:?}"
        );
    }
    let json: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(json["version"], 4);
    let resources = json["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 3);
    let a_b = resources
        .iter()
        .find(|r| r.get("module").is_none() && r["mode"] == "managed")
        .unwrap();
    assert_eq!(a_b["instances"].as_array().unwrap().len(), 3);
    assert_eq!(a_b["instances"][1]["index_key"], 1);
    assert_eq!(a_b["instances"][2]["deposed"], "0a1b2c3d");
    assert_eq!(
        a_b["provider"],
        "provider[\"terraform.io/builtin/terraform\"]"
    );
}

#[test]
fn results_of_checks_stand_as_terraform_writes_them() {
    let text = to_tfstate(&state(), &unknown_types).unwrap();
    let json: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(
        json["check_results"],
        serde_json::json!([
            {"object_kind": "resource", "config_addr": "data.a.b", "status": "fail", "objects": [
                {"object_addr": "data.a.b[2]", "status": "pass"},
                {"object_addr": "data.a.b[10]", "status": "fail", "failure_messages": ["Too\nbig.", "Odd."]},
            ]},
            {"object_kind": "output", "config_addr": "output.o", "status": "pass", "objects": null},
            {"object_kind": "check", "config_addr": "module.m.module.n.check.health", "status": "pass", "objects": [
                {"object_addr": "module.m[\"a.b\"].module.n[0].check.health", "status": "pass"},
            ]},
            {"object_kind": "var", "config_addr": "var.v", "status": "error", "objects": [
                {"object_addr": "var.v", "status": "error"},
            ]},
        ])
    );
    let without = to_tfstate(&State::default(), &unknown_types).unwrap();
    let json: Json = serde_json::from_str(&without).unwrap();
    assert!(json["check_results"].is_null(), "{without}");
    // A kind that only a later version knows is passed over, an address that is none is not.
    let with = |check: &str| {
        let results = format!("\"check_results\": [{check}]");
        from_tfstate(
            &without.replace("\"check_results\": null", &results),
            &unknown_types,
        )
    };
    let later =
        r#"{"object_kind": "action", "config_addr": "?", "status": "pass", "objects": null}"#;
    assert_eq!(with(later).unwrap().checks, []);
    let wrong =
        r#"{"object_kind": "check", "config_addr": "var.x", "status": "pass", "objects": null}"#;
    assert!(with(wrong).unwrap_err().contains("var.x"));
}

const WRITTEN_BY_TERRAFORM: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 3,
  "lineage": "0e3a8a1c-5f6e-7a3b-1d2c-000000000000",
  "outputs": {
    "ids": {"value": ["i-1", "i-2"], "type": ["tuple", ["string", "string"]]},
    "secret": {"value": "x", "type": "string", "sensitive": true}
  },
  "resources": [
    {
      "mode": "managed",
      "type": "terraform_data",
      "name": "d",
      "provider": "provider[\"terraform.io/builtin/terraform\"]",
      "instances": [
        {
          "index_key": "k",
          "schema_version": 0,
          "attributes": {
            "id": "11111111-0000-0000-0000-000000000000",
            "input": {"value": {"a": 1.5}, "type": ["object", {"a": "number"}]},
            "output": {"value": {"a": 1.5}, "type": ["object", {"a": "number"}]},
            "triggers_replace": null
          },
          "sensitive_attributes": [[{"type": "get_attr", "value": "input"}, {"type": "index", "value": {"value": "a", "type": "string"}}]]
        }
      ]
    },
    {
      "module": "module.net[0]",
      "mode": "managed",
      "type": "alicloud_vpc",
      "name": "main",
      "each": "list",
      "provider": "provider[\"registry.terraform.io/aliyun/alicloud\"].east",
      "instances": [
        {
          "index_key": 2,
          "status": "tainted",
          "schema_version": 1,
          "attributes": {"id": "vpc-1", "ports": [1, 2]},
          "sensitive_attributes": [],
          "private": "eyJhIjoxfQ==",
          "dependencies": ["data.alicloud_zones.z", "module.net.terraform_data.d"],
          "identity_schema_version": 0
        }
      ]
    }
  ],
  "check_results": null
}"#;

#[test]
fn a_state_of_terraforms_is_understood() {
    let ty = Type::object([
        (name("id"), Type::String),
        (name("input"), Type::Dynamic),
        (name("output"), Type::Dynamic),
        (name("triggers_replace"), Type::Dynamic),
    ]);
    let type_of =
        move |_: &AbsProviderConfig, r: &Resource| (&*r.ty == "terraform_data").then(|| ty.clone());
    let state = from_tfstate(WRITTEN_BY_TERRAFORM, &type_of).unwrap();
    assert_eq!(state.serial.0, 3);
    assert!(state.outputs["secret"].sensitive);
    let data = state.current(&addr("terraform_data.d[\"k\"]")).unwrap();
    let input = data.remote.value.value().get_attr("input").unwrap();
    assert_eq!(input.ty(), Type::object([(name("a"), Type::Number)]));
    assert_eq!(
        data.sensitive,
        [Path::attr("input").then(PathStep::Key("a".into()))]
    );
    let vpc = &state.instances[&addr("module.net[0].alicloud_vpc.main[2]")];
    assert_eq!(vpc.provider.alias.as_deref(), Some("east"));
    let vpc = vpc.current.as_ref().unwrap();
    assert_eq!(vpc.status, ObjectStatus::Tainted);
    assert_eq!(&*vpc.remote.private, b"{\"a\":1}");
    assert_eq!(vpc.remote.schema_version, 1);
    assert_eq!(vpc.dependencies.len(), 2);
    assert_eq!(
        vpc.remote.value.value().get_attr("id"),
        Some(&Value::string("vpc-1"))
    );
}

#[test]
fn instances_of_repeated_provider_configurations_are_kept_as_opentofu_has_them() {
    let mut state = state();
    let by_key = |key: &str| AbsProviderConfig {
        alias: Some(name("by")),
        key: InstanceKey::Key(key.into()),
        ..provider()
    };
    for key in ["x", "y"] {
        let put = Mutation::Put {
            addr: addr(&format!("a.keyed[\"{key}\"]")),
            deposed: None,
            provider: by_key(key),
            object: object(key),
        };
        state.apply(&put).unwrap();
    }
    let text = to_tfstate(&state, &unknown_types).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let resources = file["resources"].as_array().unwrap();
    let keyed: Vec<_> = resources.iter().filter(|r| r["name"] == "keyed").collect();
    // One resource with the configuration, and its instances with theirs.
    assert_eq!(keyed.len(), 1);
    assert_eq!(keyed[0]["provider"], by_key("x").keyless().to_string());
    for (i, key) in ["x", "y"].into_iter().enumerate() {
        let of_instance = &keyed[0]["instances"][i]["provider"];
        assert_eq!(*of_instance, by_key(key).to_string());
    }
    // Others are as Terraform has them.
    let others = resources.iter().filter(|r| r["name"] != "keyed");
    for instance in others.flat_map(|r| r["instances"].as_array().unwrap()) {
        assert!(instance.get("provider").is_none(), "{instance}");
    }
    let back = from_tfstate(&text, &unknown_types).unwrap();
    for (addr, instance) in &state.instances {
        assert_eq!(back.instances[addr].provider, instance.provider);
    }
}

#[test]
fn what_is_no_such_state_is_refused() {
    for (text, says) in [
        ("", "not JSON"),
        ("{}", "no version"),
        ("{\"version\":3}", "0.12"),
        ("{\"version\":5}", "reads version 4"),
        ("{\"version\":4,\"resources\":[{}]}", "malformed"),
        (
            r#"{"version":4,"resources":[{"mode":"managed","type":"a","name":"b","provider":"x","instances":[]}]}"#,
            "a.b",
        ),
    ] {
        let error = from_tfstate(text, &unknown_types).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}
