//! Decides what every command that works with a state and providers needs first: registry, emulator, store, evaluator.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_engine::{Events, Recovered, Sessions, recover, state_problem};
use cairn_lang::Evaluator;
use cairn_model::{
    AbsProviderConfig, BlockSchema, Lineage, Plan, PlanMode, Resource, Serial, State,
};
use cairn_plan::{PlanInput, PlanOptions, Planner, Programs, Undecided};
use cairn_provider::Registry;
use cairn_provider_alicloud::{AlicloudConnect, AlicloudProvider, EmulatorAccess, Environment};
use cairn_provider_builtin::Surroundings;
use cairn_state::{
    OpenOptions, Opening, SledStore, Snapshot, StateStore, from_tfstate, read_snapshot,
};
use cairn_value::Type;
use clap::ArgMatches;

use crate::cli::{is_on, text};
use crate::clock;
use crate::machine::Machine;
use crate::project::Project;
use crate::retention::retention;
use crate::selection::Selection;
use crate::settings::Settings;
use crate::view;

/// The providers, connected to the cloud or to the emulator.
pub(crate) struct Providers {
    pub(crate) registry: Registry,
    /// Runs as long as this lives.
    _emulator: Option<ecs_emulator::Handle>,
}

impl Providers {
    /// The built-in providers; with `-emulator` the emulator is started and stands in for the cloud.
    pub(crate) fn start(settings: &Settings) -> Result<Self, Diagnostic> {
        let emulator = settings
            .emulator
            .then(|| crate::emulator::start(settings))
            .transpose();
        let emulator = emulator
            .map_err(|e| Diagnostic::error("emulator", "The emulator did not start").detail(e))?;
        Ok(Self::with(settings, emulator))
    }

    /// The providers for tests, connected to a cloud of their own that is gone with this.
    pub(crate) fn for_tests(settings: &Settings) -> Result<Self, Diagnostic> {
        let emulator = crate::emulator::start_in_memory(settings)
            .map_err(|e| Diagnostic::error("emulator", "The emulator did not start").detail(e))?;
        Ok(Self::with(settings, Some(emulator)))
    }

    fn with(settings: &Settings, emulator: Option<ecs_emulator::Handle>) -> Self {
        let access = emulator.as_ref().map(|handle| {
            let (id, secret) = handle.access_key();
            EmulatorAccess {
                url: handle.url(),
                access_key_id: id.to_owned(),
                access_key_secret: secret.to_owned(),
            }
        });
        Self {
            registry: registry(settings, access),
            _emulator: emulator,
        }
    }

    /// The providers for commands that reach no cloud: their schemas are enough.
    pub(crate) fn offline(settings: &Settings) -> Registry {
        registry(settings, None)
    }
}

fn registry(settings: &Settings, emulator: Option<EmulatorAccess>) -> Registry {
    registered(Environment {
        variables: settings.environment.clone(),
        home: settings.environment.get("HOME").map(Into::into),
        emulator,
        rules: settings.rules,
    })
}

fn registered(environment: Environment) -> Registry {
    let mut registry = Registry::default();
    let machine: Arc<dyn Surroundings> = Arc::new(Machine);
    cairn_provider_builtin::register(&mut registry, &machine);
    registry.register(
        Arc::new(AlicloudProvider::new(environment.rules)),
        Arc::new(AlicloudConnect::new(environment, Arc::new(clock::random))),
    );
    registry
}

/// The schemas of the blocks that providers have, whatever the environment.
pub(crate) fn block_schemas() -> impl Fn(&str, &str) -> Option<Arc<BlockSchema>> {
    let registry = registered(Environment::default());
    move |kind, ty| {
        registry.iter().find_map(|registered| {
            let schema = registered.provider.schema();
            match kind {
                "resource" => schema.resources.get(ty).map(|s| s.block.clone()),
                "data" => schema.data_sources.get(ty).map(|s| s.block.clone()),
                "provider" => {
                    (*registered.provider.addr().ty == *ty).then(|| schema.provider.clone())
                }
                _ => None,
            }
        })
    }
}

