variable "region" {
  description = "Where the cluster runs."
  type        = string
  default     = "cn-hangzhou"
}

variable "environment" {
  description = "Which environment this is; part of every name and tag."
  type        = string
  default     = "demo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "An environment is 2 to 12 lower-case letters and digits, beginning with a letter."
  }
}

variable "vpc_cidr" {
  description = "The address block of the VPC; each zone gets a /20 of it."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0))
    error_message = "The VPC needs an IPv4 block such as 10.20.0.0/16."
  }
}

variable "web_count" {
  description = "How many web servers run."
  type        = number
  default     = 120

  validation {
    condition     = var.web_count >= 1 && var.web_count <= 1000
    error_message = "Between 1 and 1000 web servers can run."
  }
}

variable "web_instance_type" {
  description = "The instance type of the web servers."
  type        = string
  default     = "ecs.g6.large"
}

variable "databases" {
  description = "The database servers, by role."
  type = map(object({
    instance_type = string
    disk_size     = optional(number, 100)
  }))
  default = {
    primary = { instance_type = "ecs.g6.xlarge", disk_size = 200 }
    replica = { instance_type = "ecs.g6.xlarge", disk_size = 200 }
    reports = { instance_type = "ecs.g6.large" }
  }
}

variable "allowed_cidrs" {
  description = "Who may reach the web servers."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}
