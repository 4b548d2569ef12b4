//! Tests that use the whole: the rules of the tree (`tidy`), the real binary against the emulator over HTTP (`e2e`), every
//! resource type through its life (`lifecycles`), and what a crash leaves behind (`crash`). One binary, so that it links once.

mod crash;
mod e2e;
mod lifecycles;
mod support;
mod tidy;
