//! Decides how progress is told: one line per object for people and logs, a bar with the rate besides on a terminal; many
//! objects that end together are told in one line.

use std::time::Duration;

use cairn_engine::{EphemeralWork, Event, Working};
use cairn_model::{AbsResourceInstance, StepKind};
use indicatif::{ProgressBar, ProgressStyle};

use super::style::Style;

/// With more steps than this, the end of each is told, but not its beginning.
const QUIET_FROM: usize = 50;

/// The progress of a run.
pub(crate) struct Progress {
    style: Style,
    terminal: bool,
    steps: usize,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(style: Style, terminal: bool) -> Self {
        Self {
            style,
            terminal,
            steps: 0,
            bar: None,
        }
    }

    pub(crate) fn expect(&mut self, steps: usize) {
        self.steps = steps;
        if self.terminal && steps > QUIET_FROM {
            let bar = ProgressBar::new(steps as u64);
            if let Ok(style) =
                ProgressStyle::with_template("{bar:30} {pos}/{len} ({per_sec}, {eta} left)")
            {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
    }

    pub(crate) fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// The lines that an event makes.
    pub(crate) fn event(&mut self, event: &Event) -> Vec<String> {
        let style = self.style;
        let head = |addr: &AbsResourceInstance| style.bold(&format!("{addr}:"));
        match event {
            Event::ReadsStarted { objects: 0 }
            | Event::ReadStarted { .. }
            | Event::ReadDone { .. }
            | Event::ReadFailed { .. }
            | Event::ProvisionDone { .. } => Vec::new(),
            Event::ReadsStarted { objects } => {
                let s = if *objects == 1 { "" } else { "s" };
                vec![format!("Reading {objects} object{s}...")]
            }
            Event::Recovered { text } => vec![text.clone()],
            Event::StepStarted { addr, kind, id, .. } => {
                if self.steps > QUIET_FROM {
                    return Vec::new();
                }
                let id = id
                    .as_ref()
                    .map(|i| format!(" [id={i}]"))
                    .unwrap_or_default();
                vec![format!("{} {}...{id}", head(addr), doing(*kind))]
            }
            Event::StepDone {
                addr,
                kind,
                id,
                elapsed,
                ..
            } => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                    return Vec::new();
                }
                let id = id
                    .as_ref()
                    .filter(|_| *kind != StepKind::Delete)
                    .map(|i| format!(" [id={i}]"));
                let took = seconds(*elapsed);
                vec![format!(
                    "{} {} complete after {took}{}",
                    head(addr),
                    done(*kind),
                    id.unwrap_or_default()
                )]
            }
            Event::StepFailed { addr, kind, .. } => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                }
                vec![format!("{} {} failed", head(addr), done(*kind))]
            }
            Event::EphemeralStarted { addr, work } => {
                vec![format!("{} {}...", head(addr), handling(*work))]
            }
            Event::EphemeralDone {
                addr,
                work,
                elapsed,
            } => {
                let took = seconds(*elapsed);
                vec![format!(
                    "{} {} complete after {took}",
                    head(addr),
                    handling(*work)
                )]
            }
            Event::EphemeralFailed { addr, work, .. } => {
                vec![format!("{} {} failed", head(addr), handling(*work))]
            }
            Event::ProvisionStarted { addr, ty } => {
                vec![format!("{} Provisioning with '{ty}'...", head(addr))]
            }
            Event::ProvisionOutput { addr, ty, line } => {
                vec![format!("{} {line}", style.bold(&format!("{addr} ({ty}):")))]
            }
            Event::ProvisionFailed {
                addr,
                ty,
                passed_over,
            } => {
                let head = style.bold(&format!("{addr} ({ty}):"));
                vec![match passed_over {
                    Some(why) => {
                        format!("{head} failed, passed over (on_failure = continue): {why}")
                    }
                    None => format!("{head} failed"),
                }]
            }
            Event::StillRunning { objects } => {
                let others = match objects.len() {
                    0 | 1 => String::new(),
                    n => format!(" and {} more", n - 1),
                };
                let line = |longest: &Working| {
                    format!(
                        "{}{others} still working... [{} elapsed]",
                        head(&longest.addr),
                        seconds(longest.elapsed)
                    )
                };
                objects.first().map(line).into_iter().collect()
            }
        }
    }
}

fn seconds(elapsed: Duration) -> String {
    let s = elapsed.as_secs();
    if s >= 60 {
        format!("{}m{:02}s", s / 60, s % 60)
    } else {
        format!("{s}s")
    }
}

fn handling(work: EphemeralWork) -> &'static str {
    match work {
        EphemeralWork::Open => "Opening",
        EphemeralWork::Close => "Closing",
    }
}

fn doing(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Create => "Creating",
        StepKind::Update => "Modifying",
        StepKind::Delete => "Destroying",
        StepKind::Read => "Reading",
        StepKind::Forget => "Forgetting",
    }
}

fn done(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Create => "Creation",
        StepKind::Update => "Modifications",
        StepKind::Delete => "Destruction",
        StepKind::Read => "Read",
        StepKind::Forget => "Forgetting",
    }
}
