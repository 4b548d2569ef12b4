//! How few requests the same change of many instances takes, and that a failure of one is not one of the others.

use ecs_emulator::Fault;

use crate::support::{NETWORK, TestContext};

fn hundred(more: &str) -> String {
    format!(
        r#"
resource "alicloud_instance" "x" {{
  count           = 100
  instance_name   = format("x-%03d", count.index)
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
  {more}
}}
"#
    )
}

#[test]
fn a_hundred_instances_change_by_few_requests() {
    let context = TestContext::new(NETWORK);
    context.ask("CreateKeyPair", &[("KeyPairName", "key")]);
    let steps = [
        ("instance_type = \"ecs.g6.large\"", &[][..]),
        (
            "instance_type = \"ecs.g6.xlarge\"",
            &[
                ("StopInstances", 1),
                ("ModifyInstanceSpec", 100),
                ("StartInstances", 1),
            ],
        ),
        (
            "instance_type = \"ecs.g6.xlarge\"\n  key_name = \"key\"",
            &[
                ("AttachKeyPair", 2),
                ("StopInstances", 2),
                ("StartInstances", 2),
            ],
        ),
        (
            "instance_type = \"ecs.g6.xlarge\"\n  key_name = \"key\"\n  role_name = \"r\"",
            &[("AttachInstanceRamRole", 1), ("StopInstances", 0)],
        ),
        (
            "instance_type = \"ecs.g6.xlarge\"\n  key_name = \"key\"\n  role_name = \"r\"\n  status = \"Stopped\"",
            &[("StopInstances", 1), ("StartInstances", 0)],
        ),
    ];
    for (more, expected) in steps {
        context.write("x.tf", &hundred(more));
        context.forget_requests();
        context.apply();
        let requests = context.requests();
        for (action, count) in expected {
            let made = requests.get(*action).copied().unwrap_or(0);
            assert_eq!(made, *count, "{action} of {more}: {requests:?}");
        }
        context.expect_no_changes();
    }
}

#[test]
fn one_that_cannot_be_changed_runs_again_and_the_others_are_changed() {
    let context = TestContext::new(NETWORK);
    context.write("x.tf", &hundred("instance_type = \"ecs.g6.large\""));
    context.apply();
    context.write("x.tf", &hundred("instance_type = \"ecs.g6.xlarge\""));
    context
        .cloud
        .arm(Fault::error("ModifyInstanceSpec", 1, 403, "OperationDenied.NoStock").after(7));
    context.run(&["apply", "-auto-approve"]).expect(1);
    let instances = context.cloud.inventory().instances;
    assert!(instances.iter().all(|i| i.status == "Running"));
    let changed = |t: &str| instances.iter().filter(|i| i.instance_type == t).count();
    assert_eq!((changed("ecs.g6.xlarge"), changed("ecs.g6.large")), (99, 1));
    assert_eq!(context.planned(&[]).len(), 1, "one is left to change");
    context.apply();
    context.expect_no_changes();
}
