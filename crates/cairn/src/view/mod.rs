//! Decides how results look. The commands hand over plain data; nothing here does anything but make text.

pub(crate) mod align;
pub(crate) mod change;
pub(crate) mod compare;
pub(crate) mod console;
pub(crate) mod deferred;
pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod explain;
pub(crate) mod fold;
pub(crate) mod graph;
pub(crate) mod history;
pub(crate) mod intents;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod node;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod rows;
pub(crate) mod secret;
pub(crate) mod state;
pub(crate) mod style;
pub(crate) mod summary;
pub(crate) mod unified;
pub(crate) mod value;
