//! Source text to configuration to module tree; references; evaluation; functions.
