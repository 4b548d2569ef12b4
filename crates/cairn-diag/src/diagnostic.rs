//! Decides what one message to the user consists of.

use std::borrow::Cow;

use crate::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The operation cannot go on as asked.
    Error,
    /// It can, but the user should know.
    Warning,
}

/// What a reference in the failed expression stood for, as shown to the user. Never a sensitive value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueNote {
    /// The reference as written: `var.name`.
    pub traversal: String,
    /// What it was: `is "eu"`, `is a list of string, known only after apply`.
    pub statement: String,
}

/// One message: what happened, why, what to do, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Stable kebab-case name of the kind of message, for tests and tools.
    pub code: &'static str,
    /// Fixed words, without user-chosen names and without a period.
    pub summary: Cow<'static, str>,
    /// Full sentences: what, why, what to do.
    pub detail: String,
    /// The exact place at fault.
    pub subject: Option<Span>,
    /// A wider place around it, such as the block header.
    pub context: Option<Span>,
    /// The header of the block it is in, as people say it: `resource "a" "b"`.
    pub within: Option<String>,
    /// The address of the object it is about.
    pub address: Option<String>,
    /// Ways out, each a full sentence, printed as `hint:` lines.
    pub hints: Vec<String>,
    /// What the references in the expression stood for.
    pub values: Vec<ValueNote>,
}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, summary: Cow<'static, str>) -> Self {
        Self {
            severity,
            code,
            summary,
            detail: String::new(),
            subject: None,
            context: None,
            within: None,
            address: None,
            hints: Vec::new(),
            values: Vec::new(),
        }
    }

    /// An error of this kind.
    pub fn error(code: &'static str, summary: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Severity::Error, code, summary.into())
    }

    /// A warning of this kind.
    pub fn warning(code: &'static str, summary: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Severity::Warning, code, summary.into())
    }

    /// Sets the sentences that explain it.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Sets the exact place.
    pub fn at(mut self, subject: Span) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Sets the exact place where there is one.
    pub fn at_opt(mut self, subject: Option<Span>) -> Self {
        self.subject = subject.or(self.subject);
        self
    }

    /// Sets the wider place.
    pub fn context(mut self, context: Span) -> Self {
        self.context = Some(context);
        self
    }

    /// Says which block it is in: `resource "a" "b"`.
    pub fn within(mut self, block: impl Into<String>) -> Self {
        self.within = Some(block.into());
        self
    }

    /// Sets the address it is about.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Adds a way out.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what a reference stood for.
    pub fn value(mut self, traversal: impl Into<String>, statement: impl Into<String>) -> Self {
        self.values.push(ValueNote {
            traversal: traversal.into(),
            statement: statement.into(),
        });
        self
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
