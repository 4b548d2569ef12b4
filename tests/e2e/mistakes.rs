//! Mistakes that people make: what is said about each is kept, word for word, in `tests/mistakes/NAME/want.txt`.
//!
//! A folder is one mistake: its configuration, and what the binary says about it on standard error. A file `command` holds the command line where
//! it is not `plan`. `CAIRN_BLESS=1` writes what is said now into the files; read them before you keep them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::support::{TestContext, copy, root};

/// The files of a case that are none of its configuration.
const ASIDE: [&str; 2] = ["want.txt", "command"];

fn cases() -> Vec<PathBuf> {
    let folder = root().join("tests/mistakes");
    let mut found: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    found.sort();
    found
}

#[test]
fn what_is_said_about_each_mistake_is_as_recorded() {
    let cases = cases();
    assert!(cases.len() >= 50, "there are {} cases only", cases.len());
    let bless = std::env::var_os("CAIRN_BLESS").is_some();
    let mut wrong = String::new();
    for case in &cases {
        if let Err(why) = check(case, bless) {
            let name = case.file_name().unwrap_or_default().to_string_lossy();
            write!(wrong, "\n== {name}: {why}").expect("a string takes any text");
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}\nCAIRN_BLESS=1 records what is said now."
    );
}

/// Runs one case; says what is wrong with it.
fn check(case: &Path, bless: bool) -> Result<(), String> {
    let context = TestContext::new("");
    copy(case, context.dir.path());
    for name in ASIDE {
        let there = context.dir.path().join(name);
        if there.exists() {
            std::fs::remove_file(there).expect("a removable file");
        }
    }
    let command = std::fs::read_to_string(case.join("command")).unwrap_or_else(|_| "plan".into());
    let args: Vec<&str> = command.split_whitespace().collect();
    let run = context.run(&args);
    let said = run.stderr;
    let errors = said.matches("Error: ").count();
    if run.code != 1 || errors != 1 {
        return Err(format!(
            "exit code {} with {errors} errors, instead of 1 with one\n{said}",
            run.code
        ));
    }
    // The secret of every case that has one.
    if said.contains("hunter2") || run.stdout.contains("hunter2") {
        return Err(format!("a secret is shown\n{said}"));
    }
    if !context.recorded().is_empty() || !context.cloud.inventory().is_empty() {
        return Err("the state or the cloud was touched".to_owned());
    }
    let file = case.join("want.txt");
    if bless {
        std::fs::write(&file, &said).expect("a writable file");
        return Ok(());
    }
    let wanted = std::fs::read_to_string(&file).unwrap_or_default();
    if wanted == said {
        Ok(())
    } else {
        Err(difference(&wanted, &said))
    }
}

/// The lines of both texts from the first that differs to the last; recorded ones with a minus, those of now with a plus.
fn difference(wanted: &str, said: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), said.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old[same..]
        .iter()
        .rev()
        .zip(new[same..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let mut text = format!("line {} of want.txt\n", same + 1);
    for line in &old[same..old.len() - end] {
        writeln!(text, "- {line}").expect("a string takes any text");
    }
    for line in &new[same..new.len() - end] {
        writeln!(text, "+ {line}").expect("a string takes any text");
    }
    text
}

#[test]
fn a_difference_shows_the_lines_that_changed() {
    assert_eq!(
        difference("a\nb\nc\n", "a\nx\ny\nc\n"),
        "line 2 of want.txt\n- b\n+ x\n+ y\n"
    );
    assert_eq!(difference("", "a\n"), "line 1 of want.txt\n+ a\n");
}
