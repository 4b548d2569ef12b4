# `cairn test`: what the cluster promises, without an account. The first runs use no cloud at all.

mock_provider "alicloud" {
  alias = "fake"

  mock_data "alicloud_zones" {
    defaults = {
      zones = [{ id = "zone-a" }, { id = "zone-b" }, { id = "zone-c" }]
    }
  }

  mock_data "alicloud_images" {
    defaults = {
      images = [{ id = "aliyun_3_x64_20G_alibase_20240819.vhd" }]
    }
  }

  mock_data "alicloud_instance_types" {
    defaults = {
      instance_types = [{ id = "ecs.g7.large" }]
    }
  }
}

run "servers_are_named_and_spread" {
  command = plan

  providers = {
    alicloud = alicloud.fake
  }

  variables {
    web_count = 12
  }

  assert {
    condition     = alicloud_instance.web[11].instance_name == "cairn-demo-web-012"
    error_message = "The twelfth web server is called ${alicloud_instance.web[11].instance_name}."
  }

  assert {
    condition     = length(alicloud_instance.database) == 3
    error_message = "There is a database for each role."
  }

  assert {
    condition     = output.smallest_reports_type == "ecs.g7.large"
    error_message = "The type comes from what the zone offers."
  }
}

run "servers_live_in_the_network" {
  providers = {
    alicloud = alicloud.fake
  }

  variables {
    web_count = 2
  }

  override_module {
    target = module.network
    outputs = {
      vpc_id      = "vpc-given"
      vswitch_ids = ["vsw-web", "vsw-database"]
    }
  }

  assert {
    condition     = alltrue([for server in alicloud_instance.web : server.vswitch_id == "vsw-web"])
    error_message = "Web servers are in the first vSwitch."
  }

  assert {
    condition     = alltrue([for server in alicloud_instance.database : server.vswitch_id == "vsw-database"])
    error_message = "Databases are in the second vSwitch."
  }

  assert {
    condition     = length(output.web_ids) == 2 && length(distinct(output.web_ids)) == 2
    error_message = "Every web server has an id of its own."
  }
}

run "an_environment_is_a_short_word" {
  command = plan

  providers = {
    alicloud = alicloud.fake
  }

  variables {
    environment = "Not a word"
  }

  expect_failures = [var.environment]
}

# The provider of the configuration: the built-in emulator.
run "the_cluster_comes_up" {
  variables {
    environment = "tested"
    web_count   = 5
  }

  state_key = "emulated"

  assert {
    condition     = length(output.web_addresses) == 5 && output.vpc_id == module.network.vpc_id
    error_message = "Five web servers have addresses in the VPC."
  }
}
