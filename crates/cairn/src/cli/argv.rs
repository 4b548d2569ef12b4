//! Decides how Terraform's single-dash long flags become the double-dash ones that the argument parser knows.

/// `-name` and `-name=value` become `--name` and `--name=value`; everything else stays. Behind `--` nothing is touched.
pub(crate) fn normalise(args: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut raw = false;
    args.into_iter()
        .map(|arg| {
            raw |= arg == "--";
            let is_flag = arg.len() > 2
                && arg.starts_with('-')
                && arg[1..].starts_with(|c: char| c.is_ascii_lowercase())
                && arg[1..]
                    .split('=')
                    .next()
                    .is_some_and(|n| n.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            if is_flag && !raw {
                format!("-{arg}")
            } else {
                arg
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn only_flags_are_touched() {
        let given = [
            "cairn",
            "-chdir=a/b",
            "--json",
            "-1",
            "-",
            "x=-y",
            "-var",
            "a=-b",
            "--",
            "-json",
        ]
        .map(str::to_owned);
        let want = [
            "cairn",
            "--chdir=a/b",
            "--json",
            "-1",
            "-",
            "x=-y",
            "--var",
            "a=-b",
            "--",
            "-json",
        ];
        assert_eq!(normalise(given), want);
    }
}