/// Opens the state for writing.
pub(crate) fn open(
    settings: &Settings,
    matches: &ArgMatches,
    operation: &str,
) -> Result<Box<dyn StateStore>, Diagnostic> {
    open_as(settings, matches, operation, None)
}

/// The same where another state is taken over, whose lineage and serial one that was never written goes on from.
pub(crate) fn open_as(
    settings: &Settings,
    matches: &ArgMatches,
    operation: &str,
    other: Option<&State>,
) -> Result<Box<dyn StateStore>, Diagnostic> {
    let options = OpenOptions {
        serial: Serial(other.map_or(0, |s| s.serial.0.saturating_sub(1))),
        ..open_options(settings, matches, operation)?
    };
    let lineage = other.map(|s| s.lineage.clone()).filter(|l| !l.0.is_empty());
    open_with(
        settings,
        OpenOptions {
            lineage: lineage.unwrap_or_else(|| options.lineage.clone()),
            ..options
        },
        other.is_some(),
    )
}

/// Opens the state for a command that applies this configuration.
pub(crate) fn open_for(
    settings: &Settings,
    matches: &ArgMatches,
    operation: &str,
    configuration: String,
) -> Result<Box<dyn StateStore>, Diagnostic> {
    let options = OpenOptions {
        configuration: Some(configuration),
        ..open_options(settings, matches, operation)?
    };
    open_with(settings, options, false)
}

fn open_with(
    settings: &Settings,
    options: OpenOptions,
    takes_over: bool,
) -> Result<Box<dyn StateStore>, Diagnostic> {
    let store = SledStore::open(options).map_err(|e| state_problem(&e))?;
    if *store.opening() == Opening::Fresh && !takes_over {
        left_by_terraform(settings)?;
    }
    Ok(Box::new(store))
}

/// Who opens the state, where it lies, and how long the lock is waited for.
pub(crate) fn open_options(
    settings: &Settings,
    matches: &ArgMatches,
    operation: &str,
) -> Result<OpenOptions, Diagnostic> {
    if text(matches, "lock") == Some("false") {
        return Err(Diagnostic::error("usage", "Flags do not fit")
            .detail("-lock=false: cairn never writes a state without its lock, since two writers would lose records. Leave the flag out; a lock whose holder is gone is free at once."));
    }
    let dir = settings.state_dir();
    if dir.is_file() {
        return Err(Diagnostic::error("state-is-a-file", "State cannot be written there")
            .detail(format!("{} is a file. cairn reads Terraform's state files but keeps its own state in a folder.", dir.display()))
            .hint("Take it over with `cairn import-state FILE`, or name a folder with -state."));
    }
    let lock_timeout = match text(matches, "lock-timeout").map(duration) {
        None => Duration::ZERO,
        Some(Some(d)) => d,
        Some(None) => {
            return Err(
                Diagnostic::error("invalid-duration", "Invalid -lock-timeout")
                    .detail("A duration is a number and a unit: 30s, 5m, 1h."),
            );
        }
    };
    let variable = |name: &str| settings.environment.get(name).cloned();
    let user = variable("USER")
        .or_else(|| variable("LOGNAME"))
        .unwrap_or_else(|| "somebody".to_owned());
    let host = std::fs::read_to_string("/etc/hostname")
        .ok()
        .map(|h| h.trim().to_owned())
        .filter(|h| !h.is_empty());
    Ok(OpenOptions {
        operation: operation.to_owned(),
        who: format!(
            "{user}@{}",
            host.or_else(|| variable("HOSTNAME"))
                .unwrap_or_else(|| "localhost".to_owned())
        ),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now: clock::now(),
        clock: clock::now,
        pid: std::process::id(),
        id: clock::uuid(),
        lineage: Lineage(clock::uuid().into()),
        lock_timeout,
        history: retention(settings)?,
        probe: cairn_engine::probe::pass,
        ..OpenOptions::new(dir)
    })
}

