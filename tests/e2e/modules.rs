//! Modules from archives, git repositories and mirrors: installed by `init` and `get`, used by everything else.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::support::TestContext;

/// A module with a variable, an output and a module of its own.
fn write_module(context: &TestContext, folder: &str, word: &str) {
    context.write(
        &format!("{folder}/main.tf"),
        &format!(
            "variable \"name\" {{\n  default = \"nobody\"\n}}\nmodule \"inner\" {{\n  source = \"./inner\"\n}}\noutput \"said\" {{\n  value = \"{word} ${{var.name}} ${{module.inner.said}}\"\n}}\n"
        ),
    );
    context.write(
        &format!("{folder}/inner/main.tf"),
        "resource \"terraform_data\" \"r\" {\n  input = \"inside\"\n}\noutput \"said\" {\n  value = terraform_data.r.output\n}\n",
    );
}

/// Packs a folder of the context as .tar.gz.
fn pack(context: &TestContext, folder: &str, archive: &str) {
    let file = fs::File::create(context.dir.path().join(archive)).expect("no surprise");
    let gz = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let mut tar = tar::Builder::new(gz);
    tar.append_dir_all(".", context.dir.path().join(folder))
        .expect("no surprise");
    tar.into_inner()
        .expect("no surprise")
        .finish()
        .expect("no surprise");
}

fn zip(context: &TestContext, files: &[(&str, &str)], archive: &str) {
    let file = fs::File::create(context.dir.path().join(archive)).expect("no surprise");
    let mut writer = zip::ZipWriter::new(file);
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).expect("no surprise");
        writer.write_all(text.as_bytes()).expect("no surprise");
    }
    writer.finish().expect("no surprise");
}

/// Runs git in a folder; nothing where there is no git.
fn git(folder: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(args)
        .output()
        .ok()?;
    assert!(output.status.success(), "git {args:?}: {output:?}");
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A repository with two commits, the first with the tag v1; gives the first commit.
fn repository(context: &TestContext) -> Option<String> {
    write_module(context, "repo/net", "first");
    let folder = context.dir.path().join("repo");
    git(&folder, &["init", "--quiet", "--initial-branch=trunk"])?;
    git(&folder, &["add", "--all"])?;
    git(&folder, &["commit", "--quiet", "--message=1"])?;
    git(&folder, &["tag", "v1"])?;
    let first = git(&folder, &["rev-parse", "HEAD"])?;
    write_module(context, "repo/net", "second");
    git(&folder, &["commit", "--quiet", "--all", "--message=2"])?;
    Some(first)
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn no_git() {
    eprintln!("SKIPPED: git is not installed, so nothing was tested");
}

fn manifest(context: &TestContext) -> serde_json::Value {
    let text = fs::read_to_string(context.dir.path().join(".terraform/modules/modules.json"));
    serde_json::from_str(&text.expect("a manifest")).expect("JSON")
}

fn entry(context: &TestContext, key: &str) -> serde_json::Value {
    let all = manifest(context);
    let all = all["Modules"].as_array().expect("no surprise");
    let found = all.iter().find(|m| m["Key"] == key);
    found
        .unwrap_or_else(|| panic!("no {key} in {all:?}"))
        .clone()
}

/// What lies in the folder of modules, but for the manifest.
fn installed(context: &TestContext) -> Vec<String> {
    let entries = fs::read_dir(context.dir.path().join(".terraform/modules"));
    let mut names: Vec<String> = entries
        .into_iter()
        .flatten()
        .map(|e| {
            e.expect("no surprise")
                .file_name()
                .into_string()
                .expect("no surprise")
        })
        .filter(|n| n != "modules.json")
        .collect();
    names.sort();
    names
}

#[test]
fn an_archive_is_installed_and_used_from_plan_to_destroy() {
    let context = TestContext::new(
        "module \"net\" {\n  source = \"./net.tar.gz\"\n  name   = \"you\"\n}\noutput \"said\" {\n  value = module.net.said\n}\n",
    );
    write_module(&context, "packed", "hello");
    pack(&context, "packed", "net.tar.gz");
    let before = context.run(&["plan"]).expect(1);
    for part in ["Module not installed", "main.tf:1:1", "cairn init"] {
        assert!(before.stderr.contains(part), "{}", before.stderr);
    }
    let init = context.run(&["init"]).expect(0);
    assert!(
        init.stdout.contains("- net in .terraform/modules/net"),
        "{}",
        init.stdout
    );
    assert!(
        init.stdout
            .contains("- net.inner in .terraform/modules/net/inner")
    );
    assert_eq!(installed(&context), ["net"]);
    assert_eq!(entry(&context, "net.inner")["Source"], "./inner");
    context.run(&["plan", "-out=p"]).expect(0);
    // A saved plan goes by what it was made from.
    fs::remove_dir_all(context.dir.path().join(".terraform")).unwrap();
    context.run(&["apply", "p"]).expect(0);
    context.run(&["get"]).expect(0);
    assert_eq!(
        context.run(&["output", "-raw", "said"]).expect(0).stdout,
        "hello you inside"
    );
    context.expect_no_changes();
    let again = context.run(&["init"]).expect(0);
    assert!(!again.stdout.contains("Downloading"), "{}", again.stdout);
    context.run(&["destroy", "-auto-approve"]).expect(0);
}

#[test]
fn a_zip_is_fetched_over_http_and_checked() {
    let context = TestContext::new("");
    let inner = [(
        "top/net/main.tf",
        "output \"x\" {\n  value = path.module\n}\n",
    )];
    zip(&context, &inner, "net.zip");
    let bytes = fs::read(context.dir.path().join("net.zip")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let n = stream.read(&mut request).unwrap();
            let found = request[..n].starts_with(b"GET /net");
            let (status, body): (_, &[u8]) = if found {
                ("200 OK", &bytes)
            } else {
                ("404 Not Found", b"")
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body).unwrap();
        }
    });
    let source = |path: &str| {
        format!(
            "module \"m\" {{\n  source = \"http://user:hunter2@{address}/{path}\"\n}}\noutput \"x\" {{\n  value = module.m.x\n}}\n"
        )
    };
    context.write("main.tf", &source("net.zip//*/net"));
    context.run(&["init"]).expect(0);
    context.apply();
    assert_eq!(
        context.run(&["output", "-raw", "x"]).expect(0).stdout,
        ".terraform/modules/m/top/net"
    );
    assert!(!manifest(&context).to_string().contains("hunter2"));
    let wrong = format!("net.zip//top/net?checksum=sha256:{}", "0".repeat(64));
    context.write("main.tf", &source(&wrong));
    let run = context.run(&["init", "-upgrade"]).expect(1);
    assert!(run.stderr.contains("not what was meant"), "{}", run.stderr);
    context.write("main.tf", &source("other.zip"));
    let run = context.run(&["init"]).expect(1);
    assert!(run.stderr.contains("404"), "{}", run.stderr);
    assert!(!run.stderr.replace("user:hunter2@", "").contains("hunter2"));
    assert_eq!(installed(&context), ["m"]);
}

