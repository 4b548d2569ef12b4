//! `cairn apply`, `cairn destroy` and `cairn refresh`: heal, plan, ask, apply, tell.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_engine::{Applied, Apply, Cancel, Sessions, apply, state_problem};
use cairn_lang::{Evaluator, Present};
use cairn_model::{CallToken, OutputState, Plan, PlanMode, Serial};
use cairn_plan::{PlanOptions, Undecided, blocked};
use cairn_state::StateStore;
use cairn_value::Name;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::{positional, rounds, rounds::Next};
use crate::cli::flags::{locking, planning, reading, state, switch, telling, variables};
use crate::cli::{is_on, text};
use crate::clock;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, heal, make_plan, open_for, plan_options};
use crate::settings::Settings;
use crate::signal;
use crate::ui::Ui;
use crate::view::{self, json};

/// `apply` and its flags.
pub(super) fn command() -> Command {
    let command = Command::new("apply").about("Makes the real world as the configuration says");
    telling(planning(command))
        .arg(auto_approve())
        .arg(rounds::flag())
        .arg(
            Arg::new("plan-file")
                .value_name("PLAN")
                .help("A plan saved by plan -out"),
        )
}

/// `destroy` and its flags.
pub(super) fn destroy_command() -> Command {
    let command = Command::new("destroy").about("Deletes everything that the state records");
    telling(planning(command))
        .arg(auto_approve())
        // Taken so that it can be told what to do with it.
        .arg(Arg::new("plan-file").hide(true))
}

/// `refresh` and its flags.
pub(super) fn refresh_command() -> Command {
    let command = Command::new("refresh")
        .about("Records what changed outside, like apply -refresh-only -auto-approve");
    telling(reading(state(locking(variables(command)))))
}

fn auto_approve() -> Arg {
    switch("auto-approve", "false", "Does not ask for approval")
}

/// Which of the three.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Apply,
    Destroy,
    Refresh,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Destroy => "destroy",
            Self::Refresh => "refresh",
        }
    }

    /// What is planned where no flag says otherwise.
    fn mode(self) -> PlanMode {
        match self {
            Self::Apply => PlanMode::Normal,
            Self::Destroy => PlanMode::Destroy,
            Self::Refresh => PlanMode::RefreshOnly,
        }
    }
}

