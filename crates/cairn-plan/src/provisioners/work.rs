//! Decides what an evaluated provisioner does: its arguments taken apart, those refused that do not go together.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::Provisioner;
use cairn_value::Value;

use super::connection::{SshConnection, connection, refused};
use super::fields::Fields;
use crate::Programs;

/// What a provisioner does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Runs a command here.
    LocalExec(LocalExec),
    /// Runs scripts there, one after the other.
    RemoteExec {
        /// How to get there.
        connection: Box<SshConnection>,
        /// What is run.
        scripts: RemoteScripts,
    },
    /// Copies something there.
    File {
        /// How to get there.
        connection: Box<SshConnection>,
        /// What.
        source: FileSource,
        /// To which path.
        destination: String,
    },
}

/// A command that is run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalExec {
    /// The command: the last argument of the interpreter.
    pub command: String,
    /// The program and its first arguments; empty for the system's shell.
    pub interpreter: Vec<String>,
    /// Where, if not here.
    pub working_dir: Option<String>,
    /// Variables besides those of this process.
    pub environment: Vec<(String, String)>,
    /// The command itself is not shown.
    pub quiet: bool,
}

/// Scripts that are run there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteScripts {
    /// One of these lines.
    Inline(Vec<String>),
    /// These files of this machine.
    Files(Vec<String>),
}

/// What is copied there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileSource {
    /// A file or folder of this machine.
    Path(String),
    /// This text.
    Content(String),
}

/// What is wrong with how arguments go together: summary and detail.
pub(super) fn misfit(ty: &str, block: &Value) -> Option<(&'static str, &'static str)> {
    let f = Fields(block);
    let count = |names: &[&str]| names.iter().filter(|n| f.is_set(n)).count();
    match ty {
        "local-exec" if f.text("command").is_some_and(|c| c.is_empty()) => Some((
            "Invalid local-exec provisioner command",
            "The command is empty, so there is nothing to run.",
        )),
        "remote-exec" => match count(&["inline", "script", "scripts"]) {
            1 => None,
            0 => Some((
                "Invalid remote-exec provisioner configuration",
                "There is nothing to run: set one of `inline`, `script` and `scripts`.",
            )),
            _ => Some((
                "Invalid remote-exec provisioner configuration",
                "Only one of `inline`, `script` and `scripts` can be set. Use a provisioner for each.",
            )),
        },
        "file" => match count(&["source", "content"]) {
            1 => None,
            0 => Some((
                "Invalid file provisioner configuration",
                "There is nothing to copy: set `source` to a path, or `content` to a text.",
            )),
            _ => Some((
                "Invalid file provisioner configuration",
                "What is copied is either a file (`source`) or a text (`content`), not both.",
            )),
        },
        _ => None,
    }
}

/// What a provisioner does, its values final and without marks.
pub(super) fn work(
    provisioner: &Provisioner,
    block: &Value,
    of_connection: Option<&Value>,
) -> Result<Work, Diagnostics> {
    let ty = &*provisioner.ty.value;
    let wrong = |summary: &str, detail: String| {
        Diagnostic::error("invalid-provisioner", summary.to_owned())
            .detail(detail)
            .at(provisioner.header)
    };
    if !block.is_wholly_known() || of_connection.is_some_and(|c| !c.is_wholly_known()) {
        return Err(wrong(
            "Provisioner's arguments still unknown",
            "An argument depends on something that has not been made. Make that first, with -target.".to_owned(),
        )
        .into());
    }
    if let Some((summary, detail)) = misfit(ty, block) {
        return Err(wrong(summary, detail.to_owned()).into());
    }
    let f = Fields(block);
    if ty == "local-exec" {
        return Ok(Work::LocalExec(LocalExec {
            command: f.text("command").unwrap_or_default(),
            interpreter: f
                .texts("interpreter")
                .unwrap_or_default()
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect(),
            working_dir: f.text("working_dir").filter(|d| !d.is_empty()),
            environment: f.entries("environment"),
            quiet: f.flag("quiet").unwrap_or(false),
        }));
    }
    let Some(of_connection) = of_connection else {
        return Err(no_connection(provisioner).into());
    };
    // Whether the programs are there is found out by calling them.
    if let Some((argument, detail)) = refused(of_connection, Programs::default()).pop() {
        let place = provisioner
            .connection
            .as_ref()
            .and_then(|c| c.body.attribute(argument).map(|a| a.expr.span));
        return Err(wrong("Invalid connection", detail)
            .at(place.unwrap_or(provisioner.header))
            .into());
    }
    let Some(connection) = connection(of_connection).map(Box::new) else {
        return Err(no_connection(provisioner).into());
    };
    if ty == "file" {
        let source = match f.text("content") {
            Some(content) => FileSource::Content(content),
            None => FileSource::Path(f.text("source").unwrap_or_default()),
        };
        return Ok(Work::File {
            connection,
            source,
            destination: f.text("destination").unwrap_or_default(),
        });
    }
    let given = |n: &str| -> Result<Option<Vec<String>>, Diagnostics> {
        let Some(texts) = f.texts(n) else {
            return Ok(None);
        };
        let texts: Option<Vec<String>> = texts.into_iter().collect();
        texts.map(Some).ok_or_else(|| {
            wrong(
                "Invalid remote-exec provisioner configuration",
                format!("An element of `{n}` is null."),
            )
            .into()
        })
    };
    let scripts = match (given("inline")?, f.text("script"), given("scripts")?) {
        (Some(lines), _, _) => RemoteScripts::Inline(lines),
        (None, Some(path), _) => RemoteScripts::Files(vec![path]),
        (None, None, paths) => RemoteScripts::Files(paths.unwrap_or_default()),
    };
    Ok(Work::RemoteExec {
        connection,
        scripts,
    })
}

/// The message for a provisioner that works there but is not told where.
pub(super) fn no_connection(provisioner: &Provisioner) -> Diagnostic {
    Diagnostic::error("missing-connection", "Missing connection configuration")
        .detail(format!(
            "A {:?} provisioner works on another machine and needs a `connection` block that says how to reach it, at least its `host`: in the provisioner, or in the resource for all of its provisioners.",
            &*provisioner.ty.value
        ))
        .at(provisioner.header)
}
