//! The names that the provider goes by in configurations, and versions that they ask for.

use crate::support::TestContext;

const VPC: &str = "resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/8\"\n}\n";

fn required(source: &str, version: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    alicloud = {{\n      source = {source:?}\n      version = {version:?}\n    }}\n  }}\n}}\n{VPC}"
    )
}

#[test]
fn all_names_of_the_provider_mean_the_one_that_is_built_in() {
    let context = TestContext::new(VPC);
    context.apply();
    for text in [
        required("hashicorp/alicloud", ">= 1.0"),
        required("aliyun/alicloud", "~> 1.200"),
        required("alicloud/alicloud", "!= 1.2.3"),
        format!(
            "terraform {{\n  required_providers {{\n    alicloud = \">= 1.100.0\"\n  }}\n}}\n{VPC}"
        ),
    ] {
        context.write("main.tf", &text);
        let run = context.run(&["plan", "-detailed-exitcode"]).expect(0);
        assert!(!run.stderr.contains("Warning"), "{text}: {}", run.stderr);
        assert!(!run.stdout.contains("Warning"), "{text}: {}", run.stdout);
    }
}

#[test]
fn a_version_that_is_not_built_in_is_a_warning_at_its_place() {
    let context = TestContext::new("");
    for version in ["= 1.210.0", "< 1.100", "~> 1.100.0", ">= 2.0, < 3.0"] {
        context.write("main.tf", &required("aliyun/alicloud", version));
        for command in ["validate", "plan", "init"] {
            let run = context.run(&[command]).expect(0);
            let said = format!("{}{}", run.stdout, run.stderr);
            for part in ["Another version of the provider", "main.tf:5:", version] {
                assert!(said.contains(part), "{command}, {version}: {part}: {said}");
            }
        }
    }
    // Said once, however often the module is called.
    context.write("m/main.tf", &required("hashicorp/alicloud", "1.210.0"));
    context.write(
        "main.tf",
        "module \"m\" {\n  count  = 2\n  source = \"./m\"\n}\nmodule \"n\" {\n  source = \"./m\"\n}\n",
    );
    let run = context.run(&["validate"]).expect(0);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(
        said.matches("Another version of the provider").count(),
        1,
        "{said}"
    );
}
