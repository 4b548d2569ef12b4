//! Decides which version of a registry's module is taken, and from where: a mirror folder of the user's, never the network.
//!
//! A mirror holds each version as a folder or as an archive:
//!
//! ```text
//! <mirror>/<host>/<namespace>/<name>/<provider>/<version>/
//! <mirror>/<host>/<namespace>/<name>/<provider>/<version>.zip    (.tar.gz, .tgz, .tar.bz2, .tar.xz, .tar)
//! ```

use std::path::{Path, PathBuf};

use cairn_diag::{Diagnostic, SourceMap};
use cairn_lang::{
    ArchiveFormat, ExprKind, LocateProblem, ModuleRequest, RegistryModule, Version, parse_file,
};
use cairn_value::Value;

use crate::settings::Settings;

/// The name of the setting in the CLI's configuration file.
const SETTING: &str = "module_mirror";
const VARIABLE: &str = "CAIRN_MODULE_MIRROR";

/// A version in a mirror.
pub(super) struct Found {
    pub(super) version: Version,
    /// The folder or archive.
    pub(super) path: PathBuf,
    /// How it is packed, if it is an archive.
    pub(super) format: Option<ArchiveFormat>,
}

/// The mirror folder: that of the flag, else of the environment, else of the CLI's configuration file.
pub(super) fn mirror(flag: Option<&str>, settings: &Settings) -> Option<PathBuf> {
    let variable = || settings.environment.get(VARIABLE).filter(|v| !v.is_empty());
    flag.map(str::to_owned)
        .or_else(|| variable().cloned())
        .or_else(|| of_cli_config(settings))
        .map(
            |path| match (path.strip_prefix("~/"), settings.environment.get("HOME")) {
                (Some(rest), Some(home)) => Path::new(home).join(rest),
                _ => PathBuf::from(path),
            },
        )
}

/// `module_mirror = "FOLDER"` in `TF_CLI_CONFIG_FILE` or `~/.terraformrc`. What else stands there is Terraform's.
fn of_cli_config(settings: &Settings) -> Option<String> {
    let path = match settings.environment.get("TF_CLI_CONFIG_FILE") {
        Some(path) if !path.is_empty() => PathBuf::from(path),
        _ => Path::new(settings.environment.get("HOME")?).join(".terraformrc"),
    };
    let text = std::fs::read_to_string(path).ok()?;
    let mut sources = SourceMap::default();
    let file = sources.add("CLI configuration", text.as_str());
    let (body, _) = parse_file(file, &text);
    match &body.attribute(SETTING)?.expr.kind {
        ExprKind::Literal(Value::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

/// The highest version in the mirror that will do.
pub(super) fn choose(
    mirror: Option<&Path>,
    module: &RegistryModule,
    wanted: &ModuleRequest<'_>,
) -> Result<Found, Box<LocateProblem>> {
    let source = |d: Diagnostic| Box::new(LocateProblem::Source(d));
    let refused = || Diagnostic::error("module-registry", "Module not found in a mirror");
    let Some(mirror) = mirror else {
        return Err(source(
            refused()
                .detail(format!("The module {module} is one of a registry. cairn fetches nothing from registries, but takes their modules from a mirror folder, and none is set."))
                .hint(format!("Set one by -module-mirror=FOLDER, by the environment variable {VARIABLE}, or by {SETTING} = \"FOLDER\" in ~/.terraformrc, and put the module's versions into FOLDER/{module}/VERSION."))
                .hint("Or write where the module's source is: git::https://host/repository.git?ref=VERSION."),
        ));
    };
    let folder = mirror
        .join(module.host.replace(':', "_"))
        .join(&module.namespace)
        .join(&module.name)
        .join(&module.provider);
    let mut versions = versions(&folder);
    if versions.is_empty() {
        return Err(source(
            refused()
                .detail(format!(
                    "The mirror has no version of the module {module}: in the folder {} there is no folder and no archive whose name is a version.",
                    folder.display()
                ))
                .hint("Put the module there, each version in a folder such as 1.2.0 or an archive such as 1.2.0.zip."),
        ));
    }
    versions.sort_by(|a, b| a.version.cmp(&b.version));
    let all: Vec<String> = versions.iter().map(|f| f.version.to_string()).collect();
    let fitting = versions.into_iter().rfind(|f| wanted.admits(&f.version));
    fitting.ok_or_else(|| {
        let d = Diagnostic::error("module-version", "No module version fits");
        let all = all.join(", ");
        Box::new(LocateProblem::Version(if wanted.written.is_empty() {
            d.detail(format!("The mirror has only versions of the module {module} that must be asked for by name: {all}."))
                .hint("Write version = \"VERSION\" in the `module` block.")
        } else {
            d.detail(format!(
                "No version of the module {module} satisfies {}. The mirror has {all}.",
                wanted.written
            ))
            .hint("Change the constraint, or put a version that satisfies it into the mirror.")
        }))
    })
}

fn versions(folder: &Path) -> Vec<Found> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let path = entry.path();
            if path.is_dir() {
                return Some(Found {
                    version: Version::parse(&name)?,
                    path,
                    format: None,
                });
            }
            let format = ArchiveFormat::of_name(&name)?;
            let version = format
                .endings()
                .find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'))
                .and_then(Version::parse)?;
            Some(Found {
                version,
                path,
                format: Some(format),
            })
        })
        .collect()
}
