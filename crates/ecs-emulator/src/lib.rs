//! The cloud as a state machine, with an HTTP shell and fault injection: an ECS (and the parts of
//! VPC and STS that go with it) that answers signed requests on a loopback port.
//!
//! ```text
//!   socket ─► http ─► answer ──► core ──► gate      who is let in
//!                                 │   ├─► faults    what is to go wrong
//!                                 │   ├─► dispatch ─► world/*   pure: (state, now, request) → answer
//!                                 │   └─► store     on disk before it is answered
//!   handle, /_emulator/… ─────────┘       inventory, faults, back doors, status page
//! ```
//!
//! Everything is owned by one thread, so requests take effect one after another. The world knows
//! neither clock nor chance: the moment is an argument, ids come from a seed and counters. The
//! emulator shares with its clients only what `ecs-api` says about the form of requests.

mod answer;
mod backdoor;
mod catalogue;
mod cidr;
mod clock;
mod control;
mod core;
mod dispatch;
mod faults;
mod gate;
mod handle;
mod http;
mod idempotency;
mod ids;
mod inventory;
mod lifecycle;
mod names;
mod offline;
mod page;
mod refuse;
mod request;
mod request_log;
mod ssh_keys;
mod status_page;
mod store;
mod time;
mod tls;
mod world;
mod xml;

pub use backdoor::{BackdoorError, Change, Kind};
pub use faults::{Fault, FaultKind};
pub use handle::{
    DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Emulator, Handle, Options, StartError,
};
pub use inventory::{DiskEntry, Entry, GroupEntry, InstanceEntry, Inventory};
pub use lifecycle::{Delays, Status};
pub use offline::Offline;
pub use store::StoreError;
