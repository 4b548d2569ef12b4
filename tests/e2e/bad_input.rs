//! Mistakes that people make: each gives one clear diagnostic with its place and a way out, exit code 1, and nothing is touched.

use crate::support::TestContext;

/// A mistake and what must be said about it.
struct Mistake {
    what: &'static str,
    main: &'static str,
    /// `file:line:column`
    place: &'static str,
    /// Words that must be in the message.
    words: &'static [&'static str],
}

const NETWORK: &str = r#"
resource "alicloud_vpc" "v" {
  vpc_name   = "net"
  cidr_block = "10.0.0.0/16"
}

resource "alicloud_vswitch" "s" {
  vpc_id     = alicloud_vpc.v.id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "10.0.1.0/24"
}

resource "alicloud_security_group" "g" {
  security_group_name = "group"
  vpc_id              = alicloud_vpc.v.id
}
"#;

#[test]
fn each_mistake_gives_one_diagnostic_with_its_place_and_a_way_out() {
    let mistakes = [
        Mistake {
            what: "syntax error",
            main: "resource \"terraform_data\" \"a\" {\n  input = [1, 2\n}\n",
            place: "main.tf:3:1",
            words: &["Error:"],
        },
        Mistake {
            what: "unknown argument",
            main: "resource \"terraform_data\" \"a\" {\n  inptu = 1\n}\n",
            place: "main.tf:2:3",
            words: &["Unsupported argument", "inptu", "\"input\""],
        },
        Mistake {
            what: "wrong type",
            main: "resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n  tags       = \"web\"\n}\n",
            place: "main.tf:3:16",
            words: &["map of string", "tags"],
        },
        Mistake {
            what: "missing variable",
            main: "variable \"who\" {\n  type = string\n}\n\noutput \"o\" {\n  value = var.who\n}\n",
            place: "main.tf:1:1",
            words: &["No value for required variable", "who", "-var"],
        },
        Mistake {
            what: "cycle",
            main: "resource \"terraform_data\" \"a\" {\n  input = terraform_data.b.id\n}\n\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a.id\n}\n",
            place: "main.tf:",
            words: &["Cycle", "terraform_data.a", "terraform_data.b"],
        },
        Mistake {
            what: "duplicate resource",
            main: "resource \"terraform_data\" \"a\" {\n}\n\nresource \"terraform_data\" \"a\" {\n}\n",
            place: "main.tf:4:1",
            words: &["Duplicate resource", "main.tf on line 1"],
        },
        Mistake {
            what: "bad CIDR",
            main: "resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/33\"\n}\n",
            place: "main.tf:2:",
            words: &["10.0.0.0/33"],
        },
        Mistake {
            what: "101-character tag key",
            main: "resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n  tags = {\n    kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk = 1\n  }\n}\n",
            place: "main.tf:4:",
            words: &["64 characters", "101"],
        },
        Mistake {
            what: "count of an unknown",
            main: "resource \"terraform_data\" \"a\" {\n}\n\nresource \"terraform_data\" \"b\" {\n  count = length(terraform_data.a.id)\n}\n",
            place: "main.tf:5:11",
            words: &["Invalid count argument", "terraform_data.a", "-target"],
        },
    ];
    for mistake in mistakes {
        check(&mistake, mistake.main);
    }
}

#[test]
fn what_is_not_supported_is_refused_and_not_passed_over() {
    let main = "ephemeral \"alicloud_secret\" \"a\" {\n}\n";
    let words = &["Invalid ephemeral resource", "It has none"];
    check(
        &Mistake {
            what: "ephemeral resource that the provider does not have",
            main,
            place: "main.tf:1:1",
            words,
        },
        main,
    );
}

#[test]
fn a_state_kept_elsewhere_is_not_taken_for_an_empty_one() {
    for (what, block, place) in [
        (
            "backend",
            "terraform {\n  backend \"oss\" {\n    bucket = \"b\"\n  }\n}\n",
            "main.tf:2:11",
        ),
        (
            "cloud",
            "terraform {\n  cloud {\n    organization = \"o\"\n  }\n}\n",
            "main.tf:2:3",
        ),
    ] {
        let main = format!("{block}\nresource \"terraform_data\" \"a\" {{\n}}\n");
        let words = &["Backend not supported", "cairn_override.tf"];
        check(
            &Mistake {
                what,
                main: "",
                place,
                words,
            },
            &main,
        );
    }
    let context = TestContext::new("terraform {\n  backend \"oss\" {\n  }\n}\n");
    context.run(&["init"]).expect(1);
    context.run(&["init", "-backend=false"]).expect(0);
    context.write(
        "cairn_override.tf",
        "terraform {\n  backend \"local\" {\n  }\n}\n",
    );
    context.apply();
}

#[test]
fn the_rules_of_2019_are_chosen_by_the_environment() {
    let context = TestContext::new(
        "resource \"alicloud_instance\" \"i\" {\n  instance_type        = \"ecs.g6.large\"\n  image_id             = \"img\"\n  vswitch_id           = \"vsw-1\"\n  security_groups      = [\"sg-1\"]\n  system_disk_category = \"cloud_essd\"\n}\n",
    );
    context.run(&["validate"]).expect(0);
    let current = [("CAIRN_RULES", "current")];
    context.run_with(&current, &["validate"]).expect(0);
    let old = [("CAIRN_RULES", "2019")];
    let refused = context.run_with(&old, &["validate"]).expect(1);
    for words in ["main.tf:6:", "system_disk_category", "ephemeral_ssd"] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    let unknown = [("CAIRN_RULES", "2020")];
    let refused = context.run_with(&unknown, &["validate"]).expect(1);
    assert!(
        refused.stderr.contains("2019 and current"),
        "{}",
        refused.stderr
    );
}

#[test]
fn an_instance_type_that_does_not_exist_is_found_at_plan() {
    let instance = "\nresource \"alicloud_instance\" \"i\" {\n  instance_type   = \"ecs.g99.large\"\n  image_id        = \"aliyun_3_x64_20G_alibase_20240819.vhd\"\n  vswitch_id      = alicloud_vswitch.s.id\n  security_groups = [alicloud_security_group.g.id]\n}\n";
    let main = format!("{}{instance}", NETWORK.trim_start());
    let line = main
        .lines()
        .position(|l| l.contains("ecs.g99.large"))
        .unwrap()
        + 1;
    let place: &'static str = Box::leak(format!("main.tf:{line}:3").into_boxed_str());
    check(
        &Mistake {
            what: "unknown instance type",
            main: "",
            place,
            words: &["ecs.g99.large"],
        },
        &main,
    );
}

#[track_caller]
fn check(mistake: &Mistake, main: &str) {
    let context = TestContext::new(main);
    for command in [&["plan"][..], &["apply", "-auto-approve"]] {
        let run = context.run(command).expect(1);
        let said = &run.stderr;
        let n = said.matches("Error: ").count();
        assert_eq!(n, 1, "{}: {n} errors instead of one:\n{said}", mistake.what);
        assert!(
            said.contains(mistake.place),
            "{}: not at {}:\n{said}",
            mistake.what,
            mistake.place
        );
        for word in mistake.words {
            assert!(
                said.contains(word),
                "{}: no {word:?} in:\n{said}",
                mistake.what
            );
        }
        assert!(!said.contains("panicked"), "{}: {said}", mistake.what);
    }
    assert!(
        context.recorded().is_empty(),
        "{}: the state was touched",
        mistake.what
    );
    assert!(
        context.cloud.inventory().is_empty(),
        "{}: the cloud was touched",
        mistake.what
    );
}
