//! Decides what Ctrl-C and SIGTERM do: the first asks to stop in an orderly way, the second to stop now.

use cairn_engine::Cancel;

/// Listens in the background, for as long as the runtime lives.
pub(crate) fn listen(cancel: Cancel) {
    tokio::spawn(async move {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        loop {
            let terminated = async {
                match &mut terminate {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated => {}
            }
            cancel.request();
        }
    });
}
