//! The mistakes that people make with each command: a word missing or too much, an address or a file that is not there, a value
//! that does not fit. Each is told, and nothing is touched.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::TestContext;

/// What is typed, the exit code, and words of what is said.
type Mistake = (&'static [&'static str], i32, &'static str);

/// At least two for each command; `every_command` counts them.
#[rustfmt::skip]
pub(super) const MISTAKES: &[Mistake] = &[
    (
        &["init", "nosuch"],
        1,
        "does not take the argument \"nosuch\"",
    ),
    (
        &["init", "-backend=maybe"],
        1,
        "invalid value \"maybe\" for -backend",
    ),
    (&["-chdir=broken", "init"], 1, "main.tf:1:1"),
    (&["get", "x"], 1, "does not take the argument \"x\""),
    (
        &["get", "-update=maybe"],
        1,
        "invalid value \"maybe\" for -update",
    ),
    (&["-chdir=broken", "get"], 1, "main.tf:1:1"),
    (&["validate", "-jsn"], 1, "Did you mean -json?"),
    (&["-chdir=broken", "validate"], 1, "main.tf:1:1"),
    (&["fmt", "nosuch"], 2, "There is nothing at nosuch"),
    (
        &["fmt", "-write=maybe"],
        1,
        "invalid value \"maybe\" for -write",
    ),
    (&["plan", "-out"], 1, "flag needs an argument: -out"),
    (&["plan", "-target=terraform_data."], 1, "Invalid address"),
    (&["plan", "-var=nosuch=1"], 1, "nosuch"),
    (&["plan", "-out=nosuch/p"], 1, "nosuch/p"),
    (&["explain"], 1, "`cairn explain` expects"),
    (&["explain", "terraform_data.z"], 1, "terraform_data.z"),
    (&["apply", "nosuch.tfplan"], 1, "nosuch.tfplan"),
    (
        &["apply", "one", "two"],
        1,
        "does not take the argument \"two\"",
    ),
    (&["apply", "-replace=terraform_data.a[0]"], 1, "Approval needed"),
    (&["apply", "main.tf"], 1, "it is no saved plan"),
    (&["destroy"], 1, "Approval needed"),
    (&["destroy", "p.tfplan"], 1, "a plan file"),
    (
        &["destroy", "-auto-approve", "-target=x"],
        1,
        "Invalid address",
    ),
    (&["show", "nosuch.tfplan"], 1, "nosuch.tfplan"),
    (&["show", "main.tf"], 1, "it is no saved plan"),
    (
        &["show", "-json", "one", "two"],
        1,
        "does not take the argument \"two\"",
    ),
    (&["output", "nosuch"], 1, "no output named \"nosuch\""),
    (&["output", "-raw"], 1, "-raw prints one output value"),
    (&["output", "-raw", "ids"], 1, "Use -json"),
    (
        &["output", "-json", "-raw", "name"],
        1,
        "-json and -raw exclude each other",
    ),
    (
        &["state"],
        1,
        "`cairn state` is followed by one of its commands",
    ),
    (&["state", "lst"], 1, "cairn state has no command named \"lst\""),
    (
        &["state", "list", "terraform_data.z"],
        1,
        "The state records nothing at terraform_data.z",
    ),
    (&["state", "list", "a."], 1, "Invalid address"),
    (&["state", "list", "-id"], 1, "flag needs an argument: -id"),
    (&["state", "show"], 1, "`cairn state show` expects ADDRESS"),
    (
        &["state", "show", "terraform_data.a"],
        1,
        "Did you mean 'terraform_data.a[0]'?",
    ),
    (
        &["state", "mv", "terraform_data.a"],
        1,
        "`cairn state mv` expects DESTINATION",
    ),
    (
        &["state", "mv", "terraform_data.z", "terraform_data.y"],
        1,
        "Cannot move terraform_data.z: does not match anything",
    ),
    (
        &["state", "mv", "terraform_data.a[0]", "terraform_data.a[1]"],
        1,
        "already a resource instance at that address",
    ),
    (
        &["state", "mv", "terraform_data.a", "null_resource.a"],
        1,
        "resource types don't match",
    ),
    (&["state", "rm"], 1, "`cairn state rm` expects ADDRESS"),
    (
        &["state", "rm", "terraform_data.z"],
        1,
        "No matching objects found",
    ),
    (&["state", "rm", "terraform_data."], 1, "Invalid address"),
    (
        &["state", "pull", "x"],
        1,
        "does not take the argument \"x\"",
    ),
    (
        &["state", "pull", "-json"],
        1,
        "flag provided but not defined: -json",
    ),
    (&["state", "push"], 1, "`cairn state push` expects FILE"),
    (
        &["state", "push", "nosuch.tfstate"],
        1,
        "nosuch.tfstate: No such file",
    ),
    (
        &["state", "push", "main.tf"],
        1,
        "State file cannot be read",
    ),
    (
        &["state", "replace-provider", "hashicorp/null"],
        1,
        "`cairn state replace-provider` expects TO",
    ),
    (
        &["state", "replace-provider", "a b", "c"],
        1,
        "Invalid provider source address",
    ),
    (
        &[
            "state",
            "replace-provider",
            "terraform.io/builtin/terraform",
            "hashicorp/null",
        ],
        1,
        "Approval needed",
    ),
    (&["state", "log", "x"], 1, "does not take the argument \"x\""),
    (&["state", "log", "-limit=few"], 1, "a whole number is needed"),
    (&["state", "diff"], 1, "`cairn state diff` expects SERIAL"),
    (&["state", "diff", "999", "1"], 1, "serial 999 is not kept"),
    (&["state", "diff", "soon"], 1, "Neither a serial nor a time"),
    (&["state", "restore"], 1, "`cairn state restore` expects SERIAL"),
    (&["state", "restore", "999"], 1, "serial 999 is not kept"),
    (&["state", "restore", "2001-01-01"], 1, "no commit that is kept"),
    (&["state", "intents", "x"], 1, "does not take the argument \"x\""),
    (
        &["state", "intents", "-json=maybe"],
        1,
        "invalid value \"maybe\" for -json",
    ),
    (&["state", "abandon"], 1, "`cairn state abandon` expects INTENT_ID"),
    (&["state", "abandon", "7"], 1, "No intent of the id 7 is open"),
    (&["state", "verify", "x"], 1, "does not take the argument \"x\""),
    (
        &["state", "verify", "-lock-timeout=soon"],
        1,
        "Invalid -lock-timeout",
    ),
    (&["state", "repair", "x"], 1, "does not take the argument \"x\""),
    (
        &["state", "repair", "-lock=false"],
        1,
        "cairn never writes a state without its lock",
    ),
    (&["show", "-at=999"], 1, "serial 999 is not kept"),
    (&["show", "-at=1", "p.tfplan"], 1, "Leave one out"),
    (
        &["import-state", "nosuch.tfstate"],
        1,
        "nosuch.tfstate: No such file",
    ),
    (
        &["import-state", "old.tfstate"],
        1,
        "There is a state already",
    ),
    (&["taint"], 1, "`cairn taint` expects ADDRESS"),
    (
        &["taint", "terraform_data.a"],
        1,
        "no resource instance in the state with the address terraform_data.a.",
    ),
    (&["taint", "module.m"], 1, "Invalid address"),
    (
        &["taint", "data.x.y"],
        1,
        "data.x.y is not a managed resource",
    ),
    (&["untaint"], 1, "`cairn untaint` expects ADDRESS"),
    (
        &["untaint", "terraform_data.a[0]"],
        1,
        "not currently tainted, and so it cannot be untainted",
    ),
    (
        &["untaint", "terraform_data.a[9]"],
        1,
        "no resource instance in the state with the address terraform_data.a[9]",
    ),
    (
        &["workspace"],
        1,
        "`cairn workspace` is followed by one of its commands",
    ),
    (&["workspace", "nosuch"], 1, "no command named \"nosuch\""),
    (
        &["workspace", "list", "x"],
        1,
        "does not take the argument \"x\"",
    ),
    (
        &["workspace", "list", "-json"],
        1,
        "flag provided but not defined: -json",
    ),
    (
        &["workspace", "show", "x"],
        1,
        "does not take the argument \"x\"",
    ),
    (
        &["workspace", "show", "-json"],
        1,
        "flag provided but not defined: -json",
    ),
    (
        &["workspace", "new"],
        1,
        "`cairn workspace new` expects NAME",
    ),
    (
        &["workspace", "new", "default"],
        1,
        "Workspace \"default\" already exists",
    ),
    (
        &["workspace", "new", "a/b"],
        1,
        "The workspace name \"a/b\" is not allowed",
    ),
    (
        &["workspace", "select"],
        1,
        "`cairn workspace select` expects NAME",
    ),
    (
        &["workspace", "select", "prd"],
        1,
        "Workspace \"prd\" doesn't exist",
    ),
    (
        &["workspace", "delete"],
        1,
        "`cairn workspace delete` expects NAME",
    ),
    (
        &["workspace", "delete", "default"],
        1,
        "Workspace cannot be deleted",
    ),
    (
        &["workspace", "delete", "nosuch"],
        1,
        "Workspace \"nosuch\" doesn't exist",
    ),
    (&["force-unlock"], 1, "`cairn force-unlock` expects LOCK_ID"),
    (
        &["force-unlock", "-force", "1234"],
        1,
        "The state is not locked",
    ),
    (
        &["import", "terraform_data.a"],
        1,
        "`cairn import` expects ID",
    ),
    (
        &["import", "terraform_data.z", "x"],
        1,
        "Resource does not exist in the configuration",
    ),
    (
        &["import", "terraform_data.a[0]", "x"],
        1,
        "records an object at terraform_data.a[0] already",
    ),
    (
        &["refresh", "-target=terraform_data."],
        1,
        "Invalid address",
    ),
    (&["refresh", "x"], 1, "does not take the argument \"x\""),
    (&["drift", "x"], 1, "does not take the argument \"x\""),
    (&["drift", "-var=nosuch=1"], 1, "nosuch"),
    (&["console", "x"], 1, "does not take the argument \"x\""),
    (&["console", "-var=nosuch=1"], 1, "nosuch"),
    (&["graph", "x"], 1, "does not take the argument \"x\""),
    (&["graph", "-type=foo"], 1, "it must be plan, plan-refresh-only, plan-destroy or apply"),
    (&["graph", "-plan=nosuch.tfplan"], 1, "nosuch.tfplan"),
    (&["graph", "-plan=p.tfplan", "-type=plan"], 1, "Leave -type out"),
    (&["graph", "-draw-cycles"], 1, "Add -type=plan"),
    (&["graph", "-format=svg"], 1, "it must be dot or mermaid"),
    (&["-chdir=broken", "graph"], 1, "main.tf:1:1"),
    (&["providers", "x"], 1, "no command named \"x\""),
    (&["-chdir=broken", "providers"], 1, "main.tf:1:1"),
    (&["providers", "schema"], 1, "add -json"),
    (
        &["providers", "schema", "-json", "x"],
        1,
        "does not take the argument \"x\"",
    ),
    (&["providers", "lock", "a/b/c/d"], 1, "Invalid provider source string"),
    (&["providers", "lock", "hashicorp/random"], 1, "is not required by the current configuration"),
    (&["providers", "lock", "-platform=linux"], 1, "Invalid target platform"),
    (&["providers", "mirror"], 1, "`cairn providers mirror` expects DIR"),
    (&["-chdir=broken", "providers", "mirror", "d"], 1, "main.tf:1:1"),
    (&["modules", "x"], 1, "does not take the argument \"x\""),
    (&["-chdir=broken", "modules", "-json"], 1, "main.tf:1:1"),
    (
        &["metadata"],
        1,
        "`cairn metadata` is followed by one of its commands: functions",
    ),
    (&["metadata", "nosuch"], 1, "no command named \"nosuch\""),
    (&["metadata", "functions"], 1, "add -json"),
    (
        &["metadata", "functions", "-json", "x"],
        1,
        "does not take the argument \"x\"",
    ),
    (&["test", "-var=nosuch"], 1, "nosuch"),
    (
        &["test", "-junit-xml"],
        1,
        "flag needs an argument: -junit-xml",
    ),
    (&["version", "-jsn"], 1, "Did you mean -json?"),
    (&["version", "x"], 1, "does not take the argument \"x\""),
    (
        &["emulator"],
        1,
        "`cairn emulator` is followed by one of its commands: serve, fault",
    ),
    (&["emulator", "start"], 1, "no command named \"start\""),
    (
        &["emulator", "serve", "-listen=here"],
        1,
        "-listen=here: an address is an IP and a port",
    ),
    (
        &["emulator", "serve", "-access-key=only"],
        1,
        "a key is written ID:SECRET",
    ),
    (
        &["emulator", "serve", "-boot-delay=soon"],
        1,
        "a number of milliseconds is needed",
    ),
    (
        &["emulator", "serve", "-seed=x"],
        1,
        "-seed=x: a whole number from 0 is needed",
    ),
    (
        &["emulator", "serve", "-faults=none.hcl"],
        1,
        "The file none.hcl cannot be read",
    ),
    (
        &["emulator", "serve", "-catalogue=none.json"],
        1,
        "the catalogue none.json cannot be used",
    ),
    (
        &["emulator", "fault"],
        1,
        "`cairn emulator fault` expects FAULT",
    ),
    (&["emulator", "fault", "fire"], 1, "invalid value \"fire\""),
    (
        &["emulator", "fault", "latency"],
        1,
        "`latency` needs -ms",
    ),
    (
        &["emulator", "fault", "list", "-at=http://127.0.0.1:1"],
        1,
        "It cannot be reached at http://127.0.0.1:1",
    ),
    (&["completion"], 1, "`cairn completion` expects SHELL"),
    (&["completion", "csh"], 1, "invalid value \"csh\""),
    (&["man"], 1, "`cairn man` expects DIR"),
    (&["man", "main.tf/x"], 1, "main.tf/x"),
];

