//! Sequential names: what the service makes of `prefix[begin,bits]suffix`, and which calls give a
//! list of wanted names exactly. It does not check that a name is a legal one.
//!
//! Not documented, and so never used by [`plan_runs`]: a number that outgrows its width (`[8,1]`
//! going on to 10; taken as widening here), values outside the ranges (the text is an ordinary name
//! here), and a second pair of brackets (it belongs to the suffix here).

mod runs;

pub use runs::{NameRun, plan_runs};

/// The largest number; past it the service repeats it.
const LAST: u32 = 999_999;
const DEFAULT_BITS: usize = 6;

/// A parsed `prefix[begin,bits]suffix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// What stands before the number; never empty.
    pub prefix: String,
    /// The first number, 0 to 999999.
    pub begin: u32,
    /// The least number of digits, 1 to 6.
    pub bits: usize,
    /// What stands after the number.
    pub suffix: String,
}

impl Sequence {
    /// `None` for an ordinary name.
    pub fn parse(name: &str) -> Option<Self> {
        let mut from = 0;
        while let Some(open) = name[from..].find('[').map(|at| from + at) {
            let rest = &name[open + 1..];
            if open > 0
                && let Some((inside, suffix)) = rest.split_once(']')
                && let Some((begin, bits)) = parse_inside(inside)
            {
                return Some(Self {
                    prefix: name[..open].to_owned(),
                    begin,
                    bits,
                    suffix: suffix.to_owned(),
                });
            }
            from = open + 1;
        }
        None
    }

    /// The name of the instance so many places after the first.
    pub fn name(&self, offset: u32) -> String {
        let number = self.begin.saturating_add(offset).min(LAST);
        format!(
            "{}{number:0bits$}{}",
            self.prefix,
            self.suffix,
            bits = self.bits
        )
    }

    /// The text to send.
    pub fn to_pattern(&self) -> String {
        format!(
            "{}[{},{}]{}",
            self.prefix, self.begin, self.bits, self.suffix
        )
    }
}

/// `begin,bits`, both optional, digits only.
fn parse_inside(inside: &str) -> Option<(u32, usize)> {
    let (begin_text, bits_text) = inside.split_once(',').unwrap_or((inside, ""));
    let number = |text: &str| {
        let digits = text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            None
        } else if text.is_empty() {
            Some(None)
        } else {
            Some(text.parse::<u32>().ok())
        }
    };
    let begin = number(begin_text)?.unwrap_or(0);
    let bits = match number(bits_text)? {
        None => DEFAULT_BITS,
        Some(bits @ 1..=6) => bits as usize,
        Some(_) => return None,
    };
    Some((
        begin,
        if begin_text.len() > bits {
            DEFAULT_BITS
        } else {
            bits
        },
    ))
}

/// The names that a call with this name gives to `amount` instances, in order of number. A unique
/// suffix (`001` to `999`) is ignored where the pattern ends the name.
pub fn expand(name: &str, unique_suffix: bool, amount: usize) -> Vec<String> {
    let sequence = Sequence::parse(name);
    let suffixed = unique_suffix
        && sequence
            .as_ref()
            .is_none_or(|found| !found.suffix.is_empty());
    (0..amount)
        .map(|offset| {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            let base = sequence
                .as_ref()
                .map_or_else(|| name.to_owned(), |found| found.name(offset));
            if suffixed {
                format!("{base}{:03}", offset.saturating_add(1).min(999))
            } else {
                base
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The thirteen examples of the documents.
    #[test]
    fn documented_examples() {
        let examples: [(&str, bool, [&str; 3]); 13] = [
            (
                "k8s-node-[6,4]",
                false,
                ["k8s-node-0006", "k8s-node-0007", "k8s-node-0008"],
            ),
            (
                "k8s-node-[6,4]-ecshost",
                false,
                [
                    "k8s-node-0006-ecshost",
                    "k8s-node-0007-ecshost",
                    "k8s-node-0008-ecshost",
                ],
            ),
            ("ecs", true, ["ecs001", "ecs002", "ecs003"]),
            (
                "k8s-node-[]-ecshost",
                false,
                [
                    "k8s-node-000000-ecshost",
                    "k8s-node-000001-ecshost",
                    "k8s-node-000002-ecshost",
                ],
            ),
            (
                "k8s-node-[,]-ecshost",
                false,
                [
                    "k8s-node-000000-ecshost",
                    "k8s-node-000001-ecshost",
                    "k8s-node-000002-ecshost",
                ],
            ),
            (
                "k8s-node-[99]-ecshost",
                false,
                [
                    "k8s-node-000099-ecshost",
                    "k8s-node-000100-ecshost",
                    "k8s-node-000101-ecshost",
                ],
            ),
            (
                "k8s-node-[99,]-ecshost",
                false,
                [
                    "k8s-node-000099-ecshost",
                    "k8s-node-000100-ecshost",
                    "k8s-node-000101-ecshost",
                ],
            ),
            (
                "k8s-node-[99,1]-ecshost",
                false,
                [
                    "k8s-node-000099-ecshost",
                    "k8s-node-000100-ecshost",
                    "k8s-node-000101-ecshost",
                ],
            ),
            (
                "k8s-node-[999998]-ecshost",
                false,
                [
                    "k8s-node-999998-ecshost",
                    "k8s-node-999999-ecshost",
                    "k8s-node-999999-ecshost",
                ],
            ),
            (
                "k8s-node-[0,4]",
                false,
                ["k8s-node-0000", "k8s-node-0001", "k8s-node-0002"],
            ),
            (
                "k8s-node-[]-ecshost",
                true,
                [
                    "k8s-node-000000-ecshost001",
                    "k8s-node-000001-ecshost002",
                    "k8s-node-000002-ecshost003",
                ],
            ),
            (
                "k8s-node-[0,4]",
                true,
                ["k8s-node-0000", "k8s-node-0001", "k8s-node-0002"],
            ),
            (
                "instance-[99,3]",
                true,
                ["instance-099", "instance-100", "instance-101"],
            ),
        ];
        for (name, unique_suffix, names) in examples {
            assert_eq!(expand(name, unique_suffix, 3), names, "{name}");
        }
    }

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "web",
            "",
            "[1,2]",
            "[1,2]web",
            "web-[1, 2]",
            "web-[ 1,2]",
            "web-[1,2,3]",
            "web-[a]",
            "web-[-1]",
            "web-[1,7]",
            "web-[1,0]",
            "web-[1000000]",
            "web-[1",
            "web-1]",
            "名[１]",
        ] {
            assert_eq!(Sequence::parse(name), None, "{name}");
            assert_eq!(expand(name, false, 2), [name, name]);
        }
    }

    #[test]
    fn odd_brackets_and_wide_letters() {
        let sequence = Sequence::parse("a[x]-名[7,2]ä[1]").unwrap();
        assert_eq!(sequence.prefix, "a[x]-名");
        assert_eq!(sequence.suffix, "ä[1]");
        assert_eq!(sequence.name(3), "a[x]-名10ä[1]");
        assert_eq!(Sequence::parse(&sequence.to_pattern()), Some(sequence));
        assert_eq!(expand("n-[8,1]", false, 3), ["n-8", "n-9", "n-10"]);
    }

    #[test]
    fn unique_suffixes_stop_at_999() {
        let names = expand("e", true, 1_001);
        assert_eq!(
            (names[998].as_str(), names[1_000].as_str()),
            ("e999", "e999")
        );
    }
}
