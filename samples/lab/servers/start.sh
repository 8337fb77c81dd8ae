# Starts and stops the servers of the lab; sourced by record.sh, which sets
# `lab` (this lab's folder) and `work` (a temporary folder).

site_names='parcelpost.example www.parcelpost.example'
vendor_names='www.facebook.com px.ads.linkedin.com tr.snapchat.com www.google-analytics.com
  bat.bing.com ct.pinterest.com analytics.tiktok.com'
ports='80 443 3128'
servers=()

# Certificates, the proxy's certificate store and the lab's own hosts file.
prepare_servers() {
  local name names='DNS:lab'
  for name in $site_names $vendor_names; do
    names+=",DNS:$name"
    echo "127.0.0.1 $name" >> "$work/hosts"
  done
  make_certificate "$work/site" -addext "subjectAltName=$names"
  make_certificate "$work/proxy" -addext basicConstraints=critical,CA:TRUE
  cat "$work/proxy.crt" "$work/proxy.key" > "$work/proxy.pem"
  certgen=$(find /usr/lib/squid* -name security_file_certgen | head -n 1)
  "$certgen" -c -s "$work/certificates" -M 4MB > "$work/certgen.log" 2>&1
  chown -R proxy: "$work/certificates" "$work/proxy.pem"
}

make_certificate() {
  local base=$1
  shift
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Recording lab' \
    -keyout "$base.key" -out "$base.crt" "$@" 2> "$work/openssl.log"
}

# start_servers RECORDING bump|connect LOGS
start_servers() {
  local recording=$1 mode=$2 logs=$3 outgoing
  mkdir -p "$logs"
  chown proxy: "$logs"
  fill "$lab/servers/nginx.conf.in" "$logs" > "$work/nginx.conf"
  fill "$lab/servers/squid.conf.in" "$logs" | grep -v '^@TLS@$' > "$work/squid.conf"
  if [ "$mode" = bump ]; then
    fill "$lab/servers/tls-bump.conf.in" "$logs" >> "$work/squid.conf"
  else
    echo 'http_port 127.0.0.1:3128' >> "$work/squid.conf"
  fi
  # The site sees each person's own address, not the proxy's.
  for outgoing in $(seq -f '127.0.0.%g' 11 18); do
    echo "acl from_$outgoing src $outgoing"
    echo "tcp_outgoing_address $outgoing from_$outgoing"
  done >> "$work/squid.conf"

  rm -f "$work/site.sock"
  node "$lab/site/server.js" "$recording" "$work/site.sock" & servers+=($!)
  nginx -p "$work" -c "$work/nginx.conf" 2> "$work/nginx.out" & servers+=($!)
  squid -N -f "$work/squid.conf" 2> "$work/squid.out" & servers+=($!)
  wait_until "the site" test -S "$work/site.sock"
  wait_until nginx port_open 443
  wait_until Squid port_open 3128
}

stop_servers() {
  local server
  for server in "${servers[@]}"; do
    kill "$server" 2> "$work/kill.log" || true
    wait "$server" 2> "$work/kill.log" || true
  done
  servers=()
}

fill() {
  sed -e "s|@WORK@|$work|g" -e "s|@LOGS@|$2|g" -e "s|@CERTGEN@|${certgen:-}|g" \
    -e "s|@NAMES@|$(echo $site_names $vendor_names)|g" "$1"
}

port_open() {
  (: < "/dev/tcp/127.0.0.1/$1") 2> "$work/port.log"
}

require_free_ports() {
  local port
  for port in $ports; do
    if port_open "$port"; then
      echo "record.sh: port $port is in use on this machine; stop what listens there" >&2
      return 1
    fi
  done
}

wait_until() {
  local what=$1 tries
  shift
  for tries in $(seq 100); do
    "$@" && return
    sleep 0.1
  done
  echo "record.sh: $what did not start; see the logs in $work" >&2
  return 1
}
