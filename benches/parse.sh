#!/usr/bin/env bash
# Times how fast configuration is parsed and decoded, in MB/s, and how that compares with Terraform's reading where it is installed.
# Usage: benches/parse.sh [MEGABYTES]   (default 10; Terraform gets one)
set -euo pipefail
cd "$(dirname "$0")/.."
megabytes=${1:-10}
cargo build --release --quiet -p cairn-lang --example throughput
throughput="${CARGO_TARGET_DIR:-target}/release/examples/throughput"

ours=$("$throughput" "$megabytes" | tee /dev/stderr | sed -n 's|^parse: .* s, \(.*\) MB/s$|\1|p')
if command -v terraform >/dev/null; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  "$throughput" 1 text >"$work/main.tf"
  start=$(date +%s.%N)
  terraform fmt - <"$work/main.tf" >/dev/null
  theirs=$(echo "1 / ($(date +%s.%N) - $start)" | bc -l)
  printf 'terraform fmt (reads and writes 1 MB): %.1f MB/s; cairn parses %.0f times as fast\n' \
    "$theirs" "$(echo "$ours / $theirs" | bc -l)"
fi
