environment = "staging"

tags = {
  stage = "staging"
  "cost centre" = 42
}

fleet = [
  { name = "front", bandwidth = 5 },
  { name = "back", type = "ecs.c7.large", tags = { tier = "back" } },
  { name = "old", enabled = false },
]
