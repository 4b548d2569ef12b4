//! Decides how what an apply came to is put into a sentence.

use cairn_engine::Applied;

/// What is printed at the end.
pub(crate) fn sentence(done: &Applied, destroy: bool) -> String {
    if destroy {
        format!(
            "Destroy complete! Resources: {} destroyed{}.",
            done.destroyed,
            forgotten(done)
        )
    } else {
        format!("Apply complete! Resources: {}.", counts(done))
    }
}

/// What an apply came to, as the history keeps it.
pub(crate) fn summary(done: &Applied, failed: bool) -> String {
    let end = if failed {
        "Ended with errors"
    } else {
        "Complete"
    };
    format!("{end}: {}.", counts(done))
}

fn counts(done: &Applied) -> String {
    let imported = if done.imported > 0 {
        format!("{} imported, ", done.imported)
    } else {
        String::new()
    };
    format!(
        "{imported}{} added, {} changed, {} destroyed{}",
        done.added,
        done.changed,
        done.destroyed,
        forgotten(done)
    )
}

fn forgotten(done: &Applied) -> String {
    if done.forgotten > 0 {
        format!(", {} forgotten", done.forgotten)
    } else {
        String::new()
    }
}
