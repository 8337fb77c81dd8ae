#!/usr/bin/env bash
# Runs each target for so many seconds, from its corpus: see README.md.
set -euo pipefail
cd "$(dirname "$0")"
seconds="${1:-60}"
host="$(rustc -vV | sed -n 's/^host: //p')"
programs="${CARGO_TARGET_DIR:-target}/$host/release"
# A crash is noted and the run goes on, so that one run shows all that it can find.
options=(-fork=1 -ignore_crashes=1 -ignore_ooms=1 -ignore_timeouts=1 -max_len=4096 -timeout=20
  -rss_limit_mb=2048 -malloc_limit_mb=1024 "-max_total_time=$seconds")
failed=0
for target in ${TARGETS:-reader value list scan}; do
  mkdir -p "found/$target" "corpus/$target"
  log="found/$target.log"
  "$programs/$target" "${options[@]}" -artifact_prefix="found/$target-" "found/$target" "corpus/$target" \
    >"$log" 2>&1 || true
  echo "$target: $(grep -E '^#[0-9]+: cov' "$log" | tail -n 1)"
  if compgen -G "found/$target-*" >/dev/null; then
    failed=1
    grep -hE -A1 "panicked at" "$log" | sort | uniq -c | sort -rn | head -n 20
  fi
done
exit "$failed"
