//! The console at a terminal: prompts, history, completion, and the ways out of it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::TestContext;

/// Up, in the manner of terminals.
const UP: &str = "\x1b[A";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";

/// Longer than any answer takes; a test that waits so long fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A console in a terminal of its own.
struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    /// Everything shown, and how much of it has been looked at.
    shown: String,
    seen: usize,
}

impl Terminal {
    fn start(context: &TestContext) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).expect("it is ours");
        unlockpt(&master).expect("it opens");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        let open = || {
            let mut options = File::options();
            options
                .read(true)
                .write(true)
                .open(path)
                .expect("its other side")
        };
        let child = context
            .command(&["console"])
            .env("TERM", "xterm")
            .stdin(Stdio::from(open()))
            .stdout(Stdio::from(open()))
            .stderr(Stdio::from(open()))
            .spawn()
            .expect("the binary runs");
        let keyboard = File::from(master);
        let mut output = keyboard.try_clone().expect("the same terminal");
        let (send, screen) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // It ends with an error once nobody has the other side open.
            while let Ok(n @ 1..) = output.read(&mut buffer) {
                if send.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            keyboard,
            screen,
            shown: String::new(),
            seen: 0,
        }
    }

    /// Waits until this has been shown since the last time.
    #[track_caller]
    fn shows(&mut self, words: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.shown[self.seen..].find(words) {
                self.seen += at + words.len();
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(ended) => panic!("{words:?} is not shown ({ended}): {:?}", self.shown),
            }
        }
    }

    fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("it reads");
    }

    /// Waits until the console has ended.
    #[track_caller]
    fn ends(&mut self) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                assert!(status.success(), "{status}: {:?}", self.shown);
                return;
            }
            assert!(Instant::now() < end, "it goes on: {:?}", self.shown);
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn context() -> TestContext {
    TestContext::new("locals {\n  a_rather_long_name = 42\n}\n")
}

#[test]
fn expressions_are_typed_recalled_and_completed() {
    let context = context();
    let mut console = Terminal::start(&context);
    console.shows("> ");
    console.types("upper(\"a\")\r");
    console.shows("\r\n\"A\"\r\n");
    console.shows("> ");
    console.types(UP);
    console.shows("upper(\"a\")");
    console.types("\r");
    console.shows("\r\n\"A\"\r\n");
    console.shows("> ");
    console.types("local.a_r\t");
    console.shows("local.a_rather_long_name");
    console.types("\r");
    console.shows("\r\n42\r\n");
    console.shows("> ");
    console.types(CTRL_D);
    console.ends();
}

#[test]
fn an_open_expression_goes_on_or_is_dropped() {
    let context = context();
    let mut console = Terminal::start(&context);
    console.shows("> ");
    console.types("[1,\r");
    console.shows(": ");
    console.types("2]\r");
    console.shows("\r\n]\r\n");
    console.shows("> ");
    console.types("[3,\r");
    console.shows(": ");
    console.types(CTRL_C);
    console.shows("(the expression is dropped)");
    console.shows("> ");
    console.types("nowhere.x\r");
    console.shows("Reference to undeclared resource");
    console.shows("> ");
    console.types("exit\r");
    console.ends();
}