pub(super) async fn run(
    settings: &Settings,
    matches: &ArgMatches,
    ui: &mut Ui,
    kind: Kind,
) -> Exit {
    if let Some(problem) = unfit(matches) {
        ui.problem(problem);
        return Exit::Error;
    }
    let saved = positional(matches, "plan-file");
    let loaded = match saved {
        Some(path) => Project::from_saved_plan(path),
        None => Ok((
            None,
            Project::load(settings, matches, Some(&|n| ui.ask_variable(n))),
        )),
    };
    let (plan, (mut project, mut diagnostics)) = match loaded {
        Ok(loaded) => loaded,
        Err(problem) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    if let (Some(path), Kind::Destroy) = (saved, kind) {
        ui.problem(no_plan_to_destroy(path));
        return Exit::Error;
    }
    if plan.as_ref().is_some_and(|p| p.errored) {
        ui.problem(incomplete());
        return Exit::Error;
    }
    if plan.is_some() && !diagnostics.has_errors() {
        diagnostics.extend(project.give_ephemeral(settings, matches));
    }
    if diagnostics.has_errors() {
        ui.diagnostics(&diagnostics, &project.sources);
        return Exit::Error;
    }
    let is_approved = kind == Kind::Refresh || is_on(matches, "auto-approve");
    if saved.is_none() && !is_approved && !ui.can_ask() {
        ui.problem(nobody_to_ask());
        return Exit::Error;
    }
    let providers = match Providers::start(settings) {
        Ok(providers) => providers,
        Err(problem) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    let mut store = match open_for(settings, matches, kind.name(), project.digest()) {
        Ok(store) => store,
        Err(problem) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    let work = Work {
        settings,
        matches,
        kind,
        project: &project,
        providers: &providers,
    };
    let exit = work.run(plan, &mut *store, &mut diagnostics, ui).await;
    ui.finished();
    if let Err(error) = store.close() {
        diagnostics.push(state_problem(&error));
    }
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        Exit::Error
    } else {
        exit
    }
}

struct Work<'a> {
    settings: &'a Settings,
    matches: &'a ArgMatches,
    kind: Kind,
    project: &'a Project,
    providers: &'a Providers,
}

impl Work<'_> {
    /// Everything between opening and closing the store. What goes wrong is among the messages.
    async fn run(
        &self,
        saved: Option<Plan>,
        store: &mut dyn StateStore,
        diagnostics: &mut Diagnostics,
        ui: &mut Ui,
    ) -> Exit {
        let registry = &self.providers.registry;
        let mut sessions = Sessions::new(registry);
        let before = store.serial();
        let healed = heal(
            self.project,
            self.settings,
            registry,
            &mut sessions,
            store,
            &mut |e| ui.event(&e),
        )
        .await;
        diagnostics.extend(healed.failed);
        if diagnostics.has_errors() {
            return Exit::Error;
        }
        let exit = self
            .rounds(
                saved,
                before,
                &healed.undecided,
                store,
                &mut sessions,
                diagnostics,
                ui,
            )
            .await;
        diagnostics.extend(healed.open);
        exit
    }

    /// Applies the saved plan, or makes plans and applies them.
    #[expect(
        clippy::too_many_arguments,
        reason = "what there is before the first plan"
    )]
    async fn rounds<'s>(
        &'s self,
        saved: Option<Plan>,
        before: Serial,
        undecided: &[Undecided],
        store: &mut dyn StateStore,
        sessions: &mut Sessions<'s>,
        diagnostics: &mut Diagnostics,
        ui: &mut Ui,
    ) -> Exit {
        if let Some(plan) = saved {
            if let Some(problem) =
                stale(&plan, store, before).or_else(|| hindered(&plan, undecided))
            {
                diagnostics.push(problem);
                return Exit::Error;
            }
            ui.stream_all(|| json::stream::changes(&plan));
            self.make_real(&plan, store, sessions, diagnostics, ui)
                .await;
            return Exit::Ok;
        }
        let bound = rounds::bound(self.matches).ok().flatten();
        let mut approved = self.kind == Kind::Refresh || is_on(self.matches, "auto-approve");
        for round in 1.. {
            if bound.is_some() {
                ui.round(round);
            }
            let Some(plan) = self.plan(undecided, store, sessions, diagnostics, ui).await else {
                return Exit::Error;
            };
            let next = bound.map_or(Next::Done, |bound| rounds::after(&plan, round, bound));
            if plan.is_applyable() || !matches!(next, Next::Stop(_)) {
                if !approved && plan.is_applyable() {
                    // Who is asked has read what is doubtful about it.
                    ui.diagnostics(&std::mem::take(diagnostics), &self.project.sources);
                    if let Err(problem) = self.approval(ui) {
                        diagnostics.push(problem);
                        return Exit::Error;
                    }
                    // Who is not at the keyboard has answered for all rounds.
                    approved = !ui.at_keyboard();
                }
                self.make_real(&plan, store, sessions, diagnostics, ui)
                    .await;
            }
            match next {
                _ if diagnostics.has_errors() => break,
                Next::Again => {}
                Next::Done => break,
                Next::Stop(problem) => {
                    diagnostics.push(problem);
                    break;
                }
            }
        }
        Exit::Ok
    }

    /// Applies a plan and tells what came of it.
    async fn make_real<'s>(
        &'s self,
        plan: &Plan,
        store: &mut dyn StateStore,
        sessions: &mut Sessions<'s>,
        diagnostics: &mut Diagnostics,
        ui: &mut Ui,
    ) {
        if plan.mode == PlanMode::Normal {
            // Checks are made again at the end, with what is final.
            let kept = std::mem::take(diagnostics).into_iter();
            *diagnostics = kept.filter(|d| d.code != "check-failed").collect();
        }
        let done = self.apply(plan, store, sessions, ui).await;
        diagnostics.extend(done.diagnostics.clone());
        if !diagnostics.has_errors() {
            // Warnings come before what sums up.
            ui.diagnostics(&std::mem::take(diagnostics), &self.project.sources);
        }
        store.summarise(&view::outcome::summary(&done, diagnostics.has_errors()));
        self.tell(&done, store, diagnostics.has_errors(), ui);
    }

    async fn plan(
        &self,
        undecided: &[Undecided],
        store: &mut dyn StateStore,
        sessions: &mut Sessions<'_>,
        diagnostics: &mut Diagnostics,
        ui: &mut Ui,
    ) -> Option<Plan> {
        let options = match plan_options(self.matches, self.kind.mode()) {
            Ok(options) => PlanOptions {
                undecided: undecided.to_vec(),
                ..options
            },
            Err(found) => {
                diagnostics.extend(found);
                return None;
            }
        };
        let state = match store.load() {
            Ok(state) => state,
            Err(error) => {
                diagnostics.push(state_problem(&error));
                return None;
            }
        };
        let registry = &self.providers.registry;
        let events = &mut |e| ui.event(&e);
        let planned = make_plan(
            self.project,
            self.settings,
            registry,
            sessions,
            state,
            options,
            events,
        )
        .await;
        let plan = match planned {
            Ok((plan, found)) => {
                // What is known only after the apply is checked before anybody could read that it will be.
                let early = |d: &Diagnostic| d.code == "check-known-after-apply";
                diagnostics.extend(found.into_iter().filter(|d| !early(d)));
                plan
            }
            Err(found) => {
                diagnostics.extend(found);
                return None;
            }
        };
        let errored = diagnostics.has_errors();
        if self.kind != Kind::Refresh {
            super::plan::tell(&plan, registry, errored, ui);
        }
        if diagnostics.has_errors() {
            return None;
        }
        ui.human("");
        Some(plan)
    }

    /// Asks; anything but a yes is an error.
    fn approval(&self, ui: &Ui) -> Result<(), Diagnostic> {
        let question = match self.kind {
            Kind::Apply | Kind::Refresh => {
                "Do you want to perform these actions?\n  cairn will perform the actions described above.\n  Only 'yes' will be accepted to approve.\n"
            }
            Kind::Destroy => {
                "Do you really want to destroy all resources?\n  cairn will destroy all your managed infrastructure, as shown above.\n  There is no undo. Only 'yes' will be accepted to confirm.\n"
            }
        };
        match ui.ask(question, "  Enter a value: ") {
            Some(answer) if answer.trim() == "yes" => Ok(()),
            Some(_) => Err(Diagnostic::error("cancelled", "Cancelled")
                .detail("Nothing was changed: only \"yes\" approves.")),
            None => Err(nobody_to_ask()),
        }
    }

    async fn apply<'s>(
        &'s self,
        plan: &Plan,
        store: &mut dyn StateStore,
        sessions: &mut Sessions<'s>,
        ui: &mut Ui,
    ) -> Applied {
        let context = self.project.context(self.settings, &plan.timestamp);
        let mut evaluator =
            Evaluator::new(&self.project.tree, &self.project.inputs, context).at(Present {
                timestamp: clock::now(),
                seed: clock::random(),
            });
        let cancel = Cancel::default();
        signal::listen(cancel.clone());
        ui.expect(plan.steps.steps.len());
        let parallelism = parallelism(self.matches).unwrap_or(10);
        let with = Apply {
            plan,
            evaluator: &mut evaluator,
            registry: &self.providers.registry,
            sessions,
            store,
            parallelism,
            tokens: &mut || CallToken(clock::uuid().into()),
            cancel,
        };
        let done = apply(with, &mut |e| ui.event(&e)).await;
        ui.finished();
        done
    }

    fn tell(&self, done: &Applied, store: &dyn StateStore, failed: bool, ui: &Ui) {
        let state = store.load().unwrap_or_default();
        let outputs: Vec<(&Name, &OutputState)> = state.outputs.iter().collect();
        let destroy = self.kind == Kind::Destroy;
        if failed {
            return;
        }
        ui.stream_all(|| match self.kind {
            Kind::Refresh => vec![json::stream::outputs(&outputs)],
            Kind::Apply | Kind::Destroy => json::stream::applied(done, destroy, &outputs),
        });
        if ui.json {
            return;
        }
        let words = view::outcome::sentence(done, destroy);
        if self.kind != Kind::Refresh {
            ui.line(&ui.style.green(&ui.style.bold(&words)));
        }
        if !outputs.is_empty() && !destroy {
            ui.line("\nOutputs:\n");
            ui.print(&view::state::outputs(&outputs));
        }
    }
}

