variable "packages" {
  type    = set(string)
  default = ["nginx", "htop"]
}

variable "servers" {
  default = 2
}

locals {
  cloud_init = <<-EOT
    #cloud-config
    ${yamlencode({
      packages = sort(var.packages)
      runcmd   = [for p in sort(var.packages) : ["systemctl", "enable", p]]
    })}
  EOT

  settings = jsondecode(file("${path.module}/settings.json"))
}

data "alicloud_images" "linux" {
  name_regex = "^ubuntu_22_04_x64"
  owners     = "system"
}

resource "alicloud_vpc" "v" {
  vpc_name   = local.settings.name
  cidr_block = local.settings.network.block
}

resource "alicloud_vswitch" "s" {
  vpc_id     = alicloud_vpc.v.id
  zone_id    = local.settings.network.zone
  cidr_block = cidrsubnet(local.settings.network.block, 8, 0)
}

resource "alicloud_security_group" "g" {
  name   = local.settings.name
  vpc_id = alicloud_vpc.v.id
}

resource "random_id" "server" {
  count       = var.servers
  byte_length = 4
}

resource "alicloud_instance" "server" {
  count           = var.servers
  instance_name   = "${local.settings.name}-${random_id.server[count.index].hex}"
  host_name       = "host-${random_id.server[count.index].hex}"
  instance_type   = "ecs.g6.large"
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
  user_data = base64encode(join("\n", [
    local.cloud_init,
    templatefile("${path.module}/motd.tftpl", { index = count.index, settings = local.settings }),
  ]))
}

resource "local_file" "hosts" {
  filename        = "${path.module}/generated/hosts.ini"
  file_permission = "0644"
  content         = <<EOT
[servers]
%{for s in alicloud_instance.server~}
${s.host_name} ansible_host=${s.private_ip}
%{endfor~}
EOT
}

resource "null_resource" "note" {
  triggers = {
    hosts = local_file.hosts.content_md5
  }

  provisioner "local-exec" {
    command = "echo ${length(alicloud_instance.server)} > generated/count"
  }
}
