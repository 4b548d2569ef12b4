//! Key pairs and the instances that carry them.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::params::{JsonList, Secret};
use crate::rules;
use crate::types::{InstanceResult, Tag, TagFilter, TagItem, listed};

operations! {
    /// The private key is in the answer, and nowhere else ever.
    CreateKeyPair(Ecs, Never) -> CreateKeyPairResponse {
        region_id: String,
        key_pair_name: String,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
    }

    ImportKeyPair(Ecs, Never) -> ImportKeyPairResponse {
        region_id: String,
        key_pair_name: String,
        public_key_body: String,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
    }

    /// Names may hold `*`; 50 a page at most.
    DescribeKeyPairs(Ecs, ByNature) -> DescribeKeyPairsResponse {
        region_id: String,
        key_pair_name: Option<String>,
        key_pair_finger_print: Option<String>,
        include_public_key: Option<bool>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    /// At most 100.
    DeleteKeyPairs(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        key_pair_names: JsonList<String>,
    }

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
    CreateKeyPairResponse {
        key_pair_id: String,
        key_pair_name: String,
        key_pair_finger_print: String,
        private_key_body: Secret,
    }

    ImportKeyPairResponse {
        key_pair_name: String,
        key_pair_finger_print: String,
    }

    DescribeKeyPairsResponse {
        #[serde(with = "listed::key_pair")]
        key_pairs: Vec<KeyPair>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

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
    KeyPair {
        key_pair_name: String,
        key_pair_finger_print: String,
        public_key: String,
        resource_group_id: String,
        creation_time: String,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

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
