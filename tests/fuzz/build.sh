#!/usr/bin/env bash
# Builds the fuzz targets with coverage counters, on the stable compiler: see README.md.
set -euo pipefail
cd "$(dirname "$0")"
counters="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
counters+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
counters+=" -Cllvm-args=-sanitizer-coverage-trace-compares"
# With a target named, build scripts and macros are built without counters.
host="$(rustc -vV | sed -n 's/^host: //p')"
RUSTFLAGS="--cfg fuzzing $counters" cargo build --release --target "$host" "$@"
