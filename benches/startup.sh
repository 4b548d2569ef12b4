#!/usr/bin/env bash
# Times what somebody waits for most often: validate of a small module, and a plan with no change on N resources; and how many times
# as long Terraform takes, where it is installed.
# Usage: benches/startup.sh [N]   (default 1000; CAIRN=FILE measures that binary instead of building one)
set -euo pipefail
cd "$(dirname "$0")/.."
n=${1:-1000}
if [ -z "${CAIRN:-}" ]; then
  cargo build --release --quiet
  CAIRN="${CARGO_TARGET_DIR:-$PWD/target}/release/cairn"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/small" "$work/many"
cat >"$work/small/main.tf" <<'TF'
variable "names" {
  type    = set(string)
  default = ["a", "b"]
}

resource "terraform_data" "one" {
  for_each = var.names
  input    = upper(each.key)
}

output "all" {
  value = [for r in terraform_data.one : r.output]
}
TF
cat >"$work/many/main.tf" <<TF
resource "terraform_data" "a" {
  count = $n
  input = { index = count.index, name = format("item-%05d", count.index) }
}
TF

# The fastest of ten runs, in milliseconds.
measure() { # label, folder, command...
  local label=$1 dir=$2
  shift 2
  last=$(cd "$dir" && python3 - "$@" <<'PY'
import subprocess, sys, time
best = None
for _ in range(10):
    start = time.perf_counter()
    done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
    took = (time.perf_counter() - start) * 1000
    assert done.returncode == 0, done.returncode
    best = took if best is None else min(best, took)
print(f"{best:.1f}")
PY
)
  printf '%-44s %8s ms\n' "$label" "$last"
}

ratio() { # ours, what
  printf '%s: terraform takes %s times as long\n' "$2" "$(python3 -c "print(f'{$last / $1:.1f}')")"
}

measure "cairn validate, small module" "$work/small" "$CAIRN" validate
validate=$last
(cd "$work/many" && "$CAIRN" apply -auto-approve >/dev/null)
measure "cairn plan, $n unchanged" "$work/many" "$CAIRN" plan -detailed-exitcode
plan=$last
if command -v terraform >/dev/null; then
  for dir in small many; do (cd "$work/$dir" && terraform init >/dev/null 2>&1); done
  measure "terraform validate, small module" "$work/small" terraform validate
  ratio "$validate" validate
  (cd "$work/many" && terraform apply -input=false -auto-approve >/dev/null 2>&1)
  measure "terraform plan, $n unchanged" "$work/many" terraform plan -input=false -detailed-exitcode
  ratio "$plan" "plan of $n"
else
  echo "terraform is not installed: no ratio"
fi
