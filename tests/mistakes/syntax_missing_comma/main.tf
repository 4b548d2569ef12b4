locals {
  zones = [
    "cn-hangzhou-h"
    "cn-hangzhou-i",
  ]
}
