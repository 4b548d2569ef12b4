//! Provisioners that work on another machine, with a client on the PATH that stands in for ssh; and what is said of provisioners
//! that cannot be.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Run, TestContext};

/// Refuses the first connection, then runs the command here.
const SSH: &str = r#"#!/bin/sh
echo "$@" >> "$LOG/ssh.log"
for last in "$@"; do :; done
if [ ! -e "$LOG/booted" ]; then
  touch "$LOG/booted"
  echo "ssh: connect to host: Connection refused" >&2
  exit 255
fi
exec /bin/sh -c "$last"
"#;

/// Copies here.
const SCP: &str = r#"#!/bin/sh
echo "$@" >> "$LOG/scp.log"
while [ "$1" != "--" ]; do shift; done
shift
for last in "$@"; do :; done
for source in "$@"; do
  [ "$source" = "$last" ] || cp -r "$source" "${last#*:}"
done
"#;

fn context(main: &str) -> TestContext {
    let context = TestContext::new(main);
    for (name, text) in [("bin/ssh", SSH), ("bin/scp", SCP)] {
        context.write(name, text);
        let path = context.dir.path().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
    }
    context
}

fn apply(context: &TestContext) -> Run {
    let dir = context.dir.path().display();
    let path = format!("{dir}/bin:/usr/bin:/bin");
    context.run_with(
        &[("PATH", &path), ("LOG", &dir.to_string())],
        &["apply", "-auto-approve"],
    )
}

fn text(context: &TestContext, name: &str) -> String {
    fs::read_to_string(context.dir.path().join(name)).unwrap_or_default()
}

#[test]
fn scripts_are_run_there_once_the_machine_answers() {
    let context = context(
        r#"
resource "terraform_data" "a" {
  input = "10.0.0.7"

  connection {
    host        = self.output
    user        = "ecs-user"
    private_key = "SECRET KEY"
  }

  provisioner "remote-exec" {
    inline = ["echo hello from $0 > inline.txt", "echo told", "test -x $0"]
  }
  provisioner "remote-exec" {
    scripts = ["one.sh", "two.sh"]
    connection {
      port         = 2222
      bastion_host = "gate"
    }
  }
}
"#,
    );
    context.write("one.sh", "#!/bin/sh\necho one >> scripts.txt\n");
    context.write("two.sh", "#!/bin/sh\necho two >> scripts.txt\n");
    let run = apply(&context).expect(0);
    let script = text(&context, "inline.txt");
    let script = script.trim().trim_start_matches("hello from ");
    assert!(script.starts_with("/tmp/cairn_"), "{script}");
    assert!(!std::path::Path::new(script).exists(), "it is removed");
    assert_eq!(text(&context, "scripts.txt"), "one\ntwo\n");
    let said = &run.stdout;
    assert!(
        said.contains("(remote-exec): Connecting to ecs-user@10.0.0.7:22 by ssh"),
        "{said}"
    );
    assert!(
        said.contains("terraform_data.a (remote-exec): told"),
        "{said}"
    );
    let log = text(&context, "ssh.log");
    assert!(!log.contains("SECRET") && !said.contains("SECRET"), "{log}");
    let second = log.lines().find(|l| l.contains("Port=2222")).expect(&log);
    assert!(second.contains("ProxyCommand=") && second.contains("'gate'"));
    assert!(second.contains("User=ecs-user"), "laid over the resource's");
}

#[test]
fn files_and_folders_are_copied_there() {
    let context = context(
        r#"
locals {
  there = "there"
}

resource "terraform_data" "a" {
  connection {
    host = "10.0.0.7"
  }

  provisioner "file" {
    content     = "it's ${self.id == "" ? "" : "made"}"
    destination = "${local.there}/content.txt"
  }
  provisioner "file" {
    source      = "folder/x.txt"
    destination = local.there
  }
  provisioner "file" {
    source      = "folder"
    destination = local.there
  }
  provisioner "file" {
    source      = "folder/"
    destination = "${local.there}/flat"
  }
  provisioner "file" {
    source      = "missing.txt"
    destination = local.there
  }
}
"#,
    );
    context.write("folder/x.txt", "x");
    context.write("there/flat/keep", "");
    let run = apply(&context).expect(1);
    assert_eq!(text(&context, "there/content.txt"), "it's made");
    assert_eq!(text(&context, "there/x.txt"), "x");
    assert_eq!(text(&context, "there/folder/x.txt"), "x");
    assert_eq!(text(&context, "there/flat/x.txt"), "x");
    assert!(run.stderr.contains("main.tf:27:3"), "{}", run.stderr);
    assert!(run.stderr.contains("missing.txt"), "{}", run.stderr);
}

