//! Decides when recursion over expressions gets more stack: whenever little is left, on whichever thread. How deep they nest is
//! bounded by the parser, so the stack is as well.

/// With less than this left, more is taken; no step of the recursion uses as much.
const LEFT: usize = 128 << 10;

/// How much is taken.
const MORE: usize = 2 << 20;

/// Runs one step of a recursion.
pub(crate) fn deep<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEFT, MORE, step)
}
