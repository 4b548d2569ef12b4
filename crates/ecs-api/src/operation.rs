//! What an API action is: its name, the product that serves it, whether a lost answer may be asked
//! for again, and the type of its response. It does not send or handle anything.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ParamError;
use crate::params::{JsonList, Secret};

/// The service behind an action. Each has its own endpoint and its own API version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Product {
    /// Elastic Compute Service: instances, disks, images, security groups.
    Ecs,
    /// Virtual Private Cloud: VPCs, vSwitches, route tables, elastic addresses.
    Vpc,
    /// Security Token Service: who am I, assume a role.
    Sts,
    /// Resource Management: resource groups. One endpoint for all regions.
    ResourceManager,
}

impl Product {
    /// Every product of this crate.
    pub const ALL: [Self; 4] = [Self::Ecs, Self::Vpc, Self::Sts, Self::ResourceManager];

    /// The API version that requests name (`Version` in V1, `x-acs-version` in V3).
    pub const fn version(self) -> &'static str {
        match self {
            Self::Ecs => "2014-05-26",
            Self::Vpc => "2016-04-28",
            Self::Sts => "2015-04-01",
            Self::ResourceManager => "2020-03-31",
        }
    }

    /// The product code, as in host names (`ecs.aliyuncs.com`); upper-cased it is the prefix of the
    /// endpoint variables (`ECS_ENDPOINT`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::Vpc => "vpc",
            Self::Sts => "sts",
            Self::ResourceManager => "resourcemanager",
        }
    }

    /// The product that has this API version, for a server that serves all of them on one port.
    pub fn from_version(version: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|product| product.version() == version)
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Whether a request may be sent again when its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Yes, with the same client token: the service answers with the first result.
    ByToken,
    /// Yes: doing it twice is the same as doing it once, or it only reads.
    ByNature,
    /// No: a second one may do a second thing.
    Never,
}

/// A response body. Every one carries the id of the request it answers.
pub trait ApiResponse:
    Serialize + DeserializeOwned + Default + fmt::Debug + Clone + Send + Sync + 'static
{
    /// The service's id of the request, for support cases.
    fn request_id(&self) -> &str;
    /// Sets the id; the server does it once for all actions.
    fn set_request_id(&mut self, id: String);
}

/// One API action. The implementing struct is the request; its fields are the parameters.
pub trait Operation: Serialize + DeserializeOwned + fmt::Debug + Send + Sync {
    /// The value of `Action`.
    const ACTION: &'static str;
    /// The service that takes it.
    const PRODUCT: Product;
    /// Whether it may be sent again after a lost answer.
    const RETRY: Retry;
    /// What a success looks like.
    type Response: ApiResponse;

    /// Checks what the documents say about the parameters of a single request. It knows nothing of
    /// what exists in the cloud.
    ///
    /// # Errors
    /// The first rule that is broken.
    fn validate(&self) -> Result<(), ParamError>;

    /// The token that makes a repetition harmless, of an action that takes one.
    fn client_token(&self) -> Option<&str> {
        None
    }

    /// Sets the token. Does nothing for an action that takes none.
    fn set_client_token(&mut self, _token: String) {}
}

/// A row of [`OPERATIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationInfo {
    /// The value of `Action`.
    pub action: &'static str,
    /// The service that takes it.
    pub product: Product,
    /// Whether it may be sent again after a lost answer.
    pub retry: Retry,
}

macro_rules! rows {
    ($($operation:ident),* $(,)?) => {
        &[$(OperationInfo {
            action: <crate::ops::$operation as Operation>::ACTION,
            product: <crate::ops::$operation as Operation>::PRODUCT,
            retry: <crate::ops::$operation as Operation>::RETRY,
        }),*]
    };
}

/// Every action that servers dispatch by.
pub const OPERATIONS: &[OperationInfo] = crate::for_each_operation!(rows);

/// The actions that only clients have yet.
pub const FURTHER_OPERATIONS: &[OperationInfo] = crate::for_each_further_operation!(rows);

