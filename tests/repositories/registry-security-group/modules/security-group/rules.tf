variable "rules" {
  description = "Known rules: [from, to, protocol, description]"
  type        = map(list(any))

  default = {
    http-80-tcp    = [80, 80, "tcp", "HTTP"]
    https-443-tcp  = [443, 443, "tcp", "HTTPS"]
    postgresql-tcp = [5432, 5432, "tcp", "PostgreSQL"]
    ssh-tcp        = [22, 22, "tcp", "SSH"]
    all-all        = [-1, -1, "all", "Everything"]
    _              = ["", "", ""]
  }
}
