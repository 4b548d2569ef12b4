//! The objects that requests and responses are made of, by topic. Which action takes or gives them
//! is decided in `ops`.

mod disk;
mod image;
mod instance;
mod launch_template;
mod network;
mod price;
mod region;
mod security_group;
mod tag;

pub(crate) mod listed;

pub use disk::*;
pub use image::*;
pub use instance::*;
pub use launch_template::*;
pub use network::*;
pub use price::*;
pub use region::*;
pub use security_group::*;
pub use tag::*;