#[test]
fn a_machine_that_never_answers_is_given_up_after_the_timeout() {
    let context = context(
        r#"
resource "terraform_data" "a" {
  connection {
    host    = "10.0.0.7"
    timeout = "2s"
  }
  provisioner "remote-exec" {
    inline = ["true"]
  }
}
"#,
    );
    context.write(
        "bin/ssh",
        "#!/bin/sh\necho 'ssh: Connection refused' >&2\nexit 255\n",
    );
    let run = apply(&context).expect(1);
    for part in [
        "main.tf:7:3",
        "Connection failed",
        "2 seconds",
        "Connection refused",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    assert_eq!(
        context.state()["values"]["root_module"]["resources"][0]["tainted"],
        true
    );
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_made() {
    let in_resource = |body: &str| format!("resource \"terraform_data\" \"a\" {{\n{body}\n}}\n");
    let connection = |argument: &str| {
        in_resource(&format!(
            "  connection {{\n    host = \"h\"\n    {argument}\n  }}\n  provisioner \"remote-exec\" {{\n    inline = [\"true\"]\n  }}"
        ))
    };
    let cases: &[(&str, String, &str, &[&str])] = &[
        (
            "a misspelled type",
            in_resource("  provisioner \"local-exek\" {\n    command = \"true\"\n  }"),
            "main.tf:2:15",
            &["local-exek", "Did you mean \"local-exec\"?"],
        ),
        (
            "a missing command",
            in_resource("  provisioner \"local-exec\" {\n  }"),
            "main.tf:2:3",
            &["Missing required argument", "\"command\""],
        ),
        (
            "a misspelled argument",
            in_resource(
                "  provisioner \"local-exec\" {\n    command = \"x\"\n    enviroment = {}\n  }",
            ),
            "main.tf:3",
            &["enviroment", "environment"],
        ),
        (
            "self outside of provisioners",
            in_resource("  input = self.id"),
            "main.tf:2:11",
            &["Invalid \"self\" reference"],
        ),
        (
            "another resource at destruction",
            in_resource(
                "  provisioner \"local-exec\" {\n    when    = destroy\n    command = \"echo ${terraform_data.b.id}\"\n  }",
            ) + "resource \"terraform_data\" \"b\" {\n}\n",
            "main.tf:4:23",
            &["Invalid reference from destroy provisioner", "each.key"],
        ),
        (
            "no connection",
            in_resource("  provisioner \"remote-exec\" {\n    inline = [\"true\"]\n  }"),
            "main.tf:2:3",
            &["Missing connection", "host"],
        ),
        (
            "WinRM",
            connection("type = \"winrm\""),
            "main.tf:4:12",
            &["WinRM", "OpenSSH"],
        ),
        (
            "two kinds of scripts",
            in_resource(
                "  provisioner \"remote-exec\" {\n    inline = [\"true\"]\n    script = \"x\"\n    connection {\n      host = self.id\n    }\n  }",
            ),
            "main.tf:2:3",
            &["Only one of"],
        ),
    ];
    for (what, main, place, words) in cases {
        let context = context(main);
        for command in [&["validate"][..], &["apply", "-auto-approve"][..]] {
            let dir = context.dir.path().display();
            let path = format!("{dir}/bin:/usr/bin:/bin");
            let run = context.run_with(&[("PATH", &path)], command).expect(1);
            let place = place.trim_end_matches(":3").to_owned();
            assert!(run.stderr.contains(&place), "{what}: {}", run.stderr);
            for word in *words {
                assert!(run.stderr.contains(word), "{what}: {word}: {}", run.stderr);
            }
        }
        assert!(context.recorded().is_empty(), "{what}");
    }
}

#[test]
fn without_the_clients_the_reason_is_said() {
    let main = |argument: &str| {
        format!(
            "resource \"terraform_data\" \"a\" {{\n  provisioner \"file\" {{\n    content = \"c\"\n    destination = \"/d\"\n    connection {{\n      host = \"h\"\n      {argument}\n    }}\n  }}\n}}\n"
        )
    };
    let with_ssh = context(&main("password = \"hunter2\""));
    let bin = with_ssh.dir.path().join("bin").display().to_string();
    let run = with_ssh.run_with(&[("PATH", &bin)], &["plan"]).expect(1);
    assert!(run.stderr.contains("main.tf:7:18"), "{}", run.stderr);
    assert!(run.stderr.contains("sshpass"), "{}", run.stderr);
    let without = context(&main(""));
    let run = without
        .run_with(&[("PATH", "/nowhere")], &["plan"])
        .expect(1);
    assert!(run.stderr.contains("main.tf:6:14"), "{}", run.stderr);
    assert!(run.stderr.contains("no program `ssh`"), "{}", run.stderr);
}
