//! Decides how an apply is interrupted: once, nothing new is started; twice, what is in flight is let go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// A request to stop, shared between the signal handler and the apply loop.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Inner>);

#[derive(Default)]
struct Inner {
    level: AtomicU8,
    changed: Notify,
}

impl Cancel {
    /// Asks once more.
    pub fn request(&self) {
        self.0.level.fetch_add(1, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Whether nothing new may be started.
    pub fn is_requested(&self) -> bool {
        self.0.level.load(Ordering::SeqCst) >= 1
    }

    /// Waits until it has been asked.
    pub async fn requested(&self) {
        self.reached(1).await;
    }

    /// Waits until it has been asked at least twice.
    pub async fn forced(&self) {
        self.reached(2).await;
    }

    async fn reached(&self, level: u8) {
        loop {
            let changed = self.0.changed.notified();
            if self.0.level.load(Ordering::SeqCst) >= level {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn twice_forces() {
        let cancel = Cancel::default();
        assert!(!cancel.is_requested());
        cancel.request();
        assert!(cancel.is_requested());
        let other = cancel.clone();
        let waiting = tokio::spawn(async move { other.forced().await });
        cancel.request();
        waiting
            .await
            .expect("forced() returns after the second request");
    }
}
