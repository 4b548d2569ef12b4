//! The ECS, VPC and STS APIs as data: what a request and a response look like, how they travel,
//! which values the documents allow, what each error means, and how a request is signed.
//!
//! ```text
//!   request struct ──validate()──► rules        what a single request may hold
//!        │  ▲
//!   to_params │ from_params                     the flat `Tag.1.Key=…` encoding
//!        ▼  │
//!   sorted (name, value) pairs ──sign()──►      V1 (RPC, HMAC-SHA1) or V3 (ACS3-HMAC-SHA256)
//!
//!   response struct ◄──► JSON                   `{"Instances":{"Instance":[…]}}`
//!   ApiError        ◄──► JSON + HTTP status     table of known errors, class, retry advice
//! ```
//!
//! A client and a server are both built on it, so nothing here sends, listens, waits or looks at a
//! clock: time, nonces and tokens are arguments. It knows nothing of configurations, plans or state.

#[macro_use]
mod wire;

mod error;
mod operation;
mod params;
mod timestamp;

/// Sequential names.
pub mod names;
/// One module per group of API actions; each action is one request struct.
pub mod ops;
/// Pages of long answers.
pub mod page;
/// The documented rules of single requests.
pub mod rules;
/// Signing and checking signatures.
pub mod sign;
/// The objects that requests and responses are made of.
pub mod types;

pub use error::{
    ApiError, COMMON_ERRORS, ErrorClass, ErrorRow, ParamError, RUN_INSTANCES_ERRORS, RetryAdvice,
};
pub use operation::{
    ApiResponse, FURTHER_OPERATIONS, OPERATIONS, Operation, OperationInfo, Product, Retry,
    decode_response, encode_response,
};
pub use params::{DecodeError, JsonList, Secret, from_params, from_params_with_unknown, to_params};
pub use sign::{Credentials, SignatureError};
pub use timestamp::Timestamp;
