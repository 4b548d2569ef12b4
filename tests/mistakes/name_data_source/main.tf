data "alicloud_image" "linux" {
  owners = "system"
}
