//! Decides how text is emphasised. Colour never carries meaning alone: every sign is also a character or a word.

use cairn_diag::Severity;
use cairn_model::Action;

/// Stands before every sign where signs are to be found again in the text; nothing else that is printed has it.
pub(crate) const MARK: char = '\u{1}';

/// Whether and how to colour.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    /// As it is.
    Plain,
    /// With the colours of a terminal.
    Coloured,
    /// Without colour, each sign behind a [`MARK`].
    Marked,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if matches!(self, Self::Coloured) && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// A sign such as `+` or `~` in its usual colour.
    pub(crate) fn sign(self, sign: &str) -> String {
        if matches!(self, Self::Marked) && !sign.trim().is_empty() {
            return sign.replacen(sign.trim(), &format!("{MARK}{}", sign.trim()), 1);
        }
        match sign.trim() {
            "+" => self.green(sign),
            "-" => self.red(sign),
            "~" => self.yellow(sign),
            "-/+" => format!("{}/{}", self.red("-"), self.green("+")),
            "+/-" => format!("{}/{}", self.green("+"), self.red("-")),
            "<=" => self.paint("36", sign),
            _ => sign.to_owned(),
        }
    }

    pub(crate) fn action(self, action: Action) -> String {
        self.sign(action.sign())
    }
}

impl cairn_diag::Style for Style {
    fn severity(&self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Error => self.red(text),
            Severity::Warning => self.yellow(text),
        }
    }

    fn strong(&self, text: &str) -> String {
        self.bold(text)
    }
}
