//! Holds what Terraform 1.11.4 printed for JSON in strings, by the string before and after.

/// Before, after, and what was printed.
pub(super) type Case = (Option<&'static str>, Option<&'static str>, &'static str);

/// Strings of JSON on one side or both.
pub(super) const JSON: &[Case] = &[
    (
        None,
        Some(r#"{"a":1,"b":"x","c":[1,2,{"d":null}],"e":{},"f":[]}"#),
        r#"
      + input = jsonencode(
            {
              + a = 1
              + b = "x"
              + c = [
                  + 1,
                  + 2,
                  + {
                      + d = null
                    },
                ]
              + e = {}
              + f = []
            }
        )
"#,
    ),
    (
        Some(r#"{"a":1,"b":"x","c":[1,2,{"d":null}],"e":{},"f":[]}"#),
        None,
        r#"
      - input = jsonencode(
            {
              - a = 1
              - b = "x"
              - c = [
                  - 1,
                  - 2,
                  - {
                      - d = null
                    },
                ]
              - e = {}
              - f = []
            }
        ) -> null
"#,
    ),
    (
        Some(r#"{"a":1,"b":"x","c":[1,2,3],"k":{"q":1,"r":2},"un":4,"un2":{"z":1}}"#),
        Some(r#"{"a":2,"n":"new","c":[1,3,4],"k":{"q":1,"r":3},"un":4,"un2":{"z":1}}"#),
        r#"
      ~ input = jsonencode(
          ~ {
              ~ a   = 1 -> 2
              - b   = "x"
              ~ c   = [
                    1,
                  ~ 2 -> 3,
                  ~ 3 -> 4,
                ]
              ~ k   = {
                  ~ r = 2 -> 3
                    # (1 unchanged attribute hidden)
                }
              + n   = "new"
                # (2 unchanged attributes hidden)
            }
        )
"#,
    ),
    (
        Some(r#"[{"a":1,"b":2},{"a":3,"b":4}]"#),
        Some(r#"[{"a":1,"b":3},{"a":3,"b":4},{"a":5}]"#),
        "
      ~ input = jsonencode(
          ~ [
              ~ {
                  ~ b = 2 -> 3
                    # (1 unchanged attribute hidden)
                },
                {
                    a = 3
                    b = 4
                },
              + {
                  + a = 5
                },
            ]
        )
",
    ),
    (
        Some(r#"{"a":1,"b":[1,2]}"#),
        Some(r#"{ "a": 1, "b": [1,2] }"#),
        "
      ~ input = jsonencode( # whitespace changes
            {
                a = 1
                b = [
                    1,
                    2,
                ]
            }
        )
",
    ),
    (
        Some(r#"{"a":1,"b":2}"#),
        Some(r#"{"b":2,"a":1}"#),
        "
      ~ input = jsonencode( # whitespace changes
            {
                a = 1
                b = 2
            }
        )
",
    ),
    (
        Some(r#"{"a":1}"#),
        Some("[1]"),
        "
      ~ input = jsonencode(
          ~ {
              - a = 1
            } -> [
              + 1,
            ]
        )
",
    ),
    (
        Some(r#"{"a":1}"#),
        Some("hello"),
        r#"
      ~ input = jsonencode(
            {
              - a = 1
            }
        ) -> "hello"
"#,
    ),
    (
        Some("hello"),
        Some(r#"{"a":1}"#),
        r#"
      ~ input = "hello" -> jsonencode(
            {
              + a = 1
            }
        )
"#,
    ),
    (
        Some("hello\nx"),
        Some(r#"{"a":1}"#),
        "
      ~ input = <<-EOT
            hello
            x
        EOT -> jsonencode(
            {
              + a = 1
            }
        )
",
    ),
    (
        Some(r#"{"a":1,"b":"x","c":{"z":1},"d":[1],"e":null,"f":true}"#),
        Some(r#"{"a":"1","b":["x"],"c":1,"d":{"z":1},"e":{"q":1},"f":null}"#),
        r#"
      ~ input = jsonencode(
          ~ {
              ~ a = 1 -> "1"
              ~ b = "x" -> [
                  + "x",
                ]
              ~ c = {
                  - z = 1
                } -> 1
              ~ d = [
                  - 1,
                ] -> {
                  + z = 1
                }
              ~ e = null -> {
                  + q = 1
                }
              ~ f = true -> null
            }
        )
"#,
    ),
    (
        Some(r#"{"a":"{\"b\":1,\"c\":2}","m":1}"#),
        Some(r#"{"a":"{\"b\":2,\"c\":2}","m":1}"#),
        "
      ~ input = jsonencode(
          ~ {
              ~ a = jsonencode(
                  ~ {
                      ~ b = 1 -> 2
                        # (1 unchanged attribute hidden)
                    }
                )
                # (1 unchanged attribute hidden)
            }
        )
",
    ),
    (
        Some(r#"{"a":"x\ny\nz"}"#),
        Some(r#"{"a":"x\nq\nz"}"#),
        "
      ~ input = jsonencode(
          ~ {
              ~ a = <<-EOT
                    x
                  - y
                  + q
                    z
                EOT
            }
        )
",
    ),
    (
        Some("{}"),
        Some(r#"{"a":1}"#),
        "
      ~ input = jsonencode(
          ~ {
              + a = 1
            }
        )
",
    ),
    (
        Some("{}"),
        Some("[]"),
        "
      ~ input = jsonencode({} -> [])
",
    ),
    (
        Some(r#" {"a":1}"#),
        Some(r#" {"a":2}"#),
        r#"
      ~ input = " {\"a\":1}" -> " {\"a\":2}"
"#,
    ),
    (
        Some(r#"{"a":1"#),
        Some(r#"{"a":2"#),
        r#"
      ~ input = "{\"a\":1" -> "{\"a\":2"
"#,
    ),
    (
        Some("{\n  \"a\":1\n}\n"),
        Some("{\n  \"a\":2\n}"),
        "
      ~ input = jsonencode(
          ~ {
              ~ a = 1 -> 2
            }
        )
",
    ),
    (
        Some(r#"{"a":1.0}"#),
        Some(r#"{"a":1}"#),
        "
      ~ input = jsonencode(
          ~ {
              ~ a = 1.0 -> 1
            }
        )
",
    ),
    (
        Some("[1,2,3,4,5,6,7,8,9]"),
        Some("[1,2,3,4,50,6,7,8,9]"),
        "
      ~ input = jsonencode(
          ~ [
                # (3 unchanged elements hidden)
                4,
              ~ 5 -> 50,
                6,
                # (3 unchanged elements hidden)
            ]
        )
",
    ),
    (
        Some("[1,2,3,4,5,6,7,8,9,10,11,12]"),
        Some("[1,2,30,4,5,6,7,8,90,10,11,12]"),
        "
      ~ input = jsonencode(
          ~ [
                # (1 unchanged element hidden)
                2,
              ~ 3 -> 30,
                4,
                # (3 unchanged elements hidden)
                8,
              ~ 9 -> 90,
                10,
                # (2 unchanged elements hidden)
            ]
        )
",
    ),
    (
        Some(r#"["a","b","c"]"#),
        Some(r#"["c","a","b"]"#),
        r#"
      ~ input = jsonencode(
          ~ [
              + "c",
                "a",
                "b",
              - "c",
            ]
        )
"#,
    ),
    (
        Some("[1,2,3,4,5]"),
        Some("[1,8,4,5]"),
        "
      ~ input = jsonencode(
          ~ [
                1,
              - 2,
              - 3,
              + 8,
                4,
                # (1 unchanged element hidden)
            ]
        )
",
    ),
    (
        Some(r#"{"l":[{"a":1},{"a":2},{"a":3}]}"#),
        Some(r#"{"l":[{"a":1},{"a":3}]}"#),
        "
      ~ input = jsonencode(
          ~ {
              ~ l = [
                    {
                        a = 1
                    },
                  - {
                      - a = 2
                    },
                    {
                        a = 3
                    },
                ]
            }
        )
",
    ),
    (
        Some(r#"{"a":{"b":{"c":{"d":1,"e":2}}}}"#),
        Some(r#"{"a":{"b":{"c":{"d":3,"e":2}}}}"#),
        "
      ~ input = jsonencode(
          ~ {
              ~ a = {
                  ~ b = {
                      ~ c = {
                          ~ d = 1 -> 3
                            # (1 unchanged attribute hidden)
                        }
                    }
                }
            }
        )
",
    ),
];
