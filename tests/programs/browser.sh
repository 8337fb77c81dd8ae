#!/usr/bin/env bash
# Opens report.html of the samples and of hostile input in headless Chromium: see README.md.
set -euo pipefail
tool="$(realpath "${1:?usage: browser.sh LEAKLEDGER}")"
here="$(cd "$(dirname "$0")" && pwd)"
for program in node npm python3; do
  command -v "$program" >/dev/null || { echo "skipped: $program is missing"; exit 0; }
done
chromium="$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)"
[ -n "$chromium" ] || { echo "skipped: chromium is missing"; exit 0; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund playwright-core axe-core >/dev/null
cp "$here/browser.mjs" .
head -c 32 /dev/zero > key
cp -r "$here/../../samples/before" "$here/../../samples/after" .
python3 "$here/hostile.py" hostile.har
scan() { "$tool" scan "${@:2}" --key key -q -o "$1" --write html || [ $? = 3 ]; }
scan people before/har --panel
scan visits after/har
scan proxy before/squid
scan hostile hostile.har
CHROMIUM="$chromium" SHOTS="${SHOTS:-}" node browser.mjs people visits proxy hostile