#[test]
fn git_repositories_are_installed_at_their_reference() {
    let context = TestContext::new("");
    let Some(first) = repository(&context) else {
        return no_git();
    };
    let repo = format!("git::file://{}", context.dir.path().join("repo").display());
    context.write(
        "main.tf",
        &format!(
            "module \"tag\" {{\n  source = \"{repo}//net?ref=v1\"\n}}\nmodule \"commit\" {{\n  source = \"{repo}//net?ref={first}\"\n}}\nmodule \"shallow\" {{\n  source = \"{repo}//net?ref=v1&depth=1\"\n}}\nmodule \"branch\" {{\n  source = \"{repo}//net?ref=trunk\"\n}}\nmodule \"head\" {{\n  source = \"{repo}//net\"\n}}\noutput \"all\" {{\n  value = [for m in [module.tag, module.commit, module.shallow, module.branch, module.head] : m.said]\n}}\n"
        ),
    );
    context.run(&["init"]).expect(0);
    assert_eq!(
        installed(&context),
        ["branch", "commit", "head", "shallow", "tag"]
    );
    let tag = entry(&context, "tag");
    assert_eq!(tag["Source"], format!("{repo}//net?ref=v1"));
    assert_eq!(tag["Dir"], ".terraform/modules/tag/net");
    context.apply();
    let all = context.run(&["output", "-json", "all"]).expect(0).json();
    let words: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s.as_str().unwrap().split(' ').next().unwrap())
        .collect();
    assert_eq!(words, ["first", "first", "first", "second", "second"]);

    // A new commit arrives with -update, and not without.
    write_module(&context, "repo/net", "third");
    git(
        &context.dir.path().join("repo"),
        &["commit", "--quiet", "--all", "--message=3"],
    );
    context.run(&["get"]).expect(0);
    context.expect_no_changes();
    context.run(&["get", "-update"]).expect(0);
    context.run(&["plan", "-detailed-exitcode"]).expect(2);
}

