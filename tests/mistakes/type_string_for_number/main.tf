resource "alicloud_instance" "web" {
  instance_type    = "ecs.g7.large"
  image_id         = "aliyun_3_x64_20G_alibase_20240819.vhd"
  vswitch_id       = "vsw-1"
  security_groups  = ["sg-1"]
  system_disk_size = "forty"
}
