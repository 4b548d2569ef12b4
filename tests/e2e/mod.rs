//! What users do, with the real binary against the emulator over HTTP.

mod bad_input;
mod checks;
mod commands;
mod completion;
mod configuration;
mod console;
mod describe;
mod drift;
mod ephemeral;
mod explain;
mod flags;
mod fmt;
mod lifecycle;
mod mistakes;
mod modules;
mod pipelines;
mod plan_json;
mod provider_instances;
mod provisioners;
mod provisioners_ssh;
mod rounds;
mod run_instances;
mod state;
mod testing;
mod utility;
mod web_cluster;
