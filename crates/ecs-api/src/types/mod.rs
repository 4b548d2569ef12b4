//! The objects that requests and responses are made of, by topic. Which action takes or gives them
//! is decided in `ops`.

mod disk;
mod image;
mod instance;
mod network;
mod region;
mod security_group;
mod tag;

pub(crate) mod listed;

pub use disk::*;
pub use image::*;
pub use instance::*;
pub use network::*;
pub use region::*;
pub use security_group::*;
pub use tag::*;
