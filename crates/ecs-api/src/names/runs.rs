//! Which calls give instances exactly the names that are wanted: runs of consecutive numbers become
//! one sequential name each, equal names travel as they are, the rest go one by one. Nothing is ever
//! sent whose expansion is not, name for name, what was asked for.

use std::collections::{BTreeMap, HashMap};

use super::{Sequence, expand};

/// Instances that one call can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRun {
    /// What to send as the name: a pattern, or the name itself.
    pub pattern: String,
    /// Which of the wanted names it makes, as places in the list given, in order of number.
    pub members: Vec<usize>,
}

/// The name around a number: what one pattern has in common. The width is the number of digits as
/// written, so a run never has two widths and zeros in front are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Frame<'a> {
    prefix: &'a str,
    suffix: &'a str,
    width: usize,
}

/// Groups the wanted names into runs of at most `limit` members (100 for RunInstances), each of
/// which one name parameter makes. Every place of the list is in exactly one run; the runs come in
/// the order of their first member. Takes time in proportion to the list, but for sorting.
///
/// Numbers of one width that follow each other are one run: `web-8` to `web-12` are two (`web-[8,1]`
/// and `web-[10,2]`), `web-008` to `web-012` one. Where a name has several numbers, the one that
/// makes the longest run counts.
pub fn plan_runs<S: AsRef<str>>(names: &[S], limit: usize) -> Vec<NameRun> {
    let limit = limit.max(1);
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, name) in names.iter().enumerate() {
        places.entry(name.as_ref()).or_default().push(place);
    }
    let mut runs = Vec::new();
    let mut single = Vec::new();
    for (name, places) in places {
        if Sequence::parse(name).is_some() {
            // It cannot be sent for several at once without the service counting on.
            runs.extend(places.iter().map(|place| literal(name, vec![*place])));
        } else if places.len() > 1 {
            runs.extend(
                places
                    .chunks(limit)
                    .map(|chunk| literal(name, chunk.to_vec())),
            );
        } else {
            single.push((name, places[0]));
        }
    }
    runs.extend(consecutive(&single, limit));
    runs.sort_by_key(|run| run.members.iter().min().copied());
    runs
}

fn literal(name: &str, members: Vec<usize>) -> NameRun {
    NameRun {
        pattern: name.to_owned(),
        members,
    }
}

