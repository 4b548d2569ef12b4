output "name" {
  value       = local.prefix
  description = "The name."
}

output "password" {
  value     = var.password
  sensitive = true
}

output "ids" {
  value      = [for s in terraform_data.counted : s.id]
  depends_on = [terraform_data.first]

  precondition {
    condition     = length(var.servers) > 0
    error_message = "There is no server."
  }
}

output "child" {
  value = { for k, m in module.child : k => m.name }
}
