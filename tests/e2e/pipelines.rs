//! What pipelines use: the summary for a pull request, and the page about it, whose commands run as they stand there.

use std::process::Command;

use crate::support::{TestContext, root};

const SERVERS: &str = r#"
variable "secret" {
  default   = "hunter2-hunter2"
  sensitive = true
}

variable "image" {
  default = "one"
}

resource "terraform_data" "server" {
  count            = 30
  input            = { index = count.index, secret = var.secret }
  triggers_replace = var.image
}
"#;

#[test]
fn a_plan_is_summed_up_for_a_pull_request() {
    let context = TestContext::new(SERVERS);
    let read = || std::fs::read_to_string(context.dir.path().join("plan.md")).unwrap();
    context.run(&["plan", "-md=plan.md"]).expect(0);
    let new = read();
    assert!(
        new.starts_with("### cairn plan: 30 to add, 0 to change, 0 to destroy\n\n| type | create |\n| --- | ---: |\n| `terraform_data` | 30 |\n"),
        "{new}"
    );
    assert!(
        new.contains("<details>") && new.contains("```diff\n") && new.contains("\n+   resource"),
        "{new}"
    );
    assert!(
        !new.contains("hunter2") && !new.contains("Destroyed or replaced"),
        "{new}"
    );
    context.apply();
    context.run(&["plan", "-md=plan.md"]).expect(0);
    assert!(
        read().starts_with("### cairn plan: no changes"),
        "{}",
        read()
    );
    context
        .run(&["plan", "-md=plan.md", "-var=image=two"])
        .expect(0);
    let replaced = read();
    assert!(
        replaced.contains("- `terraform_data.server[0..29]` (30 instances) replaced: `triggers_replace` cannot be changed in place"),
        "{replaced}"
    );
    context
        .run(&[
            "plan",
            "-destroy",
            "-md=plan.md",
            "-exclude=terraform_data.server[3]",
        ])
        .expect(0);
    let destroyed = read();
    assert!(
        destroyed.starts_with("### cairn plan to destroy: 0 to add, 0 to change, 29 to destroy"),
        "{destroyed}"
    );
    assert!(
        destroyed.contains("**Warnings**") && destroyed.contains("targeting is in effect"),
        "{destroyed}"
    );
}

#[test]
fn a_summary_is_never_too_long_for_a_comment() {
    let many = r#"
resource "terraform_data" "t" {
  for_each         = toset([for p in setproduct(range(3), range(1000)) : "key-${p[0]}-${p[1]}"])
  input            = "${each.key} ü"
  triggers_replace = parseint(substr(md5(each.key), 0, 1), 16) < 8 ? each.key : null
}
"#;
    let context = TestContext::new(many);
    context.run(&["plan", "-md=plan.md"]).expect(0);
    let text = std::fs::read_to_string(context.dir.path().join("plan.md")).unwrap();
    assert!(text.len() <= 65_536, "{}", text.len());
    assert!(text.contains("3000 to add") && text.ends_with("</details>\n"));
}

#[test]
fn mistakes_are_summed_up_too() {
    let context = TestContext::new("resource \"terraform_data\" \"a\" {\n  input = var.none\n}\n");
    let run = context.run(&["plan", "-md=plan.md"]).expect(1);
    assert!(run.stderr.contains("main.tf:2"), "{}", run.stderr);
    let text = std::fs::read_to_string(context.dir.path().join("plan.md")).unwrap();
    assert!(
        text.starts_with("### cairn plan: failed")
            && text.contains("**Errors**")
            && text.contains("main.tf:2"),
        "{text}"
    );
    let context = TestContext::new("");
    let run = context.run(&["plan", "-md=no/plan.md"]).expect(1);
    assert!(run.stderr.contains("-md=no/plan.md"), "{}", run.stderr);
}

#[test]
fn a_long_plan_begins_with_a_table() {
    let context = TestContext::new(SERVERS);
    let long = context.run(&["plan"]).expect(0).stdout;
    let table = long.find("  type             create\n  terraform_data       30\n");
    let blocks = long.find("  # terraform_data.server[0..29] (30 instances) will be created");
    assert!(table.is_some() && table < blocks, "{long}");
    let short = context
        .run(&["plan", "-target=terraform_data.server[2]"])
        .expect(0)
        .stdout;
    assert!(!short.contains("  type "), "{short}");
}

/// The commands in the YAML blocks of the page, in order.
fn commands(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_yaml = false;
    let mut in_script = false;
    let mut block: Option<usize> = None;
    for line in page.lines() {
        let inner = line.trim_start();
        let indent = line.len() - inner.len();
        if inner.starts_with("```") {
            in_yaml = inner == "```yaml";
            (in_script, block) = (false, None);
            continue;
        }
        if !in_yaml {
            continue;
        }
        if let Some(least) = block {
            if indent > least {
                found.push(inner.to_owned());
                continue;
            }
            block = None;
        }
        let item = inner.strip_prefix("- ");
        if let Some(command) = item.unwrap_or(inner).strip_prefix("run: ") {
            if command == "|" {
                block = Some(indent);
            } else {
                found.push(command.to_owned());
            }
        } else if inner == "script:" {
            in_script = true;
        } else if let (true, Some(command)) = (in_script, item) {
            found.push(command.to_owned());
        } else {
            in_script = false;
        }
    }
    found
}

#[test]
fn the_page_about_pipelines_runs_as_it_stands() {
    let page = std::fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let commands = commands(&page);
    let of = |word: &str| commands.iter().filter(|c| c.starts_with(word)).count();
    assert!(
        of("cairn plan") == 2
            && of("cairn apply") == 2
            && of("cairn drift") == 1
            && of("test ") == 1,
        "{commands:#?}"
    );
    let context = TestContext::example("web-cluster");
    let cairn = context.command(&[]);
    let dir = std::path::Path::new(cairn.get_program()).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", dir.display());
    for command in &commands {
        let done = Command::new("sh")
            .args(["-e", "-c", command])
            .current_dir(context.dir.path())
            .env_clear()
            .env("PATH", &path)
            .env("HOME", context.dir.path())
            .env("CAIRN_EMULATOR", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .env("GITHUB_STEP_SUMMARY", context.dir.path().join("summary.md"))
            .output()
            .expect("a shell");
        assert!(
            done.status.success(),
            "{command}:\n{}\n{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
    }
    let summary = std::fs::read_to_string(context.dir.path().join("summary.md")).unwrap();
    assert!(summary.starts_with("### cairn plan: "), "{summary}");
}
