terraform {
  required_version = ">= 1.0"
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
provider "terraform" {}
provider "terraform" {
  alias = "second"
}
variable "plain" { default = "x" }
variable "needed" {
  type        = string
  description = "is needed"
}
variable "num" {
  type    = number
  default = "5"
}
variable "nul" {
  type     = string
  default  = null
  nullable = true
}
variable "secret" {
  type      = string
  sensitive = true
  default   = "hidden"
}
variable "eph" {
  type      = string
  ephemeral = true
  default   = "gone"
}
variable "obj" {
  type    = object({ a = optional(string, "d"), b = number, l = list(object({ x = number })) })
  default = { b = 1, l = [] }
}
locals { a = { b = { c = 1 } } }
resource "terraform_data" "const" {
  input            = { a = 1, b = [true, null, "x"], c = -5.5, "d" = (1 + 2) }
  triggers_replace = null
}
resource "terraform_data" "refs" {
  count            = 2
  input            = [try(var.obj.l[0].x, 0), local.a.b.c, local.a["b"]["c"], terraform_data.const.output.a, path.module, terraform.workspace, count.index]
  triggers_replace = [terraform_data.each["a"].id, terraform_data.each["a"], try(terraform_data.each[var.plain].id, 1), terraform_data.const]
}
resource "terraform_data" "each" {
  for_each   = toset(["a", "b"])
  input      = "${each.key}-${upper(each.value)}"
  depends_on = [terraform_data.const, module.m, data.terraform_remote_state.s]
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.const.id]
    precondition {
      condition     = var.plain != ""
      error_message = "x"
    }
  }
  provisioner "local-exec" {
    command     = "echo ${self.id} ${each.key}"
    when        = create
    environment = { A = "b" }
  }
  provisioner "local-exec" {
    when    = destroy
    command = "true"
  }
}
resource "terraform_data" "exprs" {
  input = {
    f    = [for x in [1, 2] : x],
    s    = terraform_data.refs[*].id
    s2   = terraform_data.refs.*.output
    t    = "%{if var.plain == "x"}y%{else}${var.num}%{endif}"
    u    = uuid()
    cc   = var.num > 3 ? module.m.o : "k"
    mo   = module.m
    mn   = module.n["k"]
    mall = [for k, v in module.n : v.o]
    mi   = try(module.n[var.plain].o, 1)
    dd   = data.terraform_remote_state.s.outputs.x.y
    res  = resource.terraform_data.const.id
    fun  = lookup(local.a, "b", var.num == 1 ? 1 : 2)
    dup  = var.plain == var.plain
    neg  = try(local.a[-1], 1)
    sp   = module.n["k"].o.z[0]
  }
}
resource "terraform_data" "uu" { input = uuid() }
resource "terraform_data" "cond" { input = false ? var.plain : "k" }
resource "terraform_data" "cond2" { input = true ? 1 : "k" }
resource "terraform_data" "forc" { input = [for x in [1, 2] : x * 2 if x > 1] }
resource "terraform_data" "spl" { input = [{ a = 1 }][*].a }
resource "terraform_data" "andd" { input = false && var.plain == "" }
resource "terraform_data" "tpl" { input = "a${"b"}%{if true}c%{endif}" }
resource "terraform_data" "mul" {
  input = <<-E
  hi ${var.plain}
  E
}
resource "terraform_data" "objk" { input = { (var.plain) = 1, "${var.needed}x" = var.num } }
resource "terraform_data" "cnt" {
  count    = var.num > 1 ? 1 : 0
  provider = terraform.second
}
resource "terraform_data" "cnt0" { count = 1 }
data "terraform_remote_state" "s" {
  backend  = "local"
  config   = { path = "other.tfstate.json" }
  defaults = { x = { y = 1 } }
}
module "m" {
  source = "./m"
  v      = var.plain
}
module "n" {
  source     = "./n"
  for_each   = { k = 1 }
  v          = each.value
  depends_on = [module.m, terraform_data.const]
  providers  = { terraform = terraform }
}
module "p" {
  source = "./p"
  count  = 2
  providers = {
    terraform.other = terraform.second
  }
}
output "plain" { value = var.plain }
output "all" {
  value       = { a = terraform_data.const, b = var.secret }
  sensitive   = true
  description = "d"
  depends_on  = [terraform_data.cnt[0], module.p[0].q]
}
output "k" { value = 5 }
