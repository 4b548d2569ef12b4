//! Decides what a schema says of one attribute.

use cairn_value::Type;

/// What an attribute is and who sets it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags are the provider protocol's, each on its own"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeSchema {
    /// Its type.
    pub ty: Type,
    /// What it is for, one or two sentences.
    pub description: String,
    /// The configuration must set it.
    pub required: bool,
    /// The configuration may set it.
    pub optional: bool,
    /// The provider may set it.
    pub computed: bool,
    /// Its value is never printed.
    pub sensitive: bool,
    /// Its value is never stored.
    pub write_only: bool,
    /// It follows from other objects: a disk's instance, from its attachment. A change of it alone is not drift.
    pub linked: bool,
    /// It should not be used any more, or cannot be.
    pub deprecated: Option<Deprecation>,
}

/// Why an attribute should not be used any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// What to use instead, a full sentence.
    pub message: String,
    /// Setting it is an error, not a warning.
    pub removed: bool,
}

impl AttributeSchema {
    fn new(ty: Type, required: bool, optional: bool, computed: bool) -> Self {
        Self {
            ty,
            description: String::new(),
            required,
            optional,
            computed,
            sensitive: false,
            write_only: false,
            linked: false,
            deprecated: None,
        }
    }

    /// Must be set.
    pub fn required(ty: Type) -> Self {
        Self::new(ty, true, false, false)
    }

    /// May be set.
    pub fn optional(ty: Type) -> Self {
        Self::new(ty, false, true, false)
    }

    /// May be set; the provider chooses otherwise.
    pub fn optional_computed(ty: Type) -> Self {
        Self::new(ty, false, true, true)
    }

    /// Chosen by the provider.
    pub fn computed(ty: Type) -> Self {
        Self::new(ty, false, false, true)
    }

    /// Never printed.
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// It follows from other objects.
    pub fn linked(mut self) -> Self {
        self.linked = true;
        self
    }

    /// What it is for.
    pub fn describe(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// Not to be used any more: a warning.
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(Deprecation {
            message: message.into(),
            removed: false,
        });
        self
    }

    /// Not to be used any more: an error.
    pub fn removed(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(Deprecation {
            message: message.into(),
            removed: true,
        });
        self
    }
}
