//! Holds any conversation with the emulator: requests signed and unsigned, read, let in and carried out. A panic, a hang, or an answer
//! that no client could read is a finding.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/ecs-emulator/tests/requests/conversation.rs"]
mod conversation;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        conversation::hold(text);
    }
});
