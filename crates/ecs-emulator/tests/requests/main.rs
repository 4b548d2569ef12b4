//! The corpus of conversations: replayed as it is, and in variations that no client would send. Fuzzing starts from the same files.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod conversation;

use conversation::hold;

/// The files of the corpus: names and texts.
fn corpus() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn conversations_go_as_written() {
    let files = corpus();
    assert!(files.len() >= 5);
    for (name, text) in files {
        let statuses = hold(&text);
        let refused = name.starts_with("refused");
        for (status, request) in statuses.iter().zip(text.split("\n---\n")) {
            assert_eq!(*status != 200, refused, "{name}: {status} for {request}");
        }
    }
}

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// What is put in somewhere.
const ODDITIES: [&str; 24] = [
    "&",
    "=",
    "%",
    "%00",
    "%ff",
    "+",
    "&Amount=",
    "&Amount=-1",
    "&Amount=99999999999999999999",
    "&Tag.1.Key=",
    "&Tag.0.Key=a",
    "&Tag.1.Tag.1.Tag.1=a",
    "&DataDisk.1=a",
    "&InstanceIds=[",
    "&InstanceIds=[1,null]",
    "&PageSize=0",
    "&PageNumber=9223372036854775807",
    "&NextToken=cae1",
    "&DryRun=TRUE",
    "&ClientToken=a",
    "\nx-acs-date: never",
    "\n\n",
    "\n---\n",
    "é",
];

fn vary(text: &str, dice: &mut Dice) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(12)).min(bytes.len());
        match dice.below(5) {
            0 => bytes[at] = b' ' + dice.below(95) as u8,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            3 => {
                let other = dice.below(bytes.len());
                bytes.swap(at, other);
            }
            _ => {
                let oddity = ODDITIES[dice.below(ODDITIES.len())];
                drop(bytes.splice(at..at, oddity.bytes()));
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn variations_are_answered_too() {
    let mut dice = Dice(7);
    let mut refused = 0;
    for (_, text) in corpus() {
        for _ in 0..60 {
            let varied = vary(&text, &mut dice);
            refused += hold(&varied)
                .iter()
                .filter(|status| **status != 200)
                .count();
        }
    }
    assert!(refused > 100, "{refused}");
}
