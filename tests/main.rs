//! Tests that use the whole: the rules of the tree (`tidy`), the real binary against the emulator over HTTP (`e2e`), and what a
//! crash leaves behind (`crash`). One binary, so that it links once.

mod crash;
mod e2e;
mod support;
mod tidy;