/// The message for `destroy` with a saved plan, which says itself what it does.
fn no_plan_to_destroy(path: &str) -> Diagnostic {
    Diagnostic::error("destroy-of-plan-file", "Destroy can't be called with a plan file")
        .detail("A saved plan is applied as it is, whether it deletes or not.")
        .hint(format!("If this plan was made with `cairn plan -destroy`, apply it: `cairn apply {path:?}`. To delete everything, run `cairn destroy` without a file."))
}

/// The message for a saved plan that is not whole.
fn incomplete() -> Diagnostic {
    Diagnostic::error("saved-plan-incomplete", "Cannot apply incomplete plan")
        .detail("Errors were found when this plan was made, so it cannot be applied.")
        .hint("`cairn plan` says what is wrong; mend that and make a new plan.")
}

/// The message for a saved plan that no longer fits the state.
fn stale(plan: &Plan, store: &dyn StateStore, before_healing: Serial) -> Option<Diagnostic> {
    let fits = plan.serial == store.serial()
        && (plan.lineage == store.lineage() || plan.serial == Serial(0));
    if fits {
        return None;
    }
    let why = if plan.lineage != store.lineage() && plan.serial != Serial(0) {
        "It was made for another state (the lineages differ).".to_owned()
    } else if store.serial() == before_healing {
        format!(
            "The state was changed after the plan was made: it is at serial {}, the plan was made for {}.",
            store.serial(),
            plan.serial
        )
    } else {
        "An interrupted apply was found and recorded just now, which changed the state.".to_owned()
    };
    Some(
        Diagnostic::error("saved-plan-stale", "Saved plan is stale")
            .detail(format!("The saved plan can no longer be applied. {why}"))
            .hint("Make a new plan."),
    )
}

