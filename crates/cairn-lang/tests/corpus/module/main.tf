# Every block type and every meta-argument, in a module that is complete.
terraform {
  required_version = ">= 1.5, < 99.0.0"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.200"
    }
    null = {
      source                = "hashicorp/null"
      configuration_aliases = [null.other]
    }
    local = { source = "registry.terraform.io/hashicorp/local" }
  }

  provider_meta "alicloud" {
    module_name = "corpus"
  }

  backend "local" {
    path = "terraform.tfstate"
  }
}

provider "alicloud" {
  region = var.region
}

provider "alicloud" {
  alias  = "second"
  region = "cn-beijing"

  assume_role {
    role_arn = "acs:ram::1:role/x"
  }
}

provider "alicloud" {
  alias    = "by_region"
  for_each = toset(["cn-beijing", "cn-hangzhou"])
  region   = each.value
}

provider "null" {}

locals {
  prefix = "${var.name}-${terraform.workspace}"
  paths  = [path.module, path.root, path.cwd]
  sizes  = { for k, v in var.servers : k => v.size }
}

locals {}

data "alicloud_images" "ubuntu" {
  provider   = alicloud.second
  name_regex = "^ubuntu"
  depends_on = [terraform_data.first]
  count      = var.enabled ? 1 : 0

  lifecycle {
    precondition {
      condition     = var.name != ""
      error_message = "A name is needed."
    }
    postcondition {
      condition     = length(self.images) > 0
      error_message = "There is no image."
    }
  }
}

data "terraform_remote_state" "other" {
  backend = "local"
  config = {
    path = "other.tfstate"
  }
}

resource "terraform_data" "first" {
  input            = local.prefix
  triggers_replace = [var.name]
}

resource "terraform_data" "many" {
  for_each = var.servers
  input    = { key = each.key, value = each.value }
}

resource "terraform_data" "counted" {
  count = length(var.servers)
  input = count.index

  lifecycle {
    create_before_destroy = true
    prevent_destroy       = false
    ignore_changes        = [input, triggers_replace[0]]
    replace_triggered_by = [
      terraform_data.first,
      terraform_data.many["a"].output,
      terraform_data.counted2[count.index],
    ]

    precondition {
      condition     = count.index < 10
      error_message = "Too many: ${count.index}."
    }
  }
}

resource "terraform_data" "counted2" {
  count = length(var.servers)

  lifecycle {
    ignore_changes = all
  }
}

resource "alicloud_instance" "web" {
  provider             = alicloud.by_region["cn-${"beijing"}"]
  count                = 2
  instance_name        = format("%s-%02d", local.prefix, count.index)
  image_id             = one(data.alicloud_images.ubuntu[*].images[0].id)
  instance_type        = "ecs.g7.large"
  security_groups      = alicloud_security_group.web.*.id
  depends_on           = [terraform_data.first, module.child]
  user_data            = <<-EOT
    #!/bin/sh
    echo ${local.prefix}
  EOT

  dynamic "data_disks" {
    for_each = var.disks
    iterator = disk
    labels   = []
    content {
      name = disk.key
      size = disk.value.size

      dynamic "inner" {
        for_each = disk.value.inner
        content { value = inner.value }
      }
    }
  }

  timeouts {
    create = "10m"
  }

  connection {
    type = "ssh"
    host = self.public_ip
  }

  provisioner "local-exec" {
    command     = "echo ${self.id}"
    working_dir = path.module
    interpreter = ["/bin/sh", "-c"]
    environment = { A = "b" }
    on_failure  = continue
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo bye"
  }

  provisioner "remote-exec" {
    inline = ["true"]
    connection {
      host = "1.2.3.4"
    }
  }

  provisioner "file" {
    source      = "a"
    destination = "/b"
  }
}

resource "alicloud_security_group" "web" {
  count = 1
}

module "child" {
  source   = "./child"
  for_each = toset(["a", "b"])
  name     = each.key
  providers = {
    null.main = null
  }
  depends_on = [terraform_data.first]
}

moved {
  from = terraform_data.old
  to   = terraform_data.first
}

moved {
  from = module.old.terraform_data.x[0]
  to   = module.child["a"].terraform_data.x["k"]
}

removed {
  from = terraform_data.gone

  lifecycle {
    destroy = false
  }
}

import {
  to = terraform_data.first
  id = "some-id"
}

import {
  for_each = { a = "id-a" }
  to       = terraform_data.many[each.key]
  id       = each.value
  provider = terraform
}

check "health" {
  data "alicloud_images" "inner" {
    name_regex = "^x"
  }

  assert {
    condition     = data.alicloud_images.inner.id != ""
    error_message = "Not healthy."
  }

  assert {
    condition     = alicloud_instance.web[0].id != null
    error_message = "Never."
  }
}
