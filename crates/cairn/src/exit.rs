//! Decides which exit code an outcome has. The codes are Terraform's.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what it was asked, and (with `-detailed-exitcode`, for `drift`) there is nothing to do.
    Ok,
    /// It could not.
    Error,
    /// `-detailed-exitcode`: there are changes. `drift`: there is drift. `fmt`: it could not.
    Changes,
    /// `fmt -check`: something is not in canonical form.
    Unformatted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Error => 1,
            Exit::Changes => 2,
            Exit::Unformatted => 3,
        })
    }
}