/// The message for a saved plan that would touch what an undecided call is about, or what depends on that.
fn hindered(plan: &Plan, undecided: &[Undecided]) -> Option<Diagnostic> {
    let hit = blocked(plan, undecided);
    let first = hit.first()?;
    Some(
        Diagnostic::error("saved-plan-blocked", "Saved plan waits for an interrupted call")
            .detail(format!(
                "The plan changes {first}{}, which cannot be done before it is known what became of an earlier call.",
                match hit.len() {
                    1 => String::new(),
                    n => format!(" and {} more", n - 1),
                }
            ))
            .hint("Make a new plan: it leaves out what has to wait."),
    )
}

/// Flags that cannot have their effect are refused, not passed over.
fn unfit(matches: &ArgMatches) -> Option<Diagnostic> {
    let wrong =
        |detail: String| Some(Diagnostic::error("usage", "Flags do not fit").detail(detail));
    if let Some(given) = text(matches, "parallelism")
        && parallelism(matches).is_none()
    {
        return wrong(format!(
            "-parallelism={given}: a whole number of at least 1 is needed."
        ));
    }
    if let Err(problem) = rounds::bound(matches) {
        return Some(problem);
    }
    positional(matches, "plan-file")?;
    let given = PLANNING
        .iter()
        .filter(|f| matches.try_contains_id(f).is_ok())
        .find(|f| matches.value_source(f) == Some(ValueSource::CommandLine))?;
    wrong(format!(
        "-{given} was decided when the plan was made, and a saved plan is applied as it is. Make a new plan with it."
    ))
}

/// Flags that a saved plan has already answered.
const PLANNING: &[&str] = &[
    "target",
    "target-file",
    "exclude",
    "exclude-file",
    "replace",
    "destroy",
    "refresh",
    "refresh-only",
    "allow-deferral",
    "rounds",
];

/// How many calls run at once, if the flag is there and says a number.
fn parallelism(matches: &ArgMatches) -> Option<usize> {
    text(matches, "parallelism")?
        .parse()
        .ok()
        .filter(|n| *n > 0)
}

fn nobody_to_ask() -> Diagnostic {
    Diagnostic::error("approval-needed", "Approval needed")
        .detail("Nobody can be asked for approval here: standard input is at its end, or -json or -input=false was given. Nothing was changed.")
        .hint("Add -auto-approve, or make a plan with `cairn plan -out=FILE` and apply that file.")
}