#[test]
fn mistakes_with_git_are_said_at_the_source() {
    let context = TestContext::new("");
    if repository(&context).is_none() {
        return no_git();
    }
    let repo = format!("git::file://{}", context.dir.path().join("repo").display());
    for (source, part) in [
        (format!("{repo}?ref=v9"), "no branch, tag or commit `v9`"),
        (
            format!("{repo}?ref=v9&depth=1"),
            "no branch, tag or commit `v9`",
        ),
        (format!("{repo}//nett"), "Did you mean net?"),
        (format!("{repo}-gone"), "git cannot fetch"),
        (format!("{repo}//../x"), "leads out"),
        (
            "s3::https://s3.amazonaws.com/b/m.zip".to_owned(),
            "S3 bucket",
        ),
        ("nett".to_owned(), "begins with ./ or ../"),
    ] {
        context.write(
            "main.tf",
            &format!("module \"m\" {{\n  source = \"{source}\"\n}}\n"),
        );
        let run = context.run(&["init"]).expect(1);
        assert!(run.stderr.contains(part), "{source}\n{}", run.stderr);
        assert!(
            run.stderr.contains("main.tf:2:12"),
            "{source}\n{}",
            run.stderr
        );
        assert!(
            installed(&context).is_empty(),
            "{source}: {:?}",
            installed(&context)
        );
    }
}

#[test]
fn a_mirror_stands_for_a_registry() {
    let context = TestContext::new(
        "variable \"v\" {\n  default = \"~> 1.0\"\n}\nmodule \"vpc\" {\n  source  = \"acme/vpc/alicloud\"\n  version = var.v\n}\noutput \"said\" {\n  value = module.vpc.said\n}\n",
    );
    let none = context.run(&["init"]).expect(1);
    for part in ["none is set", "CAIRN_MODULE_MIRROR", "main.tf:5:13"] {
        assert!(none.stderr.contains(part), "{}", none.stderr);
    }
    let base = "mirror/registry.terraform.io/acme/vpc/alicloud";
    for version in ["1.0.0", "1.2.0", "2.0.0", "3.0.0-beta1"] {
        write_module(&context, &format!("{base}/{version}"), version);
    }
    write_module(&context, "packed", "1.10.0");
    pack(&context, "packed", &format!("{base}/1.10.0.tgz"));
    let mirror = context.dir.path().join("mirror").display().to_string();
    let environment = [("CAIRN_MODULE_MIRROR", mirror.as_str())];
    context.run_with(&environment, &["init"]).expect(0);
    let vpc = entry(&context, "vpc");
    assert_eq!(vpc["Version"], "1.10.0");
    assert_eq!(vpc["Source"], "registry.terraform.io/acme/vpc/alicloud");
    context.apply();
    assert_eq!(
        context.run(&["output", "-raw", "said"]).expect(0).stdout,
        "1.10.0 nobody inside"
    );

    let stale = context.run(&["plan", "-var", "v=2.0.0"]).expect(1);
    assert!(stale.stderr.contains("main.tf:6:13"), "{}", stale.stderr);
    assert!(
        stale.stderr.contains("installed is 1.10.0"),
        "{}",
        stale.stderr
    );
    let flag = format!("-module-mirror={mirror}");
    let unfit = context.run(&["init", &flag, "-var", "v=>= 3.0"]).expect(1);
    assert!(
        unfit
            .stderr
            .contains("The mirror has 1.0.0, 1.2.0, 1.10.0, 2.0.0, 3.0.0-beta1"),
        "{}",
        unfit.stderr
    );
    assert_eq!(entry(&context, "vpc")["Version"], "1.10.0");
    context.write(".terraformrc", &format!("module_mirror = \"{mirror}\"\n"));
    context.run(&["init", "-var", "v=3.0.0-beta1"]).expect(0);
    assert_eq!(entry(&context, "vpc")["Version"], "3.0.0-beta1");
}

#[test]
fn what_terraform_installed_is_used_as_it_is() {
    let context = TestContext::new(
        "module \"vpc\" {\n  source  = \"acme/vpc/alicloud\"\n  version = \"1.2.0\"\n}\noutput \"said\" {\n  value = module.vpc.said\n}\n",
    );
    write_module(&context, ".terraform/modules/vpc", "theirs");
    context.write(
        ".terraform/modules/modules.json",
        r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"vpc","Source":"registry.terraform.io/acme/vpc/alicloud","Version":"1.2.0","Dir":".terraform/modules/vpc"},{"Key":"vpc.inner","Source":"./inner","Dir":".terraform/modules/vpc/inner"}]}"#,
    );
    let before = manifest(&context);
    context.apply();
    context.run(&["init"]).expect(0);
    assert_eq!(manifest(&context), before);
    context.edit("main.tf", "acme/vpc", "acme/net");
    let changed = context.run(&["plan"]).expect(1);
    assert!(
        changed.stderr.contains("Module source has changed"),
        "{}",
        changed.stderr
    );
    context.write(".terraform/modules/modules.json", "{");
    let damaged = context.run(&["validate"]).expect(1);
    assert!(
        damaged.stderr.contains("manifest is damaged"),
        "{}",
        damaged.stderr
    );
}

