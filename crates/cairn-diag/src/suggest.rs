//! Decides which known name a misspelled one most likely meant.

/// The candidate nearest to `name` by edit distance, if one is near enough to be worth suggesting. Case, dashes and underscores
/// count only where they are all that tells candidates apart.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|c| (distance(&plain(name), &plain(c)), distance(name, c), c))
        .filter(|(d, ..)| *d <= limit)
        .min_by(std::cmp::Ord::cmp)
        .map(|(.., c)| c)
}

fn plain(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c == '-' {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// Edit distance with transpositions of neighbours counted as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 4 {
        return usize::MAX;
    }
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_what_is_near() {
        let names = ["image_id", "instance_type", "tags"];
        assert_eq!(nearest("imgae_id", names), Some("image_id"));
        assert_eq!(nearest("instance_typ", names), Some("instance_type"));
        assert_eq!(nearest("tag", names), Some("tags"));
        assert_eq!(nearest("colour", names), None);
    }

    #[test]
    fn case_and_dashes_are_no_distance() {
        assert_eq!(
            nearest("INSTANCE-TYPE", ["instance_type"]),
            Some("instance_type")
        );
        assert_eq!(nearest("toUpper", ["upper", "lower"]), Some("upper"));
        assert_eq!(nearest("a_b", ["A_B", "a-b"]), Some("a-b"));
    }
}
