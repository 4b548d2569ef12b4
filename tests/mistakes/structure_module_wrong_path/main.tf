module "network" {
  source = "./modules/netwrok"
}
