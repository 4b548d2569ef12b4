//! The cloud as a state machine, with an HTTP shell and fault injection.
