//! Decides how much indentation a `<<-` heredoc loses: as many characters as its least indented line begins with blanks, lines
//! of blanks only left out of account. Lines within directives count as all others do.

use unicode_segmentation::UnicodeSegmentation;

use super::template::Part;

/// Takes the common indentation off. A literal part is at most one line, so lines begin where the part before ended one.
pub(super) fn dedent(parts: &mut [Part]) {
    let mut least = usize::MAX;
    let mut begins = true;
    let mut indented = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let Part::Text(text) = part else {
            if begins {
                least = 0;
            }
            begins = false;
            continue;
        };
        if begins {
            let blanks = &text[..text.len() - text.trim_start().len()];
            if blanks.len() < text.len() || !text.ends_with('\n') {
                least = least.min(blanks.graphemes(true).count());
                indented.push(i);
            }
        }
        begins = text.ends_with('\n');
    }
    if least == usize::MAX {
        return;
    }
    for i in indented {
        if let Part::Text(text) = &mut parts[i] {
            let cut = text
                .grapheme_indices(true)
                .nth(least)
                .map_or(text.len(), |(at, _)| at);
            text.to_mut().drain(..cut);
        }
    }
}
