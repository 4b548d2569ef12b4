//! The emulator over its socket, with requests written byte by byte.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod catalogue;
mod control;
mod disk;
mod faults;
mod formats;
mod gate;
mod support;
