//! A thousand objects of each form are planned, applied and planned again without a change. Times are measured in `benches/`.

use crate::bench::Bench;

fn settles(n: u32, text: &str) {
    let mut b = Bench::new(&text.replace('N', &n.to_string()));
    let p = b.plan();
    assert!(!p.diagnostics.has_errors(), "{}", p.text);
    b.apply(&p.plan).1.result(()).unwrap();
    let p = b.plan();
    assert!(!p.diagnostics.has_errors(), "{}", p.text);
    assert!(!p.plan.is_applyable(), "{}", p.text);
}

#[test]
fn a_thousand_objects_of_each_form_settle() {
    let n = 1000;
    settles(
        n,
        "resource \"terraform_data\" \"a\" {\n  count = N\n  input = \"v-${count.index}\"\n}",
    );
    settles(
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
    settles(
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