/// Nothing is planned or written where Terraform's own state lies and was not taken over: all of it would be made a second time.
fn left_by_terraform(settings: &Settings) -> Result<(), Diagnostic> {
    let path = settings.terraform_state();
    let holds_something = std::fs::read_to_string(&path)
        .ok()
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
        .is_some_and(|doc| doc["resources"].as_array().is_some_and(|r| !r.is_empty()));
    if !holds_something {
        return Ok(());
    }
    Err(Diagnostic::error("terraform-state", "There is a state of Terraform's")
        .detail(format!(
            "{} records objects that cairn's state of the workspace {:?} knows nothing of; they would be made a second time.",
            path.display(),
            settings.workspace
        ))
        .hint("`cairn import-state` takes it over. To begin with nothing, move the file away."))
}

/// The types of objects by the providers' schemas, as state files are read and written with.
pub(crate) fn type_of(
    registry: &Registry,
) -> impl Fn(&AbsProviderConfig, &Resource) -> Option<Type> {
    |provider, r| {
        view::plan::schema(registry, &provider.provider, r.mode, &r.ty)
            .map(|s| s.implied_type().clone())
    }
}

/// The state as of its last commit, for commands that only read. Empty where there is none.
pub(crate) fn snapshot(settings: &Settings) -> Result<Snapshot, Diagnostic> {
    let alone = |state| Snapshot {
        state,
        open_intents: Vec::new(),
        warning: None,
    };
    let dir = settings.state_dir();
    if dir.is_file() {
        return read_tfstate(settings, &dir).map(alone);
    }
    match read_snapshot(&dir).map_err(|e| state_problem(&e))? {
        Some(found) => Ok(found),
        None => left_by_terraform(settings).map(|()| alone(State::default())),
    }
}

/// A state file of Terraform's, version 4.
pub(crate) fn read_tfstate(settings: &Settings, path: &Path) -> Result<State, Diagnostic> {
    let shown = path.display();
    let wrong = |what: String| {
        Diagnostic::error("state-file", "State file cannot be read")
            .detail(format!("{shown}: {what}"))
    };
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let registry = Providers::offline(settings);
    from_tfstate(&text, &type_of(&registry)).map_err(wrong)
}

/// Warnings of a snapshot that the user should see.
pub(crate) fn snapshot_warnings(snapshot: &Snapshot, settings: &Settings) -> Diagnostics {
    let mut out = Diagnostics::new();
    if let Some(warning) = &snapshot.warning {
        out.push(
            Diagnostic::warning("state-damaged", "The state's export is damaged")
                .detail(warning.clone()),
        );
    }
    let n = snapshot.open_intents.len();
    let holder = cairn_state::holder(&settings.state_dir());
    if let Some(holder) = holder {
        let calls = match n {
            0 => String::new(),
            1 => " One of its calls is not finished.".to_owned(),
            n => format!(" {n} of its calls are not finished."),
        };
        out.push(
            Diagnostic::warning("state-in-use", "The state is being changed").detail(format!(
                "{} (pid {}) is running `cairn {}` since {}.{calls} This is the state as of serial {}.",
                holder.who, holder.pid, holder.operation, holder.created, snapshot.state.serial
            )),
        );
    } else if n > 0 {
        let calls = if n == 1 {
            "one of its calls"
        } else {
            "its calls"
        };
        out.push(
            Diagnostic::warning("interrupted-apply-pending", "An interrupted apply is pending")
                .detail(format!(
                    "An apply was interrupted while {calls} ran ({n} open). The next apply finds out what became of them, before anything else; until then no plan touches them, nor what depends on them."
                ))
                .hint("`cairn state intents` lists them."),
        );
    }
    out
}

/// The objects of an interrupted apply's calls: what a plan leaves alone, since it is not known whether they are there. None while
/// another command runs, whose calls they are.
pub(crate) fn undecided(snapshot: &Snapshot, settings: &Settings) -> Vec<Undecided> {
    if cairn_state::holder(&settings.state_dir()).is_some() {
        return Vec::new();
    }
    let open = snapshot.open_intents.iter();
    open.flat_map(|i| Undecided::of(&i.call)).collect()
}