fn consecutive(single: &[(&str, usize)], limit: usize) -> Vec<NameRun> {
    let mut frames: HashMap<Frame<'_>, Vec<(u32, usize)>> = HashMap::new();
    for (index, (name, _)) in single.iter().enumerate() {
        for (frame, number) in numbers(name) {
            frames.entry(frame).or_default().push((number, index));
        }
    }
    let mut candidates: Vec<(Frame<'_>, Vec<(u32, usize)>)> = Vec::new();
    for (frame, mut members) in frames {
        if members.len() < 2 {
            continue;
        }
        members.sort_unstable();
        for chain in chains(&members) {
            candidates.push((frame.clone(), chain.to_vec()));
        }
    }
    // The longest first; equal ones in a fixed order, the number furthest to the right first.
    candidates.sort_by(|(left_frame, left), (right_frame, right)| {
        right
            .len()
            .cmp(&left.len())
            .then_with(|| left_frame.suffix.len().cmp(&right_frame.suffix.len()))
            .then_with(|| (left_frame, left[0].0).cmp(&(right_frame, right[0].0)))
    });
    let mut taken = vec![false; single.len()];
    let mut runs = Vec::new();
    for (frame, mut chain) in candidates {
        chain.retain(|(_, index)| !taken[*index]);
        for piece in chains(&chain) {
            for members in piece.chunks(limit) {
                if let Some(run) = sequential(&frame, members, single) {
                    for (_, index) in members {
                        taken[*index] = true;
                    }
                    runs.push(run);
                }
            }
        }
    }
    for (index, (name, place)) in single.iter().enumerate() {
        if !taken[index] {
            runs.push(literal(name, vec![*place]));
        }
    }
    runs
}

/// The run of these consecutive numbers, if the service makes exactly these names of it.
fn sequential(
    frame: &Frame<'_>,
    members: &[(u32, usize)],
    single: &[(&str, usize)],
) -> Option<NameRun> {
    if members.len() < 2 {
        return None;
    }
    let sequence = Sequence {
        prefix: frame.prefix.to_owned(),
        begin: members[0].0,
        bits: frame.width,
        suffix: frame.suffix.to_owned(),
    };
    let pattern = sequence.to_pattern();
    let exact = expand(&pattern, false, members.len())
        .iter()
        .zip(members)
        .all(|(name, (_, index))| name == single[*index].0);
    exact.then(|| NameRun {
        pattern,
        members: members.iter().map(|(_, index)| single[*index].1).collect(),
    })
}

/// Splits sorted numbers where one is left out.
fn chains(members: &[(u32, usize)]) -> impl Iterator<Item = &[(u32, usize)]> {
    members.chunk_by(|(left, _), (right, _)| left + 1 == *right)
}

/// Every number in a name with what is around it. Of more than six digits, the last six count; a
/// number at the very start has no prefix and cannot be one.
fn numbers(name: &str) -> Vec<(Frame<'_>, u32)> {
    let bytes = name.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|byte| !byte.is_ascii_digit());
        let end = end.map_or(bytes.len(), |length| at + length);
        let start = at.max(end.saturating_sub(6));
        if start > 0
            && let Ok(number) = name[start..end].parse::<u32>()
        {
            let frame = Frame {
                prefix: &name[..start],
                suffix: &name[end..],
                width: end - start,
            };
            found.push((frame, number));
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(names: &[&str]) -> Vec<(String, usize)> {
        plan_runs(names, 100)
            .into_iter()
            .map(|run| (run.pattern, run.members.len()))
            .collect()
    }

    /// What any plan must keep: every place once, no run too long, every name exact.
    fn check<S: AsRef<str>>(names: &[S], limit: usize) -> usize {
        let runs = plan_runs(names, limit);
        let mut seen = vec![false; names.len()];
        for run in &runs {
            assert!(run.members.len() <= limit);
            let made = expand(&run.pattern, false, run.members.len());
            let wanted_pattern = Sequence::parse(names[run.members[0]].as_ref()).is_some();
            for (name, place) in made.iter().zip(&run.members) {
                assert!(!seen[*place], "{name} twice");
                seen[*place] = true;
                assert!(wanted_pattern || name == names[*place].as_ref(), "{name}");
            }
        }
        assert!(seen.into_iter().all(|seen| seen));
        runs.len()
    }

    #[test]
    fn one_run_per_width() {
        assert_eq!(
            patterns(&["web-8", "web-9", "web-10", "web-11", "web-12"]),
            [("web-[8,1]".to_owned(), 2), ("web-[10,2]".to_owned(), 3)]
        );
        assert_eq!(
            patterns(&["web-008", "web-009", "web-010", "web-011", "web-012"]),
            [("web-[8,3]".to_owned(), 5)]
        );
    }

    #[test]
    fn any_order_holes_and_suffixes() {
        let runs = plan_runs(&["n-03-a", "n-01-a", "n-02-a", "n-05-a"], 100);
        assert_eq!(
            runs[0],
            NameRun {
                pattern: "n-[1,2]-a".to_owned(),
                members: vec![1, 2, 0]
            }
        );
        assert_eq!(
            runs[1],
            NameRun {
                pattern: "n-05-a".to_owned(),
                members: vec![3]
            }
        );
    }

    #[test]
    fn the_number_that_varies_counts() {
        assert_eq!(
            patterns(&["rack1-node7", "rack1-node8", "rack1-node9"]),
            [("rack1-node[7,1]".to_owned(), 3)]
        );
        assert_eq!(
            patterns(&["rack1-node7", "rack2-node7", "rack3-node7"]),
            [("rack[1,1]-node7".to_owned(), 3)]
        );
        let grid: Vec<String> = (1..=3)
            .flat_map(|rack| (1..=9).map(move |node| format!("r{rack}-n{node}")))
            .collect();
        assert_eq!(check(&grid, 100), 3);
    }

    #[test]
    fn equal_names_and_no_pattern() {
        assert_eq!(
            patterns(&["web", "db", "web", "web"]),
            [("web".to_owned(), 3), ("db".to_owned(), 1)]
        );
        let equal = vec!["web"; 250];
        assert_eq!(check(&equal, 100), 3);
        assert_eq!(check::<&str>(&[], 100), 0);
    }

    #[test]
    fn names_that_are_patterns_go_alone() {
        assert_eq!(
            patterns(&["web-[1,3]", "web-[1,3]"]),
            [("web-[1,3]".to_owned(), 1), ("web-[1,3]".to_owned(), 1)]
        );
        // A literal bracket pair before the number would be read as the pattern.
        assert_eq!(check(&["a[1]b5", "a[1]b6"], 100), 2);
        assert_eq!(check(&["a[x]b5", "a[x]b6"], 100), 1);
    }

    #[test]
    fn long_numbers_and_numbers_in_front() {
        assert_eq!(
            patterns(&["n-20240001", "n-20240002"]),
            [("n-20[240001,6]".to_owned(), 2)]
        );
        assert_eq!(check(&["n-20999999", "n-21000000"], 100), 2);
        assert_eq!(patterns(&["1a", "2a"]).len(), 2);
        assert_eq!(patterns(&["999998", "999999"]).len(), 2);
        assert_eq!(check(&["n-999998", "n-999999", "n-1000000"], 100), 2);
    }

    #[test]
    fn a_thousand_are_ten_calls() {
        let names: Vec<String> = (1..=1_000).map(|n| format!("web-{n:04}")).collect();
        assert_eq!(check(&names, 100), 10);
        let names: Vec<String> = (0..1_000).map(|n| format!("web-{n}")).collect();
        assert_eq!(check(&names, 100), 11);
    }

    #[test]
    fn a_hundred_thousand_take_no_time_and_are_exact() {
        let names: Vec<String> = (0..100_000)
            .map(|n| format!("z{}-web-{n:06}", n % 3))
            .collect();
        assert!(check(&names, 100) <= 100_000);
        let names: Vec<String> = (0..100_000).map(|n| format!("web-{n:06}")).collect();
        assert_eq!(check(&names, 100), 1_000);
    }
}