/// Types of required parameters know when they were not given.
pub(crate) trait Required {
    fn is_missing(&self) -> bool;
}

impl Required for String {
    fn is_missing(&self) -> bool {
        self.is_empty()
    }
}

impl Required for Secret {
    fn is_missing(&self) -> bool {
        self.expose().is_empty()
    }
}

impl<T> Required for Option<T> {
    fn is_missing(&self) -> bool {
        false
    }
}

impl<T> Required for Vec<T> {
    fn is_missing(&self) -> bool {
        false
    }
}

impl<T> Required for JsonList<T> {
    fn is_missing(&self) -> bool {
        self.0.is_empty()
    }
}

macro_rules! never_missing {
    ($($ty:ty),* $(,)?) => {$(
        impl Required for $ty {
            fn is_missing(&self) -> bool {
                false
            }
        }
    )*};
}

never_missing!(
    i64,
    bool,
    crate::types::SystemDiskParams,
    crate::types::TemplateSystemDiskParams,
    crate::types::NetworkOptionsParams,
    crate::types::PrivateDnsNameOptionsParams,
    crate::types::ImageOptionsParams,
    crate::types::SecurityOptionsParams,
    crate::types::CpuOptionsParams,
    crate::types::ClockOptionsParams,
    crate::types::PrivatePoolOptionsParams,
    crate::types::SchedulerOptionsParams,
    crate::types::AdditionalInfoParams,
);

/// Reads a success body. Members that are `null` count as absent, and absent ones become empty: the
/// service leaves out what has no value.
///
/// # Errors
/// The body is not JSON, or a member has another type than the documents say.
pub fn decode_response<R: ApiResponse>(body: &[u8]) -> Result<R, serde_json::Error> {
    let mut value: serde_json::Value = serde_json::from_slice(body)?;
    drop_nulls(&mut value);
    serde_json::from_value(value)
}

/// Writes a success body.
///
/// # Errors
/// Never in practice: response types hold strings, numbers and lists only.
pub fn encode_response<R: ApiResponse>(response: &R) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(response)
}

/// Reads JSON without its nulls; `None` if it is not JSON of this type.
pub(crate) fn drop_nulls_and_parse<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let mut value: serde_json::Value = serde_json::from_slice(body).ok()?;
    drop_nulls(&mut value);
    serde_json::from_value(value).ok()
}

fn drop_nulls(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        serde_json::Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(drop_nulls);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::{DescribeInstancesResponse, RunInstances};

    #[test]
    fn actions_are_unique_within_a_product() {
        let mut seen = std::collections::BTreeSet::new();
        for row in OPERATIONS.iter().chain(FURTHER_OPERATIONS) {
            assert!(
                seen.insert((row.product, row.action)),
                "{} twice",
                row.action
            );
        }
        assert!(OPERATIONS.len() >= 70, "{}", OPERATIONS.len());
    }

    #[test]
    fn versions_lead_back_to_products() {
        for product in Product::ALL {
            assert_eq!(Product::from_version(product.version()), Some(product));
        }
        assert_eq!(Product::from_version("2000-01-01"), None);
    }

    #[test]
    fn nulls_and_absences_become_empty() {
        let body =
            br#"{"Instances":{"Instance":[{"InstanceId":"i-1","HostName":null,"Tags":null}]},
            "NextToken":null,"Unknown":{"a":[null]}}"#;
        let response: DescribeInstancesResponse = decode_response(body).unwrap();
        assert_eq!(response.instances[0].instance_id, "i-1");
        assert_eq!(response.instances[0].host_name, "");
        assert!(response.instances[0].tags.is_empty());
        assert_eq!(response.total_count, 0);
    }

    #[test]
    fn lists_are_always_present() {
        let body = encode_response(&DescribeInstancesResponse::default()).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(value["Instances"], serde_json::json!({"Instance": []}));
    }

    #[test]
    fn token_operations_take_a_token() {
        let mut request = RunInstances::default();
        assert_eq!(request.client_token(), None);
        request.set_client_token("abc".to_owned());
        assert_eq!(request.client_token(), Some("abc"));
    }
}