const MAIN: &str = r#"
variable "secret" {
  sensitive = true
  default   = "hunter2-hunter2"
}

resource "terraform_data" "a" {
  count = 2
  input = { index = count.index, secret = var.secret }
}

output "ids" {
  value = terraform_data.a[*].id
}

output "name" {
  value = "cairn"
}
"#;

/// Every file of a folder with its text, but for what opening a state may move (its lock and the store's own files) and the
/// list of modules, which `get` writes.
fn files(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let moves = ["lock", "sled", "modules"];
        if path
            .file_name()
            .is_some_and(|n| moves.iter().any(|m| n == *m))
        {
            continue;
        }
        if path.is_dir() {
            files(&path, found);
        } else {
            let text = std::fs::read(&path).expect("a file");
            found.insert(path.display().to_string(), text);
        }
    }
}

#[test]
fn each_mistake_is_told_and_nothing_is_touched() {
    let context = TestContext::new(MAIN);
    context.write(
        "broken/main.tf",
        "module \"m\" {\n  source = \"./nowhere\"\n}\n",
    );
    context.apply();
    let pulled = context.run(&["state", "pull"]).expect(0).stdout;
    context.write("old.tfstate", &pulled);
    context.run(&["plan", "-out=p.tfplan"]).expect(0);
    context.run(&["workspace", "new", "prod"]).expect(0);
    context.run(&["workspace", "select", "default"]).expect(0);
    let mut before = BTreeMap::new();
    files(context.dir.path(), &mut before);
    let mut wrong = Vec::new();
    for (args, code, words) in MISTAKES {
        let run = context.run(args);
        if run.code != *code || !run.stderr.contains(words) {
            wrong.push(format!(
                "{args:?}: {}\n{}\n{}",
                run.code, run.stdout, run.stderr
            ));
        }
        for bad in ["panicked", "hunter2", "--"] {
            assert!(!run.stderr.contains(bad), "{args:?}: {}", run.stderr);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut after = BTreeMap::new();
    files(context.dir.path(), &mut after);
    let names = |of: &BTreeMap<String, Vec<u8>>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
    for (name, text) in &after {
        assert!(text == &before[name], "{name} was changed");
    }
    assert_eq!(context.run(&["state", "pull"]).expect(0).stdout, pulled);
}

#[test]
fn tools_are_told_of_mistakes_in_their_form() {
    let context = TestContext::new(MAIN);
    let run = context.run(&["plan", "-json", "-nosuch"]).expect(1);
    let lines: Vec<serde_json::Value> = run
        .stdout
        .lines()
        .map(|l| serde_json::from_str(l).expect("a line of JSON"))
        .collect();
    assert_eq!(lines[0]["type"], "version");
    assert_eq!(lines[1]["type"], "diagnostic");
    let said = &lines[1]["diagnostic"];
    assert_eq!(said["summary"], "Failed to parse command-line flags");
    assert_eq!(lines.len(), 2, "{}", run.stdout);
}

#[test]
fn help_writes_flags_as_they_are_typed() {
    let context = TestContext::new("");
    let help = context.run(&["plan", "-help"]).expect(0).stdout;
    assert!(
        help.contains(" -detailed-exitcode") && !help.contains("--"),
        "{help}"
    );
    let all = context.run(&["-help"]).expect(0).stdout;
    assert!(all.contains("workspace") && !all.contains("login"), "{all}");
}

#[test]
fn an_empty_name_saves_no_plan() {
    let context = TestContext::new(MAIN);
    let run = context.run(&["plan", "-out="]).expect(0);
    assert!(
        run.stdout.contains("The plan was not saved"),
        "{}",
        run.stdout
    );
}
