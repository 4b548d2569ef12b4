//! The provider contract: traits, checks on answers, registry.
