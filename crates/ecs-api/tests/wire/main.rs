//! The wire as clients that nobody here wrote use it: published signing vectors, requests recorded
//! from the official SDKs, and response shapes written down from the API documents. These pin the
//! encoding from outside, so that client and server cannot agree on the same mistake.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its fixtures too"
)]

mod sdk;
mod shapes;
mod vectors;
