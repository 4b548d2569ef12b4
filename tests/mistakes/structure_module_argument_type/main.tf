module "network" {
  source = "./network"
  zones  = "cn-hangzhou-h"
}
