//! Tests that no text whatever makes the parser panic or hang.

use cairn_diag::FileId;

use super::tests::show;
use super::*;
use crate::tree::tests::Files;

/// Texts that between them hold every construct.
const SEEDS: [&str; 9] = [
    "resource \"a_b\" \"c\" {\n  count = var.n > 3 ? 1 : 0\n  x = \"p-${var.a}-${count.index + 1}\"\n  y = [for k, v in m : k => v... if v != null]\n  lifecycle {\n    ignore_changes = [tags[\"x\"], y[0].z]\n  }\n}\n",
    "locals {\n  a = <<-EOT\n    one ${f(x)}\n      two %{ if a ~}\n    three\n    %{~ else }four %{ endif }\n  EOT\n  b = {\n    c = 1, d : [2, 3,]\n    \"e${f}\" = -g.h[*].i.0\n    (j) = k.*.l[1]\n  }\n}\n",
    "a = f(1, [2], { b = 3 }...) # c\nd = \"e\\n\\\"\\u00e9 $${x} %%{y}\" // f\ng /* h */ = !i || j && -k * (l + m) % 2 <= 1e5\n",
    "variable \"x\" {\n  type = object({ a = optional(list(string), [\"b\"]), c = map(number) })\n  default = { a = null }\n  validation {\n    condition = length(var.x.a) > 0\n    error_message = \"no\"\n  }\n}\n",
    "terraform {\n  required_providers {\n    a = { source = \"b/c\", version = \"~> 1\" }\n  }\n}\nprovider \"a\" { alias = \"d\" }\nmodule \"m\" {\n  source = \"./m\"\n  providers = { a = a.d }\n  for_each = toset([\"x\"])\n}\n",
    "x = {for s in [\"a\", \"b\"] : s => upper(s) if s != \"c\"}\ny = a ? b : c ? d : e\nz = provider::p::f(<<A\nb\nA\n, 1)\n",
    "moved {\n  from = a.b\n  to = module.m.a.b[\"k\"]\n}\nimport {\n  to = a.b\n  id = \"i\"\n}\nremoved {\n  from = a.c\n}\ncheck \"c\" {\n  assert {\n    condition = a.b.c == 1\n    error_message = \"é 日本 👨‍👩‍👧\"\n  }\n}\n",
    "\u{feff}a = 1\r\nb = \"x\"\r\nc = <<E\r\nd ${e}\r\nE\r\n",
    "o = \"%{ for i, x in [1, 2] ~}\n${x}%{ endfor }\"\np = \"${\"${\"${q}\"}\"}\"\nr = \"\"\ns = [ /* t */ ]\nu = {}\n",
];

/// Parts that are put in.
const PARTS: [&str; 40] = [
    "\"", "${", "%{", "}", "{", "[", "]", "(", ")", "\n", "<<EOT\n", "EOT\n", "<<-A\n", "~}",
    "${~", "\\", "#", "/*", "*/", "=", "==", "=>", "...", ".", ",", ":", "::", "?", "-", "!",
    "for ", "if ", " in ", "é", "\r", "\u{feff}", "0", "1e999", "'", "\0",
];

/// A small generator of its own, so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutated(random: &mut Random) -> String {
    let mut text = SEEDS[random.below(SEEDS.len())].to_owned();
    for _ in 0..=random.below(4) {
        if text.is_empty() {
            break;
        }
        let a = boundary(&text, random.below(text.len()));
        let b = boundary(&text, (a + random.below(12)).min(text.len()));
        match random.below(5) {
            0 => text.replace_range(a..b, ""),
            1 | 2 => text.insert_str(a, PARTS[random.below(PARTS.len())]),
            3 => {
                let piece = text[a..b].to_owned();
                let at = boundary(&text, random.below(text.len()));
                text.insert_str(at, &piece);
            }
            _ => text.replace_range(a..b, PARTS[random.below(PARTS.len())]),
        }
    }
    text
}

/// Reads the text in every way; panics are the failure.
fn read(text: &str) {
    let (_, said) = parse_file(FileId(0), text);
    for d in &said {
        let place = d.subject.expect("every mistake of syntax has a place");
        assert!(
            text.get(place.start as usize..place.end as usize).is_some(),
            "{d:?}\n{text}"
        );
    }
    if let Ok(e) = parse_expression(FileId(0), text) {
        show(&e);
    }
    if let Ok(e) = parse_template(FileId(0), text) {
        show(&e);
    }
    let files = [("main.tf", text)];
    let loaded = crate::tree::load(&Files(&files));
    cairn_diag::render_all(&loaded.diagnostics, &loaded.sources, &cairn_diag::Plain);
}

#[test]
fn every_beginning_and_end_of_a_text_is_read() {
    for seed in SEEDS {
        for at in (0..=seed.len()).filter(|&at| seed.is_char_boundary(at)) {
            read(&seed[..at]);
            read(&seed[at..]);
        }
    }
}

/// Mutations of a JSON file.
#[test]
fn mutated_json_is_read() {
    const SEED: &str = r#"{"variable": {"n": {"type": "list(string)", "default": ["é"]}}, "resource": {"a_b": {"c": [{"count": "${var.n}", "x": {"y": [1.5e3, null, true]}, "lifecycle": {"ignore_changes": ["x"]}}]}}, "//": "\u00e9\n"}"#;
    const PARTS: [&str; 14] = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "${", "null", "1", "\n", "\"//\":", "é",
    ];
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..3_000 {
        let mut text = SEED.to_owned();
        for _ in 0..=random.below(3) {
            let at = boundary(&text, random.below(text.len()));
            let end = boundary(&text, (at + random.below(6)).min(text.len()));
            text.replace_range(at..end, PARTS[random.below(PARTS.len())]);
        }
        let files = [("main.tf.json", &*text)];
        let loaded = crate::tree::load(&Files(&files));
        cairn_diag::render_all(&loaded.diagnostics, &loaded.sources, &cairn_diag::Plain);
    }
}

#[test]
fn mutated_texts_are_read() {
    let rounds =
        std::option_env!("CAIRN_FUZZ_ROUNDS").map_or(4_000, |n| n.parse().unwrap_or(4_000));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..rounds {
        read(&mutated(&mut random));
    }
}
