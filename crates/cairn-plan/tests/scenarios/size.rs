//! Time for many objects. Not run with the others: `cargo test --release -p cairn-plan -- --ignored --nocapture size`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "prints what it measures"
)]

use std::time::Instant;

use crate::bench::Bench;

fn measure(what: &str, n: u32, text: &str) {
    let mut b = Bench::new(&text.replace('N', &n.to_string()));
    let start = Instant::now();
    let p = b.plan();
    let planned = start.elapsed();
    assert!(!p.diagnostics.has_errors(), "{}", p.text);
    let start = Instant::now();
    b.apply(&p.plan).1.result(()).unwrap();
    let applied = start.elapsed();
    let start = Instant::now();
    let p = b.plan();
    assert!(!p.diagnostics.has_errors(), "{}", p.text);
    println!(
        "{what} {n}: plan {planned:?}, apply {applied:?}, plan again {:?}",
        start.elapsed()
    );
}

#[test]
#[ignore = "a measurement"]
fn size() {
    for n in [1000, 10_000, 100_000] {
        measure(
            "plain",
            n,
            "resource \"terraform_data\" \"a\" {\n  count = N\n  input = \"v-${count.index}\"\n}",
        );
        measure(
            "chained",
            n,
            r#"
resource "terraform_data" "a" {
  count = N
  input = count.index
}
resource "terraform_data" "b" {
  count = N
  input = { id = terraform_data.a[count.index].id, all = local.all }
}
locals { all = length(terraform_data.a) }
output "all" { value = terraform_data.b[*].output }
"#,
        );
        measure(
            "keyed",
            n,
            r#"
locals { keys = merge([for i in range(N / 1000) : { for j in range(1000) : "k-${i}-${j}" => j }]...) }
resource "test_thing" "a" {
  for_each = local.keys
  name = each.key
  size = each.value
  tags = { n = each.key }
  disk { size = 1 }
}
"#,
        );
    }
}
