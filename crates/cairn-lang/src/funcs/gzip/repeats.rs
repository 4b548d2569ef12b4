//! Decides which repetitions of a text are found, and where blocks end. How long a repetition must be, how far back and how
//! long it is looked for are the figures of the middle of nine levels, which Terraform uses.

use super::block::Token;

/// How far back a repetition may lie.
const WINDOW: usize = 1 << 15;

/// What is looked for begins with so many bytes.
const LEAST: usize = 4;

/// The longest repetition that can be written.
const MOST: usize = 258;

/// Repetitions of the least length are not worth writing from further away than this.
const NEAR: usize = 4096;

/// With a repetition of this length in hand, no better one is looked for at the next byte.
const CONTENT: usize = 16;

/// A repetition of this length is not looked further for.
const NICE: usize = 128;

/// How many earlier places are looked at.
const TRIES: usize = 128;

/// A block has so many tokens.
const BLOCK: usize = 1 << 14;

const HASH_BITS: u32 = 17;
const NOWHERE: u32 = u32::MAX;

/// Where each four bytes stood before: the last place by their hash, and for each place the one before it.
struct Places {
    last: Vec<u32>,
    before: Vec<u32>,
}

impl Places {
    fn new() -> Self {
        Self {
            last: vec![NOWHERE; 1 << HASH_BITS],
            before: vec![NOWHERE; WINDOW],
        }
    }

    /// Notes a place; gives the last one with the same hash.
    fn note(&mut self, text: &[u8], at: usize) -> Option<usize> {
        let word = u32::from_be_bytes([text[at], text[at + 1], text[at + 2], text[at + 3]]);
        let hash = word.wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
        let last = std::mem::replace(&mut self.last[hash as usize], at as u32);
        self.before[at % WINDOW] = last;
        (last != NOWHERE).then_some(last as usize)
    }

    fn before(&self, at: usize) -> Option<usize> {
        let before = self.before[at % WINDOW];
        (before != NOWHERE).then_some(before as usize)
    }
}

#[derive(Clone, Copy)]
struct Repeat {
    length: usize,
    distance: usize,
}

/// Nothing found.
const NONE: Repeat = Repeat {
    length: LEAST - 1,
    distance: 0,
};

/// Gives each block to `write`: its tokens, and the bytes that they stand for. Bytes that lie too far back by the end of
/// their block are not given with it.
pub(super) fn compress(text: &[u8], mut write: impl FnMut(&[Token], Option<&[u8]>)) {
    let mut places = Places::new();
    let mut tokens: Vec<Token> = Vec::with_capacity(BLOCK + 1);
    let mut block_start = 0;
    // Texts are looked at through a buffer of two windows. When what is left in it is less than a repetition and its first
    // bytes, the first window is dropped and the second filled again; at the end of the text all is looked at.
    let mut dropped = 0;
    let mut filled = text.len().min(2 * WINDOW);
    let mut start_is_kept = true;
    let mut candidate = None;
    let mut pending = false;
    let mut found = NONE;
    let mut at = 0;
    loop {
        if filled - at < LEAST + MOST && filled < text.len() {
            dropped += WINDOW;
            start_is_kept &= block_start >= dropped;
            filled = text.len().min(dropped + 2 * WINDOW);
        }
        let ahead = filled - at;
        if ahead == 0 {
            break;
        }
        let known = |n: usize| n + LEAST <= filled;
        if known(at) {
            candidate = places.note(text, at);
        }
        let earlier = found;
        found = NONE;
        if let Some(place) = candidate
            && place >= at.saturating_sub(WINDOW).max(dropped)
            && ahead > earlier.length
            && earlier.length < CONTENT
        {
            found = best(&places, &text[..filled], at, place, dropped);
        }
        if earlier.length >= LEAST && found.length <= earlier.length {
            // The repetition that began one byte ago is not outdone.
            tokens.push(Token::repeat(earlier.length, earlier.distance));
            let end = at + earlier.length - 1;
            for inside in at + 1..end {
                if known(inside) {
                    places.note(text, inside);
                }
            }
            at = end;
            pending = false;
            found = NONE;
            if tokens.len() == BLOCK {
                write(&tokens, start_is_kept.then(|| &text[block_start..at]));
                tokens.clear();
                (block_start, start_is_kept) = (at, true);
            }
        } else {
            if pending {
                tokens.push(Token::byte(text[at - 1]));
                if tokens.len() == BLOCK {
                    write(&tokens, start_is_kept.then(|| &text[block_start..at]));
                    tokens.clear();
                    (block_start, start_is_kept) = (at, true);
                }
            }
            at += 1;
            pending = true;
        }
    }
    if pending {
        tokens.push(Token::byte(text[at - 1]));
    }
    if !tokens.is_empty() {
        write(&tokens, start_is_kept.then(|| &text[block_start..at]));
    }
}

/// The longest repetition at a place of what stood at earlier places, the last of which is given.
fn best(places: &Places, text: &[u8], at: usize, last: usize, dropped: usize) -> Repeat {
    let most = MOST.min(text.len() - at);
    let nice = NICE.min(most);
    let here = &text[at..at + most];
    let mut best = NONE;
    let mut place = last;
    for _ in 0..TRIES {
        // A longer one has the same byte where the best so far ends.
        if here.get(best.length) == text.get(place + best.length) {
            let length = text[place..]
                .iter()
                .zip(here)
                .take_while(|(a, b)| a == b)
                .count();
            if length > best.length && (length > LEAST || at - place <= NEAR) {
                best = Repeat {
                    length,
                    distance: at - place,
                };
                if length >= nice {
                    break;
                }
            }
        }
        // What lies a whole window back is the last place that is still noted.
        match places.before(place) {
            Some(before) if place + WINDOW != at && before + WINDOW >= at && before >= dropped => {
                place = before;
            }
            _ => break,
        }
    }
    best
}
