//! Decides how the state is written as Terraform's state format (version 4), and how such a state is read.
//!
//! Other tools read what `state pull` gives; a state of Terraform's is taken over by reading it here. What its attributes'
//! types are only the provider's schema says, so the caller is asked; where it does not know, the JSON's own types stand.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, Dependency, DependencyClosure, DeposedKey,
    InstanceKey, InstanceState, Lineage, ObjectStatus, OutputState, RemoteObject, Resource,
    ResourceMode, Serial, State, StateObject, Target,
};
use cairn_value::json::{
    from_json_implied, from_typed_json, to_json, to_typed_json, type_from_json, type_to_json,
};
use cairn_value::{Known, Path, PathStep, Type, Value, name};

use super::check::{self, CheckV1};

/// The version of the format.
const VERSION: u64 = 4;

/// The version that the file names as its writer: tools refuse one that is not Terraform's.
const TERRAFORM_VERSION: &str = "1.11.4";

/// The type of an object's value (an object type), as the provider's schema says it; nothing where it is not known.
pub type TypeOf<'f> = &'f dyn Fn(&AbsProviderConfig, &Resource) -> Option<Type>;

#[derive(Serialize, Deserialize)]
struct File {
    version: u64,
    #[serde(default)]
    terraform_version: String,
    #[serde(default)]
    serial: u64,
    #[serde(default)]
    lineage: String,
    #[serde(default)]
    outputs: BTreeMap<String, Output>,
    #[serde(default)]
    resources: Vec<ResourceFile>,
    /// Null for none.
    #[serde(default)]
    check_results: Option<Vec<CheckV1>>,
}

#[derive(Serialize, Deserialize)]
struct Output {
    value: Json,
    #[serde(rename = "type")]
    ty: Json,
    #[serde(default, skip_serializing_if = "super::v1::is_false")]
    sensitive: bool,
}

#[derive(Serialize, Deserialize)]
struct ResourceFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    mode: String,
    #[serde(rename = "type")]
    ty: String,
    name: String,
    provider: String,
    #[serde(default)]
    instances: Vec<InstanceFile>,
}

#[derive(Default, Serialize, Deserialize)]
struct InstanceFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index_key: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deposed: Option<String>,
    /// The provider instance, where the configuration is repeated by `for_each`: OpenTofu's addition. The resource has the
    /// configuration then, without a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    #[serde(default)]
    schema_version: u64,
    #[serde(default)]
    attributes: Json,
    #[serde(default)]
    sensitive_attributes: Vec<Vec<StepFile>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    private: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<String>,
    #[serde(default, skip_serializing_if = "super::v1::is_false")]
    create_before_destroy: bool,
    /// As OpenTofu names it.
    #[serde(default, skip_serializing_if = "super::v1::is_false")]
    skip_destroy: bool,
}

#[derive(Serialize, Deserialize)]
struct StepFile {
    #[serde(rename = "type")]
    ty: String,
    value: Json,
}

/// Writes the state as Terraform's, pretty-printed with a line end.
///
/// # Errors
/// A sentence where a value has no JSON (an infinite number).
pub fn to_tfstate(state: &State, type_of: TypeOf<'_>) -> Result<String, String> {
    let mut resources: Vec<ResourceFile> = Vec::new();
    let closure = DependencyClosure::of(state);
    let mut last: Option<(&AbsResource, &AbsProviderConfig)> = None;
    for (addr, instance) in &state.instances {
        let goes_on = last.is_some_and(|(resource, provider)| {
            *resource == addr.resource
                && (*provider == instance.provider
                    || provider.keyless() == instance.provider.keyless())
        });
        if !goes_on {
            resources.push(resource_out(addr, instance));
        }
        last = Some((&addr.resource, &instance.provider));
        let ty = type_of(&instance.provider, &addr.resource.resource);
        let resource = resources.last_mut().expect("one was pushed");
        let objects = instance
            .current
            .iter()
            .map(|o| (None, o))
            .chain(instance.deposed.iter().map(|(k, o)| (Some(k), o)));
        for (deposed, object) in objects {
            let mut out = object_out(addr, deposed, object, ty.as_ref(), &closure)
                .map_err(|e| format!("{addr}: {e}"))?;
            out.provider =
                (instance.provider.key != InstanceKey::None).then(|| instance.provider.to_string());
            resource.instances.push(out);
        }
    }
    let outputs = state
        .outputs
        .iter()
        .map(|(n, o)| {
            let value = to_json(o.value.value()).map_err(|e| format!("output {n}: {e}"))?;
            // The type must be that of the value in the file, which "any" is not.
            let ty = if o.ty.has_dynamic() {
                o.value.value().ty()
            } else {
                o.ty.clone()
            };
            let output = Output {
                value,
                ty: type_to_json(&ty),
                sensitive: o.sensitive,
            };
            Ok((n.to_string(), output))
        })
        .collect::<Result<_, String>>()?;
    let file = File {
        version: VERSION,
        terraform_version: TERRAFORM_VERSION.to_owned(),
        serial: state.serial.0,
        lineage: state.lineage.to_string(),
        outputs,
        resources,
        check_results: (!state.checks.is_empty()).then(|| check::out(&state.checks)),
    };
    let mut text = serde_json::to_string_pretty(&file).map_err(|e| e.to_string())?;
    text.push('\n');
    Ok(text)
}

