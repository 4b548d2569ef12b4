output "text" {
  value = templatefile("hello.tf.tpl", { nmae = "web" })
}
