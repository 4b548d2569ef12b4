//! Tags, under the three names that the products give their members. Their rules are elsewhere.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

wire! {
    /// A tag in a request: `Tag.N.Key`, `Tag.N.Value`. An older spelling has both in lower case.
    Tag {
        #[serde(alias = "key")]
        key: String,
        #[serde(alias = "value")]
        value: String,
    }

    /// A tag as a condition of a query: without a value, every value will do.
    TagFilter {
        #[serde(alias = "key")]
        key: Option<String>,
        #[serde(alias = "value")]
        value: Option<String>,
    }

    /// A tag as ECS answers it.
    TagItem {
        tag_key: String,
        tag_value: String,
    }

    /// A tag as VPC answers it.
    VpcTag {
        key: String,
        value: String,
    }

    /// One tag of one resource, from a list over many.
    TagResource {
        resource_id: String,
        resource_type: String,
        tag_key: String,
        tag_value: String,
    }

    /// A condition of a query by name, such as `CreationStartTime`.
    Filter {
        key: Option<String>,
        value: Option<String>,
    }

    /// How many resources of each kind carry a tag.
    TagResourceCount {
        instance: i64,
        disk: i64,
        volume: i64,
        image: i64,
        snapshot: i64,
        securitygroup as "Securitygroup": i64,
        eni: i64,
        key_pair: i64,
        launch_template: i64,
        ddh: i64,
    }

    /// A tag with the number of resources that carry it.
    CountedTag {
        tag_key: String,
        tag_value: String,
        resource_type_count: TagResourceCount,
    }
}

impl Tag {
    /// A tag of a key and a value.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }
}
