//! Decides where a process can be made to die on purpose: named crash points, for tests of what a crash leaves behind.
//!
//! `CAIRN_CRASH_AT=<name>[:<n>]` kills the process with SIGKILL when the point is passed for the n-th time (from 1). Without it
//! nothing happens. The points, in the order of an apply:
//! `before-begin`, `after-begin`, `request-sent`, `after-answer`, `before-commit`, `mid-commit`, `after-commit`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

struct Armed {
    name: String,
    left: AtomicU32,
}

static ARMED: OnceLock<Armed> = OnceLock::new();

/// Arms a crash point, from `name` or `name:n`. Once per process.
pub fn arm(spec: &str) {
    let (name, n) = match spec.rsplit_once(':') {
        Some((name, n)) if n.parse::<u32>().is_ok() => (name, n.parse().unwrap_or(1)),
        _ => (spec, 1),
    };
    drop(ARMED.set(Armed {
        name: name.to_owned(),
        left: AtomicU32::new(n),
    }));
}

/// Passes a crash point.
pub fn pass(name: &'static str) {
    if is_due(name) {
        die();
    }
}

/// Passes the crash point that lies inside a remote request: the process dies a moment after the request went out. Resolves
/// never; race it against the request.
pub async fn inside(name: &'static str) -> std::convert::Infallible {
    if is_due(name) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        die();
    }
    std::future::pending().await
}

fn is_due(name: &str) -> bool {
    ARMED
        .get()
        .is_some_and(|armed| armed.name == name && armed.left.fetch_sub(1, Ordering::SeqCst) == 1)
}

/// Dies as `kill -9` would have it: no destructor runs, nothing is flushed.
fn die() -> ! {
    let pid = std::process::id().to_string();
    drop(
        std::process::Command::new("kill")
            .args(["-9", &pid])
            .status(),
    );
    std::process::abort()
}
