//! Key pairs as people use them: made, with the private key in a file; imported, with a key that stays.

use std::fs;

use crate::support::{NETWORK, TestContext};

const BOUND: &str = r#"
resource "alicloud_instance" "i" {
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
  key_name        = alicloud_ecs_key_pair.k.key_pair_name
}

resource "alicloud_ecs_key_pair" "k" {
  key_name_prefix = "web-"
  key_file        = "web.pem"
}
"#;

#[test]
fn an_instance_gets_a_key_whose_private_half_is_in_a_file() {
    let context = TestContext::new(&format!("{NETWORK}{BOUND}"));
    context.apply();
    let recorded = context.recorded();
    let name = recorded["alicloud_ecs_key_pair.k"]["key_pair_name"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(name.starts_with("web-"), "{name}");
    let file = context.dir.path().join("web.pem");
    let key = fs::read_to_string(&file).unwrap();
    assert!(key.starts_with("-----BEGIN"), "no private key in it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let secret = key.lines().nth(1).unwrap();
    assert!(!context.state().to_string().contains(secret));

    context.expect_no_changes();

    let id = recorded["alicloud_instance.i"]["id"].as_str().unwrap();
    let shown = context.ask(
        "DescribeInstances",
        &[("InstanceIds", &format!("[{id:?}]"))],
    );
    let shown = &shown["Instances"]["Instance"][0];
    assert_eq!(shown["KeyPairName"], name);

    context.run(&["destroy", "-auto-approve"]).expect(0);
    assert!(context.cloud.inventory().is_empty());
}

#[test]
fn a_key_pair_keeps_its_key() {
    let of = |letter: char| {
        let body =
            format!("AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR{letter}f");
        format!(
            "resource \"alicloud_key_pair\" \"k\" {{\n  key_name = \"own\"\n  public_key = \"ssh-ed25519 {body}\\n\"\n}}\n"
        )
    };
    let context = TestContext::new(&of('4'));
    context.apply();
    context.expect_no_changes();
    context.write("main.tf", &of('5'));
    let run = context.run(&["plan"]).expect(1);
    assert!(run.stderr.contains("main.tf:3:"), "{}", run.stderr);
    assert!(run.stderr.contains("-replace=ADDRESS"), "{}", run.stderr);
}
