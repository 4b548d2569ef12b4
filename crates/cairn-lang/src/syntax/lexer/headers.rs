//! Decides which lines look like the header of a top-level block, so that one mistake does not swallow the rest of a file.

/// The first header behind a place.
pub(super) fn next(headers: &[usize], from: usize) -> Option<usize> {
    headers
        .get(headers.partition_point(|&h| h <= from))
        .copied()
}

/// Where lines begin that look like the header of a top-level block: a block type that only occurs there, at the very beginning
/// of the line, with an opening brace on it.
pub(super) fn headers(text: &str) -> Vec<usize> {
    const TYPES: [&str; 13] = [
        "resource",
        "data",
        "module",
        "variable",
        "output",
        "locals",
        "provider",
        "terraform",
        "moved",
        "removed",
        "import",
        "check",
        "ephemeral",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let word = line
            .find(|c: char| !c.is_ascii_lowercase())
            .map_or("", |end| &line[..end]);
        if TYPES.contains(&word) {
            let rest = line[word.len()..].trim_start();
            if rest.contains('{') && !rest.starts_with(['=', '.']) {
                found.push(at);
            }
        }
        at += line.len();
    }
    found
}
