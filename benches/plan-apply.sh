#!/usr/bin/env bash
# Times plan and apply of many terraform_data, and Terraform's on fewer where it is installed; prints seconds, memory and ratios.
# Usage: benches/plan-apply.sh [N]   (default 10000; Terraform gets 1000)
set -euo pipefail
cd "$(dirname "$0")/.."
n=${1:-10000}
cargo build --release --quiet
cairn="$PWD/target/release/cairn"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

configure() { # folder, count
  mkdir -p "$1"
  cat >"$1/main.tf" <<TF
resource "terraform_data" "a" {
  count = $2
  input = { index = count.index, name = format("item-%05d", count.index) }
}
TF
}

# Prints the wall seconds and the peak memory in MB of the fastest of three runs; \$3 runs before each.
measure() { # label, folder, before, command...
  local label=$1 dir=$2 before=$3 best="" line
  shift 3
  for _ in 1 2 3; do
    (cd "$dir" && eval "$before") >/dev/null 2>&1
    line=$(cd "$dir" && python3 - "$@" <<'PY'
import os, resource, subprocess, sys, time
start = time.time()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
took = time.time() - start
assert done.returncode == 0, done.returncode
print(f"{took:.3f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}")
PY
)
    best=$(printf '%s\n%s\n' "$best" "$line" | sed '/^$/d' | sort -n | head -1)
  done
  printf '%-44s %8s s %6s MB\n' "$label" $best
  last=${best% *}
}

fresh='rm -rf state terraform.tfstate*'
configure "$work/cairn" "$n"
measure "cairn plan, $n new" "$work/cairn" "$fresh" "$cairn" plan
measure "cairn apply, $n new" "$work/cairn" "$fresh" "$cairn" apply -auto-approve
measure "cairn plan, $n unchanged" "$work/cairn" true "$cairn" plan

configure "$work/small" 1000
measure "cairn plan, 1000 new" "$work/small" "$fresh" "$cairn" plan
small_plan=$last
measure "cairn apply, 1000 new" "$work/small" "$fresh" "$cairn" apply -auto-approve
small_apply=$last
if command -v terraform >/dev/null; then
  (cd "$work/small" && rm -rf state && terraform init >/dev/null 2>&1)
  measure "terraform plan, 1000 new" "$work/small" "$fresh" terraform plan -input=false
  python3 -c "print(f'plan of 1000: terraform takes {$last / $small_plan:.1f} times as long')"
  measure "terraform apply, 1000 new" "$work/small" "$fresh" terraform apply -input=false -auto-approve
  python3 -c "print(f'apply of 1000: terraform takes {$last / $small_apply:.1f} times as long')"
else
  echo "terraform is not installed: no ratio"
fi