/// `30s`, `5m`, `1h30m`, as Terraform writes durations.
fn duration(text: &str) -> Option<Duration> {
    let mut total = 0.0;
    let mut rest = text;
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        total += number
            * match &rest[..unit] {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
        rest = &rest[unit..];
    }
    (!text.is_empty()).then(|| Duration::from_secs_f64(total))
}

/// What the flags of plan, apply, destroy and refresh say; `mode` is the command's own.
pub(crate) fn plan_options(
    matches: &ArgMatches,
    mode: PlanMode,
) -> Result<PlanOptions, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let Selection {
        targets,
        excludes,
        replace,
    } = Selection::given(matches, &mut wrong);
    let mode = match (
        mode == PlanMode::Destroy || is_on(matches, "destroy"),
        mode == PlanMode::RefreshOnly || is_on(matches, "refresh-only"),
    ) {
        (true, true) => {
            wrong.push(
                Diagnostic::error("incompatible-modes", "Incompatible plan mode options")
                    .detail("-destroy and -refresh-only exclude each other. Leave one out."),
            );
            PlanMode::Destroy
        }
        (true, false) => PlanMode::Destroy,
        (false, true) => PlanMode::RefreshOnly,
        (false, false) => PlanMode::Normal,
    };
    if mode == PlanMode::Destroy && !replace.is_empty() {
        wrong.push(
            Diagnostic::error("incompatible-modes", "Incompatible plan mode options")
                .detail("-replace makes an object anew, which a plan to destroy does not. Leave one of the two out."),
        );
    }
    let refresh = text(matches, "refresh") != Some("false");
    if !refresh && mode == PlanMode::RefreshOnly {
        wrong.push(
            Diagnostic::error("incompatible-modes", "Incompatible refresh options")
                .detail("-refresh-only does nothing but refresh, so -refresh=false cannot go with it. Leave one out."),
        );
    }
    let preflight = is_on(matches, "preflight");
    if preflight && mode != PlanMode::Normal {
        wrong.push(
            Diagnostic::error("incompatible-modes", "Incompatible plan mode options")
                .detail("-preflight asks whether what is planned could be made, and with -destroy and -refresh-only nothing is made. Leave one out."),
        );
    }
    wrong.result(PlanOptions {
        mode,
        targets,
        excludes,
        replace,
        refresh,
        preflight,
        defer: is_on(matches, "allow-deferral") || text(matches, "rounds").is_some(),
        ..PlanOptions::default()
    })
}

/// The programs that provisioners can call.
pub(crate) fn programs(settings: &Settings) -> Programs {
    let path = settings.environment.get("PATH");
    cairn_engine::programs(path.map_or("", String::as_str))
}

/// Makes a plan of a project against a state.
pub(crate) async fn make_plan(
    project: &Project,
    settings: &Settings,
    registry: &Registry,
    sessions: &mut Sessions<'_>,
    prior: State,
    options: PlanOptions,
    events: Events<'_>,
) -> Result<(Plan, Diagnostics), Diagnostics> {
    let options = PlanOptions {
        programs: programs(settings),
        ..options
    };
    let input = PlanInput {
        tree: &project.tree,
        inputs: &project.inputs,
        context: project.context(settings, &clock::now()),
        prior,
        registry,
        options,
    };
    cairn_engine::plan(Planner::new(input), sessions, events).await
}

/// Heals what an interrupted apply left.
pub(crate) async fn heal(
    project: &Project,
    settings: &Settings,
    registry: &Registry,
    sessions: &mut Sessions<'_>,
    store: &mut dyn StateStore,
    events: Events<'_>,
) -> Recovered {
    let mut evaluator = Evaluator::new(
        &project.tree,
        &project.inputs,
        project.context(settings, &clock::now()),
    );
    recover(store, &mut evaluator, registry, sessions, events).await
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn durations_are_terraforms() {
        assert_eq!(duration("30s"), Some(Duration::from_secs(30)));
        assert_eq!(duration("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(duration("0"), Some(Duration::ZERO));
        for wrong in ["", "5", "x", "5 m", "1d"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
