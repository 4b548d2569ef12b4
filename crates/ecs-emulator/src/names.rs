//! Decides the names of a batch: sequential names (`web-[1,3]`) and the unique suffix.
//! Which characters a name may hold is decided by the parameter rules, not here.
//! Source: the public documentation of batch naming for RunInstances.

/// How many characters the unique suffix adds.
pub(crate) const UNIQUE_SUFFIX_LEN: usize = 3;

const LARGEST: u32 = 999_999;

/// A name pattern taken apart once for a whole batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NamePattern<'a> {
    /// No brackets that mean anything: every instance gets the same text.
    Plain(&'a str),
    /// `prefix[begin,bits]suffix`.
    Sequential {
        prefix: &'a str,
        begin: u32,
        bits: usize,
        suffix: &'a str,
    },
}

impl<'a> NamePattern<'a> {
    /// Takes the pattern apart; text that is not of the sequential form is a plain name.
    pub(crate) fn parse(text: &'a str) -> Self {
        Self::sequential(text).unwrap_or(Self::Plain(text))
    }

    fn sequential(text: &'a str) -> Option<Self> {
        let open = text.find('[')?;
        let close = open + text[open..].find(']')?;
        if open == 0 {
            return None;
        }
        let inner = &text[open + 1..close];
        let (begin, bits) = inner.split_once(',').unwrap_or((inner, ""));
        let number = |part: &str, most: usize| {
            (part.len() <= most && part.bytes().all(|b| b.is_ascii_digit())).then_some(())
        };
        number(begin, 6)?;
        number(bits, 1)?;
        let digits = begin.len();
        let begin = if begin.is_empty() {
            0
        } else {
            begin.parse().ok()?
        };
        let bits: usize = if bits.is_empty() {
            6
        } else {
            bits.parse().ok()?
        };
        if !(1..=6).contains(&bits) {
            return None;
        }
        let bits = if digits > bits { 6 } else { bits };
        Some(Self::Sequential {
            prefix: &text[..open],
            begin,
            bits,
            suffix: &text[close + 1..],
        })
    }

    /// Whether the unique suffix would be written on these names.
    pub(crate) fn takes_unique_suffix(&self) -> bool {
        match self {
            Self::Plain(_) => true,
            Self::Sequential { suffix, .. } => !suffix.is_empty(),
        }
    }

    /// The name of instance `index` (from 0) of the batch.
    pub(crate) fn name(&self, index: u32, unique_suffix: bool) -> String {
        let mut name = match self {
            Self::Plain(text) => (*text).to_owned(),
            Self::Sequential {
                prefix,
                begin,
                bits,
                suffix,
            } => {
                let number = begin.saturating_add(index).min(LARGEST);
                format!("{prefix}{number:0bits$}{suffix}")
            }
        };
        if unique_suffix && self.takes_unique_suffix() {
            use std::fmt::Write as _;
            write!(name, "{:03}", (index + 1).min(999)).expect("writing to a string never fails");
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(text: &str, unique: bool) -> Vec<String> {
        (0..3)
            .map(|i| NamePattern::parse(text).name(i, unique))
            .collect()
    }

    #[test]
    fn oddities() {
        assert_eq!(three("[1,3]", false), ["[1,3]", "[1,3]", "[1,3]"]);
        assert_eq!(three("a[1, 3]", false)[0], "a[1, 3]");
        assert_eq!(three("a[8,1]", false), ["a8", "a9", "a10"]);
        assert_eq!(three("a[1,7]", false)[1], "a[1,7]");
        assert_eq!(three("a[1000000]", false)[1], "a[1000000]");
        assert_eq!(three("a[x]", false)[2], "a[x]");
        assert_eq!(three("a[1", true), ["a[1001", "a[1002", "a[1003"]);
    }
}
