//! Decides what a version constraint admits, and whether the versions of the language that are spoken here satisfy
//! `required_version`. Constraints are Terraform's: `>= 1.2, < 2.0`, `~> 1.5`, `!= 1.3.1`.

use std::cmp::Ordering;
use std::fmt;

/// The first and one past the last version (major, minor) whose configurations are read.
const FIRST: [u64; 2] = [0, 12];
const END: [u64; 2] = [1, 16];

/// The version of the language: what configurations that demand no particular one are read as.
pub const LANGUAGE_VERSION: &str = "1.11.4";

/// A version: `1.2.3`, `1.3.0-beta1`. What stands behind a plus sign does not count.
#[derive(Clone, Debug)]
pub struct Version {
    numbers: [u64; 3],
    /// How many of the numbers are written.
    written: usize,
    /// What stands behind a dash: `beta1`. Comes before the version without it.
    pre: String,
}

/// What versions are wanted: conditions that must all hold.
#[derive(Clone, Debug)]
pub struct VersionConstraints(Vec<Condition>);

impl VersionConstraints {
    /// Reads constraints with commas between them; nothing if one is none.
    pub fn parse(constraints: &str) -> Option<Self> {
        parse(constraints).map(Self)
    }

    /// Whether a version satisfies all of them. A version with a part behind a dash counts only where it is named exactly.
    pub fn admit(&self, version: &Version) -> bool {
        let named = |c: &Condition| c.operator == Operator::Equal && c.version == *version;
        (version.pre.is_empty() || self.0.iter().any(named))
            && self.0.iter().all(|c| c.admits(version))
    }
}

/// One condition of a constraint.
#[derive(Clone, Debug)]
struct Condition {
    operator: Operator,
    version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    /// `~>`: only the last number that is written may grow.
    Pessimistic,
}

/// Whether a version of the language that is read here satisfies all of the constraints; nothing if one is no constraint.
pub(super) fn language_satisfies(constraints: &str) -> Option<bool> {
    let conditions = parse(constraints)?;
    let named = conditions.iter().flat_map(|c| {
        let [major, minor, patch] = c.version.numbers;
        // The version itself and the next ones: `> 1.4.2` wants something behind it.
        [
            [major, minor, patch],
            [major, minor, patch + 1],
            [major, minor + 1, 0],
        ]
    });
    let known = (12..16)
        .map(|minor| [0, minor, 31])
        .chain((0..END[1]).map(|minor| [1, minor, 0]))
        .chain([[1, 11, 4]]);
    let satisfied = known.chain(named).any(|numbers| {
        let at = [numbers[0], numbers[1]];
        let version = Version {
            numbers,
            written: 3,
            pre: String::new(),
        };
        at >= FIRST && at < END && conditions.iter().all(|c| c.admits(&version))
    });
    Some(satisfied)
}

fn parse(constraints: &str) -> Option<Vec<Condition>> {
    constraints.split(',').map(Condition::parse).collect()
}

impl Condition {
    fn parse(text: &str) -> Option<Self> {
        const OPERATORS: [(&str, Operator); 8] = [
            ("~>", Operator::Pessimistic),
            (">=", Operator::GreaterEqual),
            ("<=", Operator::LessEqual),
            ("!=", Operator::NotEqual),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("=", Operator::Equal),
            ("", Operator::Equal),
        ];
        let text = text.trim();
        let (sign, operator) = OPERATORS.iter().find(|(s, _)| text.starts_with(s))?;
        let version = Version::parse(text[sign.len()..].trim())?;
        Some(Self {
            operator: *operator,
            version,
        })
    }

    fn admits(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterEqual => order.is_ge(),
            Operator::Less => order.is_lt(),
            Operator::LessEqual => order.is_le(),
            Operator::Pessimistic => {
                let fixed = self.version.written.saturating_sub(1).max(1);
                order.is_ge() && version.numbers[..fixed] == self.version.numbers[..fixed]
            }
        }
    }
}

impl Version {
    /// Whether nothing stands behind a dash.
    pub fn is_release(&self) -> bool {
        self.pre.is_empty()
    }

    /// Reads a version of one to three numbers; nothing if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split('+').next().unwrap_or(text);
        let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
        let mut found = [0; 3];
        let mut written = 0;
        for part in numbers.split('.') {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            *found.get_mut(written)? = digits.then(|| part.parse().ok()).flatten()?;
            written += 1;
        }
        Some(Self {
            numbers: found,
            written,
            pre: pre.to_owned(),
        })
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_pre(&self.pre, &other.pre),
            }
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if self.pre.is_empty() {
            Ok(())
        } else {
            write!(f, "-{}", self.pre)
        }
    }
}

/// Part by part: numbers by size and before texts, the shorter first where one begins the other.
fn compare_pre(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.split('.'), other.split('.'));
    loop {
        let (l, r) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(l), Some(r)) => (l, r),
        };
        let order = match (l.parse::<u64>(), r.parse::<u64>()) {
            (Ok(l), Ok(r)) => l.cmp(&r),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => l.cmp(r),
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_admit_what_they_say() {
        for (constraint, expected) in [
            (">= 1.0", Some(true)),
            (">= 99.0", Some(false)),
            ("~> 1.5", Some(true)),
            ("~> 1.5.7", Some(true)),
            ("= 1.5.7", Some(true)),
            ("1.9.2", Some(true)),
            ("> 1.4.2, < 1.5.0", Some(true)),
            ("~> 0.12", Some(true)),
            ("0.11.14", Some(false)),
            ("~> 0.11.0", Some(false)),
            (">= 0.13, != 1.11.4", Some(true)),
            ("~> 2.0", Some(false)),
            (">= 1.6.0-beta1", Some(true)),
            ("< 0.12", Some(false)),
            (">= one", None),
            ("", None),
            (">= 1.0,", None),
        ] {
            assert_eq!(language_satisfies(constraint), expected, "{constraint}");
        }
    }

    #[test]
    fn the_highest_version_that_fits_can_be_told() {
        let all = ["1.0.0", "1.2", "v1.10.1", "2.0.0-beta.2", "2.0.0-beta.10"]
            .map(|v| Version::parse(v).unwrap());
        let best = |wanted: &str| {
            let wanted = VersionConstraints::parse(wanted).unwrap();
            let fitting = all.iter().filter(|v| wanted.admit(v));
            fitting.max().map(ToString::to_string)
        };
        assert_eq!(best(">= 1.0").as_deref(), Some("1.10.1"));
        assert_eq!(best("~> 1.0, < 1.10").as_deref(), Some("1.2.0"));
        assert_eq!(best("2.0.0-beta.10").as_deref(), Some("2.0.0-beta.10"));
        assert_eq!(best("> 2.0.0-beta.2"), None);
        assert_eq!(best("1.2.0").as_deref(), Some("1.2.0"));
        assert!(all[3] < all[4]);
    }
}
