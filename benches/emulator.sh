#!/usr/bin/env bash
# Times how many DescribeInstances of a hundred ids the emulator answers a second, and how much memory its instances take.
# Usage: benches/emulator.sh [N]   (default 10000 instances)
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet -p ecs-emulator --example load
"${CARGO_TARGET_DIR:-target}/release/examples/load" "${1:-10000}"
