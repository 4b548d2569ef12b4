resource "terraform_data" "script" {
  input = <<EOT
    #!/bin/sh
    echo hello
}