fn resource_out(addr: &AbsResourceInstance, instance: &InstanceState) -> ResourceFile {
    let module = &addr.resource.module;
    let resource = &addr.resource.resource;
    ResourceFile {
        module: (!module.is_root()).then(|| module.to_string()),
        mode: match resource.mode {
            ResourceMode::Managed => "managed",
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => "ephemeral",
        }
        .to_owned(),
        ty: resource.ty.to_string(),
        name: resource.name.to_string(),
        provider: instance.provider.keyless().to_string(),
        instances: Vec::new(),
    }
}

fn object_out(
    addr: &AbsResourceInstance,
    deposed: Option<&DeposedKey>,
    object: &StateObject,
    ty: Option<&Type>,
    closure: &DependencyClosure,
) -> Result<InstanceFile, String> {
    let value = object.remote.value.value();
    let attributes = match ty {
        Some(ty) => to_typed_json(value, ty),
        None => to_json(value),
    };
    let private = &object.remote.private;
    let dependencies = closure
        .addresses(&addr.resource.config(), object)
        .into_iter()
        .collect();
    Ok(InstanceFile {
        index_key: match &addr.key {
            InstanceKey::None => None,
            InstanceKey::Index(i) => Some(json!(i)),
            InstanceKey::Key(k) => Some(json!(&**k)),
        },
        status: (object.status == ObjectStatus::Tainted).then(|| "tainted".to_owned()),
        deposed: deposed.map(ToString::to_string),
        provider: None,
        schema_version: object.remote.schema_version,
        attributes: attributes.map_err(|e| e.to_string())?,
        sensitive_attributes: object.sensitive.iter().filter_map(path_out).collect(),
        private: (!private.is_empty()).then(|| BASE64_STANDARD.encode(private)),
        dependencies,
        create_before_destroy: object.create_before_destroy,
        skip_destroy: object.keeps_object,
    })
}

/// A path as Terraform writes it; nothing for one into a set, which it cannot write.
fn path_out(path: &Path) -> Option<Vec<StepFile>> {
    path.0
        .iter()
        .map(|step| {
            let (ty, value) = match step {
                PathStep::Attr(n) => ("get_attr", json!(&**n)),
                PathStep::Index(i) => ("index", json!({"value": i, "type": "number"})),
                PathStep::Key(k) => ("index", json!({"value": &**k, "type": "string"})),
                PathStep::Element(_) => return None,
            };
            Some(StepFile {
                ty: ty.to_owned(),
                value,
            })
        })
        .collect()
}

/// Reads a state of Terraform's (version 4).
///
/// # Errors
/// A sentence that says what is wrong and what to do.
pub fn from_tfstate(text: &str, type_of: TypeOf<'_>) -> Result<State, String> {
    let version = serde_json::from_str::<Json>(text)
        .map_err(|e| format!("This is no state: it is not JSON ({e})."))?
        .get("version")
        .and_then(Json::as_u64);
    match version {
        Some(VERSION) => {}
        Some(v) if v < VERSION => {
            return Err(format!(
                "The state has version {v}, which only Terraform before 0.12 wrote. Let Terraform upgrade it first: run `terraform apply -refresh-only` with a version from 0.12 on."
            ));
        }
        Some(v) => {
            return Err(format!(
                "The state has version {v}; this version of cairn reads version {VERSION}."
            ));
        }
        None => {
            return Err(
                "This is no state of Terraform's: it has no version. If it is encrypted, decrypt it first with `tofu state pull`."
                    .to_owned(),
            );
        }
    }
    let file: File =
        serde_json::from_str(text).map_err(|e| format!("The state is malformed: {e}."))?;
    let mut state = State {
        lineage: Lineage(Arc::from(file.lineage)),
        serial: Serial(file.serial),
        ..State::default()
    };
    state.checks = check::all(file.check_results.unwrap_or_default())
        .map_err(|e| format!("The results of checks are malformed: {e}."))?;
    for (n, output) in file.outputs {
        let output = output_in(&output).map_err(|e| format!("Output {n}: {e}"))?;
        state.outputs.insert(name(&n), output);
    }
    for resource in file.resources {
        let place = format!(
            "{}{}.{}",
            resource
                .module
                .as_ref()
                .map_or(String::new(), |m| format!("{m}.")),
            resource.ty,
            resource.name
        );
        resource_in(&mut state, resource, type_of).map_err(|e| format!("{place}: {e}"))?;
    }
    Ok(state)
}

