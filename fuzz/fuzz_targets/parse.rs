//! Reads any text in every way that configuration is read. A panic, a place outside of the text or a hang is a finding.

#![no_main]

use cairn_diag::{Diagnostics, FileId, Plain, render_all};
use cairn_lang::{SourceReader, load, parse_expression, parse_file, parse_template};
use libfuzzer_sys::fuzz_target;

/// A module of one file.
struct Module<'t> {
    name: &'static str,
    text: &'t str,
}

impl SourceReader for Module<'_> {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.text.to_owned())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        match folder {
            "." => Ok(vec![self.name.to_owned()]),
            _ => Err("There is no such folder.".to_owned()),
        }
    }
}

fn placed(text: &str, said: &Diagnostics) {
    for diagnostic in said {
        let place = diagnostic.subject.expect("a mistake of syntax has a place");
        let range = place.start as usize..place.end as usize;
        assert!(text.get(range).is_some(), "{diagnostic:?}");
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    placed(text, &parse_file(FileId(0), text).1);
    for read in [parse_expression, parse_template] {
        if let Err(said) = read(FileId(0), text) {
            placed(text, &said);
        }
    }
    let name = if text.trim_start().starts_with('{') {
        "main.tf.json"
    } else {
        "main.tf"
    };
    let loaded = load(&Module { name, text });
    render_all(&loaded.diagnostics, &loaded.sources, &Plain);
});
