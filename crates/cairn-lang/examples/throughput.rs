//! Measures reading: text of so many megabytes is parsed, and parsed and decoded, as one file. Asserts that it is right.
//!
//! `cargo run --release -p cairn-lang --example throughput -- 10`; with `text` behind it the text itself is printed.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints and takes the time"
)]

use std::fmt::Write as _;
use std::time::Instant;

use cairn_diag::FileId;
use cairn_lang::{SourceReader, load, parse_file};

struct OneFile(String);

impl SourceReader for OneFile {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }

    fn list(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(vec!["main.tf".to_owned()])
    }
}

/// Resources as people write them.
fn text(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 2000);
    let mut i = 0;
    while text.len() < bytes {
        write!(
            text,
            r#"# Server number {i}
resource "alicloud_instance" "web_{i}" {{
  count                = var.servers > {i} ? 1 : 0
  instance_name        = "${{var.prefix}}-web-{i}"
  image_id             = data.alicloud_images.ubuntu.images[0].id
  instance_type        = "ecs.g7.large"
  security_groups      = [alicloud_security_group.web.id, alicloud_security_group.base.id]
  vswitch_id           = alicloud_vswitch.main[count.index % length(alicloud_vswitch.main)].id
  system_disk_size     = 40
  system_disk_category = "cloud_essd"
  user_data = base64encode(templatefile("${{path.module}}/init.sh", {{
    name = "web-{i}"
    port = 8080
  }}))

  data_disks {{
    name     = "data"
    size     = max(20, var.size)
    category = "cloud_essd"
  }}

  tags = merge(local.tags, {{
    Name  = "web-{i}"
    Owner = "team ${{upper(var.team)}}"
  }})

  lifecycle {{
    ignore_changes = [user_data]
  }}
}}

"#
        )
        .expect("a string takes any text");
        i += 1;
    }
    text
}

fn main() {
    let megabytes: usize = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(10);
    let text = text(megabytes * 1_000_000);
    if std::env::args().nth(2).as_deref() == Some("text") {
        print!("{text}");
        return;
    }
    let size = text.len() as f64 / 1e6;

    let start = Instant::now();
    let (body, said) = parse_file(FileId(0), &text);
    let parsed = start.elapsed();
    assert!(said.is_empty(), "the text is right");
    let blocks = body.blocks.len();

    let reader = OneFile(text);
    let start = Instant::now();
    let loaded = load(&reader);
    let decoded = start.elapsed();
    assert!(loaded.diagnostics.is_empty(), "the text is right");
    assert_eq!(loaded.tree.root.config.resources.len(), blocks);

    println!("{size:.1} MB, {blocks} blocks");
    for (what, time) in [("parse", parsed), ("parse and decode", decoded)] {
        println!(
            "{what}: {:.3} s, {:.1} MB/s",
            time.as_secs_f64(),
            size / time.as_secs_f64()
        );
    }
}
