# What can be made without a cloud: a name, a password, user data for cloud-init, and the files that they are written to.
#
#   cairn -chdir=examples/no-cloud apply

resource "random_pet" "server" {
  prefix = "web"
}

resource "random_password" "admin" {
  length      = 24
  min_special = 2
}

data "cloudinit_config" "server" {
  gzip          = false
  base64_encode = false

  part {
    content_type = "text/cloud-config"
    content      = yamlencode({ hostname = random_pet.server.id })
  }
}

resource "local_file" "user_data" {
  filename        = "out/user-data"
  content         = data.cloudinit_config.server.rendered
  file_permission = "0644"
}

resource "local_sensitive_file" "password" {
  filename        = "out/password"
  content         = random_password.admin.result
  file_permission = "0600"
}

output "server" {
  value = random_pet.server.id
}