fn known(value: Value) -> Result<Known, String> {
    Known::try_from(value).map_err(|_| "The value is not known.".to_owned())
}

fn output_in(output: &Output) -> Result<OutputState, String> {
    let ty = type_from_json(&output.ty).ok_or("The type is malformed.")?;
    let value = cairn_value::json::from_json(&output.value, &ty).map_err(|e| e.to_string())?;
    Ok(OutputState {
        value: known(value)?,
        ty,
        sensitive: output.sensitive,
    })
}

fn resource_in(state: &mut State, file: ResourceFile, type_of: TypeOf<'_>) -> Result<(), String> {
    let module = match &file.module {
        Some(m) => m.parse().map_err(|e| format!("{m}: {e}"))?,
        None => cairn_model::ModuleInstance::root(),
    };
    let resource = Resource {
        mode: match file.mode.as_str() {
            "managed" => ResourceMode::Managed,
            "data" => ResourceMode::Data,
            other => return Err(format!("There is no mode {other:?}.")),
        },
        ty: name(&file.ty),
        name: name(&file.name),
    };
    let provider = provider_in(&file.provider)?;
    let ty = type_of(&provider, &resource);
    let resource = resource.in_module(module);
    for instance in file.instances {
        let key = match &instance.index_key {
            None | Some(Json::Null) => InstanceKey::None,
            Some(Json::String(k)) => InstanceKey::Key(Arc::from(k.as_str())),
            Some(other) => InstanceKey::Index(
                other
                    .as_u64()
                    .ok_or_else(|| format!("There is no key {other}."))?,
            ),
        };
        let addr = resource.instance(key);
        let deposed = instance.deposed.as_deref().map(|k| DeposedKey(k.into()));
        let object =
            Arc::new(object_in(&instance, ty.as_ref()).map_err(|e| format!("{}: {e}", addr.key))?);
        let provider = match &instance.provider {
            Some(own) => provider_in(own)?,
            None => provider.clone(),
        };
        let entry = state
            .instances
            .entry(addr)
            .or_insert_with(|| InstanceState {
                provider,
                current: None,
                deposed: BTreeMap::new(),
            });
        match deposed {
            None => entry.current = Some(object),
            Some(key) => {
                entry.deposed.insert(key, object);
            }
        }
    }
    Ok(())
}

fn provider_in(text: &str) -> Result<AbsProviderConfig, String> {
    text.parse().map_err(|e| format!("{text}: {e}"))
}

fn object_in(file: &InstanceFile, ty: Option<&Type>) -> Result<StateObject, String> {
    let value = match ty {
        // An older schema's attributes may not fit the present type; the provider upgrades them by their own types.
        Some(ty) => {
            from_typed_json(&file.attributes, ty).or_else(|_| from_json_implied(&file.attributes))
        }
        None => from_json_implied(&file.attributes),
    };
    let value = value.map_err(|e| e.to_string())?;
    let sensitive = file
        .sensitive_attributes
        .iter()
        .map(|p| path_in(p))
        .collect::<Option<_>>()
        .ok_or("The path of a sensitive attribute is malformed.")?;
    let private = match &file.private {
        Some(text) => BASE64_STANDARD
            .decode(text)
            .map_err(|e| format!("The private data is malformed: {e}."))?,
        None => Vec::new(),
    };
    let dependencies = file
        .dependencies
        .iter()
        .map(|d| match d.parse::<Target>() {
            Ok(Target::Resource(r)) => Ok(Dependency::Resource(r)),
            Ok(Target::Instance(i)) => Ok(Dependency::Instance(i)),
            _ => Err(format!("{d:?} is no dependency.")),
        })
        .collect::<Result<_, String>>()?;
    Ok(StateObject {
        remote: RemoteObject {
            value: known(value)?,
            private: Arc::from(private),
            schema_version: file.schema_version,
        },
        sensitive,
        status: match file.status.as_deref() {
            Some("tainted") => ObjectStatus::Tainted,
            _ => ObjectStatus::Ready,
        },
        dependencies,
        create_before_destroy: file.create_before_destroy,
        keeps_object: file.skip_destroy,
    })
}

fn path_in(steps: &[StepFile]) -> Option<Path> {
    steps
        .iter()
        .map(|step| match (step.ty.as_str(), &step.value) {
            ("get_attr", Json::String(n)) => Some(PathStep::Attr(name(n))),
            ("index", Json::Object(index)) => match index.get("value")? {
                Json::String(k) => Some(PathStep::Key(Arc::from(k.as_str()))),
                number => Some(PathStep::Index(number.as_u64()? as usize)),
            },
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
        .map(Path)
}
