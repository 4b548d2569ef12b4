//! Tests that use the whole: the rules of the tree (`tidy`), the real binary against the emulator over HTTP (`e2e`), every
//! resource type and repositories like real ones through their lives (`lifecycles`, `repositories`), and what a crash leaves behind
//! (`crash`). One binary, so that it links once.

mod crash;
mod e2e;
mod lifecycles;
mod repositories;
mod support;
mod tidy;
