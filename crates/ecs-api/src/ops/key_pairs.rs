//! Key pairs and the instances that carry them.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::params::JsonList;
use crate::rules;
use crate::types::{InstanceResult, listed};

operations! {
    /// At most 50 instances, Linux only; takes the place of an earlier pair and of password login.
    AttachKeyPair(Ecs, ByNature) -> KeyPairResults, check rules::attach_key_pair {
        region_id: String,
        key_pair_name: String,
        instance_ids: JsonList<String>,
    }

    /// At most 50 instances.
    DetachKeyPair(Ecs, ByNature) -> KeyPairResults, check rules::detach_key_pair {
        region_id: String,
        key_pair_name: String,
        instance_ids: JsonList<String>,
    }
}

responses! {
    /// What became of each instance. The counts are text on the wire, and so is success.
    KeyPairResults {
        key_pair_name: String,
        total_count: String,
        fail_count: String,
        #[serde(with = "listed::result")]
        results: Vec<KeyPairResult>,
    }
}

wire! {
    /// One instance of a batch; `Success` is `true` or `false` as text.
    KeyPairResult {
        instance_id: String,
        success: String,
        code: String,
        message: String,
    }
}

impl From<InstanceResult> for KeyPairResult {
    fn from(result: InstanceResult) -> Self {
        Self {
            instance_id: result.instance_id,
            success: result.success.to_string(),
            code: result.code,
            message: result.message,
        }
    }
}
