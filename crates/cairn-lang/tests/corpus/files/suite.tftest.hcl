variables {
  a = "x"
  b = var.a
}

provider "test" {
  alias = "fake"
}

mock_provider "other" {
  mock_resource "other_thing" {
    defaults = {
      id = "id"
    }
  }
  mock_data "other_thing" {
    defaults = { id = "id" }
  }
}

override_resource {
  target = test_thing.a
  values = { id = "x" }
}

run "plan" {
  command = plan

  plan_options {
    mode    = refresh-only
    refresh = true
    replace = [test_thing.a]
    target  = [test_thing.b]
  }

  variables {
    a = "y"
  }

  module {
    source = "./child"
  }

  providers = {
    test = test.fake
  }

  assert {
    condition     = test_thing.a.id == "x" && run.before.out != null
    error_message = "It is ${test_thing.a.id}."
  }

  expect_failures = [
    var.a,
    check.health,
  ]
}
