module "network" {
  source    = "./network"
  cidr_blok = "10.0.0.0/16"
}
