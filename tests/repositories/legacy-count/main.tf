# Written for Terraform 0.11, and never touched since.
provider "alicloud" {
  region = "${var.region}"
}

data "alicloud_zones" "default" {
  available_disk_category     = "cloud_essd"
  available_resource_creation = "VSwitch"
}

data "alicloud_instance_types" "default" {
  availability_zone = "${data.alicloud_zones.default.zones.0.id}"
  cpu_core_count    = 2
  memory_size       = 4
}

data "alicloud_images" "default" {
  name_regex  = "^ubuntu_22_04_x64"
  most_recent = true
  owners      = "system"
}

data "template_file" "boot" {
  count    = "${var.number}"
  template = "${file("${path.module}/boot.tpl")}"

  vars = {
    index = "${count.index}"
    role  = "${element(split(",", var.roles), count.index)}"
  }
}

resource "alicloud_vpc" "default" {
  name       = "${var.name}"
  cidr_block = "${var.vpc_cidr}"
}

resource "alicloud_vswitch" "default" {
  count             = "${length(split(",", var.blocks))}"
  vpc_id            = "${alicloud_vpc.default.id}"
  cidr_block        = "${element(split(",", var.blocks), count.index)}"
  availability_zone = "${lookup(data.alicloud_zones.default.zones[count.index % length(data.alicloud_zones.default.zones)], "id")}"
  name              = "${var.name}"
}

resource "alicloud_security_group" "default" {
  name        = "${var.name}"
  description = "of ${var.name}"
  vpc_id      = "${alicloud_vpc.default.id}"
}

resource "alicloud_security_group_rule" "in" {
  type              = "ingress"
  ip_protocol       = "tcp"
  nic_type          = "intranet"
  policy            = "accept"
  port_range        = "22/22"
  priority          = 1
  security_group_id = "${alicloud_security_group.default.id}"
  cidr_ip           = "172.16.0.0/24"
}

resource "alicloud_instance" "default" {
  count                      = "${var.number}"
  vswitch_id                 = "${alicloud_vswitch.default.0.id}"
  image_id                   = "${data.alicloud_images.default.images.0.id}"
  instance_type              = "${data.alicloud_instance_types.default.instance_types.0.id}"
  system_disk_category       = "cloud_essd"
  internet_charge_type       = "PayByTraffic"
  internet_max_bandwidth_out = "${var.public == "yes" ? 5 : 0}"
  security_groups            = "${alicloud_security_group.default.*.id}"
  instance_name              = "${var.name}-${count.index}"
  user_data                  = "${element(data.template_file.boot.*.rendered, count.index)}"

  tags = {
    role = "${element(split(",", var.roles), count.index)}"
  }
}

output "first" {
  value = "${alicloud_instance.default.0.private_ip}"
}

output "all" {
  value = "${join(",", alicloud_instance.default.*.instance_name)}"
}
