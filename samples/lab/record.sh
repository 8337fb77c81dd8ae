#!/usr/bin/env bash
# Re-records all samples: installs what is missing, starts site, vendors and
# proxy on loopback, lets a headless browser make the visits before and after
# the fix, writes the truth from the plan, and checks that the recordings hold
# every request of the plan. Everything temporary is in one folder that is
# removed at the end.
#
# usage (as root, on Debian): samples/lab/record.sh
set -euo pipefail

if [ "$(id -u)" -ne 0 ]; then
  echo 'record.sh: needs root, to listen on ports 80 and 443' >&2
  exit 1
fi

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
samples=$(dirname "$lab")
work=$(mktemp -d)
chmod 755 "$work"
export TZ=UTC LAB_MODULES=$work TMPDIR=$work
. "$lab/servers/start.sh"

clean_up() {
  local status=$?
  stop_servers
  if [ "$status" -eq 0 ]; then
    rm -rf "$work"
  else
    echo "record.sh: failed; its logs are kept in $work" >&2
  fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

install_missing() {
  local package missing=()
  for package in nginx-light squid-openssl chromium openssl nodejs npm; do
    dpkg -s "$package" > "$work/dpkg.log" 2>&1 || command -v "${package/nodejs/node}" > "$work/dpkg.log" \
      || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -q && apt-get install -qy --no-install-recommends "${missing[@]}"
    # Debian starts servers as it installs them; the lab brings its own.
    service nginx stop || true
    service squid stop || true
  fi
  cp "$lab/package.json" "$work/"
  npm install --silent --no-audit --no-fund --prefix "$work"
  LAB_CHROMIUM=$(command -v chromium)
  export LAB_CHROMIUM
}

# record RECORDING: the visits with HARs through the proxy that opens TLS, then
# two of them through the same proxy without it.
record() {
  local recording=$1 out=$samples/$1
  echo "recording: $recording"
  rm -rf "$out"
  mkdir -p "$out/har" "$out/squid" "$out/squid-connect" "$out/nginx"
  start_servers "$recording" bump "$work/$recording"
  node "$lab/visit/visit.js" "$recording" 3128 "$out/har"
  stop_servers
  start_servers "$recording" connect "$work/$recording-connect"
  node "$lab/visit/visit.js" "$recording" 3128
  stop_servers
  cp "$work/$recording/squid.log" "$out/squid/access.log"
  cp "$work/$recording/site.log" "$out/nginx/access.log"
  cp "$work/$recording-connect/squid.log" "$out/squid-connect/access.log"
}

install_missing
require_free_ports
prepare_servers
record before
record after
node "$lab/truth/write.js" "$samples"
node "$lab/truth/check.js" "$samples" "$work"
