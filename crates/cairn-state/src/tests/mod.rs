//! Tests of the crate as a whole: what all stores must do, what must survive on the disk, and the objects they use.

mod contract;
mod crash;
mod disk;
mod edit;
mod fixtures;
#[cfg(target_os = "linux")]
mod full;
mod plan;
#[cfg(target_os = "linux")]
mod power;
mod retention;
pub(crate) mod sample;
mod tfstate;
mod verify;