#[test]
fn an_archive_that_leads_out_leaves_nothing() {
    let context = TestContext::new("module \"m\" {\n  source = \"./m.zip\"\n}\n");
    zip(
        &context,
        &[("ok.tf", ""), ("../../../evil.tf", "")],
        "m.zip",
    );
    let run = context.run(&["init"]).expect(1);
    assert!(run.stderr.contains("main.tf:2:12"), "{}", run.stderr);
    assert!(!context.dir.path().join("evil.tf").exists());
    assert!(installed(&context).is_empty(), "{:?}", installed(&context));
    context.edit("main.tf", "./m.zip", "./gone.zip");
    let run = context.run(&["init"]).expect(1);
    assert!(
        run.stderr.contains("There is no archive at gone.zip"),
        "{}",
        run.stderr
    );
    context.edit("main.tf", "./gone.zip", "./.");
    let run = context.run(&["init"]).expect(1);
    assert!(run.stderr.contains("Module calls itself"), "{}", run.stderr);
}

#[test]
fn init_speaks_json_and_refuses_what_is_not_there() {
    let context = TestContext::new("module \"m\" {\n  source = \"./m\"\n}\n");
    context.write("m/main.tf", "output \"x\" {\n  value = 1\n}\n");
    let lines = context
        .run(&["init", "-json", "-input=false"])
        .expect(0)
        .stdout;
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).expect("a JSON line"))
        .collect();
    let codes: Vec<&str> = lines
        .iter()
        .filter_map(|l| l["message_code"].as_str())
        .collect();
    assert!(codes.contains(&"initializing_modules_message"), "{codes:?}");
    assert_eq!(codes.last(), Some(&"output_init_success_cli_message"));
    assert!(
        lines
            .iter()
            .any(|l| l["type"] == "log" && l["@message"] == "- m in m")
    );

    context.write("p.tf", "resource \"nosuch_thing\" \"x\" {}\n");
    let run = context.run(&["init"]).expect(1);
    for part in ["hashicorp/nosuch", "aliyun/alicloud", "p.tf:1:1"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    // What a module's arguments are is no matter of installing it.
    context.write(
        "p.tf",
        "module \"n\" {\n  source = \"./m\"\n  extra  = 1\n}\n",
    );
    context.run(&["init"]).expect(0);
    context.run(&["validate"]).expect(1);
    context.write("p.tf", "terraform {\n  backend \"s3\" {}\n}\n");
    let run = context.run(&["init"]).expect(1);
    assert!(run.stderr.contains("p.tf:2:11"), "{}", run.stderr);
    context.run(&["init", "-backend=false"]).expect(0);
    context.write("p.tf", "terraform {\n  backend \"local\" {}\n}\n");
    let run = context.run(&["init", "-backend-config=pth=x"]).expect(1);
    assert!(run.stderr.contains("no argument \"pth\""), "{}", run.stderr);
    context.write(
        "p.tf",
        "terraform {\n  required_version = \">= 99\"\n  required_providers {\n    alicloud = {\n      source  = \"aliyun/alicloud\"\n      version = \"newest\"\n    }\n  }\n}\n",
    );
    let run = context.run(&["init"]).expect(1);
    for part in ["p.tf:2:22", "p.tf:6:17", "Invalid version constraint"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}

#[test]
fn a_folder_is_filled_from_a_module() {
    let context = TestContext::new("");
    fs::remove_file(context.dir.path().join("main.tf")).unwrap();
    write_module(&context, "packed", "copied");
    pack(&context, "packed", "m.tar.gz");
    let archive = context.dir.path().join("m.tar.gz").display().to_string();
    context
        .run(&["init", &format!("-from-module={archive}")])
        .expect(0);
    context.apply();
    let run = context
        .run(&["init", &format!("-from-module={archive}")])
        .expect(1);
    assert!(run.stderr.contains("not empty"), "{}", run.stderr);
}

#[test]
fn sources_come_from_variables() {
    let context = TestContext::new(
        "variable \"kind\" {}\nlocals {\n  folder = \"./modules/${var.kind}\"\n}\nmodule \"m\" {\n  source = local.folder\n}\noutput \"x\" {\n  value = module.m.x\n}\n",
    );
    for kind in ["a", "b"] {
        context.write(
            &format!("modules/{kind}/main.tf"),
            &format!("output \"x\" {{\n  value = \"{kind}\"\n}}\n"),
        );
    }
    let run = context.run(&["plan"]).expect(1);
    for part in ["main.tf:6:12", "-var kind=VALUE"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    context.write("terraform.tfvars", "kind = \"a\"\n");
    context.run(&["init"]).expect(0);
    context.run(&["validate"]).expect(0);
    context.run(&["plan", "-out=p", "-var", "kind=b"]).expect(0);
    context.run(&["apply", "p"]).expect(0);
    assert_eq!(context.run(&["output", "-raw", "x"]).expect(0).stdout, "b");
}
