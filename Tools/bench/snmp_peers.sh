#!/bin/bash
# How many devices a second others read one table of meters from: a pool of snmpbulkget processes, and prometheus-snmp-exporter.
# usage: snmp_peers.sh FIRST-PORT DEVICES [IN-PARALLEL]     devices on 127.0.0.1, version 2c, community public
# prints "snmpbulkget RATE" and "snmp_exporter RATE"; "-" for what is not installed (packages snmp, prometheus-snmp-exporter, curl).
set -euo pipefail
first=$1 devices=$2 parallel=${3:-16}
table=1.3.6.1.2.1.43.10.2.1.4
work=$(mktemp -d)
exporter=
finish() { [ -z "$exporter" ] || kill "$exporter" 2> /dev/null || true; rm -rf "$work"; }
trap finish EXIT
rate() { python3 -c 'import sys; print("%s %.0f" % (sys.argv[1], float(sys.argv[2]) / (float(sys.argv[4]) - float(sys.argv[3])) * 1e9))' "$@"; }

if command -v snmpbulkget > /dev/null; then
  began=$(date +%s%N)
  seq "$first" $((first + devices - 1)) | xargs -P "$parallel" -I{} snmpbulkget -v2c -c public -Oqn -r1 -t2 -Cr20 127.0.0.1:{} "$table" > /dev/null
  rate snmpbulkget "$devices" "$began" "$(date +%s%N)"
else
  echo "snmpbulkget -"
fi

if command -v prometheus-snmp-exporter > /dev/null && command -v curl > /dev/null; then
  cat > "$work/snmp.yml" << CONFIGURATION
meters:
  walk: [$table]
  metrics:
  - {name: prtMarkerLifeCount, oid: $table, type: counter, help: pages, indexes: [{labelname: device, type: gauge}, {labelname: marker, type: gauge}]}
  max_repetitions: 20
  retries: 1
  timeout: 2s
  version: 2
  auth: {community: public}
CONFIGURATION
  port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  prometheus-snmp-exporter --config.file="$work/snmp.yml" --web.listen-address="127.0.0.1:$port" > "$work/log" 2>&1 &
  exporter=$!
  for _ in $(seq 100); do curl -s "http://127.0.0.1:$port/" > /dev/null && break; sleep 0.1; done
  # A figure counts only when the peer truly reads.
  curl -s "http://127.0.0.1:$port/snmp?module=meters&target=127.0.0.1:$first" | grep -q '^prtMarkerLifeCount{' || { tail -3 "$work/log" >&2; exit 1; }
  # Each device five times: one round is over too soon to be measured.
  for _ in 1 2 3 4 5; do
    seq "$first" $((first + devices - 1)) | sed "s#.*#url = \"http://127.0.0.1:$port/snmp?module=meters\&target=127.0.0.1:&\"\noutput = /dev/null#"
  done > "$work/urls"
  began=$(date +%s%N)
  curl -s --parallel --parallel-max "$parallel" -K "$work/urls" > /dev/null 2>&1 || true
  rate snmp_exporter $((5 * devices)) "$began" "$(date +%s%N)"
else
  echo "snmp_exporter -"
fi
