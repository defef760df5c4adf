# What the measurements of bench.sh share: a private PostgreSQL, a server, its site, the table. Sourced, not run.

# BENCH_KEEP names a folder that stays, for looks at what a measurement made.
if [ -n "${BENCH_KEEP:-}" ]; then mkdir -p "$BENCH_KEEP"; WORK=$(realpath "$BENCH_KEEP"); else WORK=$(mktemp -d "${TMPDIR:-/tmp}/copytrack-bench.XXXXXX"); fi
chmod 755 "$WORK"
STARTED=()
ROWS="$WORK/rows"
: > "$ROWS"

# Ends what was started, by its pid, the last first.
cleanup() {
  local status=$? i pid
  if [ "$status" -ne 0 ]; then tail -n 15 "$WORK"/*.err >&2 2> /dev/null || true; fi
  for ((i = ${#STARTED[@]} - 1; i >= 0; i--)); do
    pid=${STARTED[i]}
    # PostgreSQL's quick way down; to it TERM means to wait for its clients.
    if [ "$pid" = "${POSTGRES_PID:-}" ]; then kill -INT "$pid" 2>/dev/null || continue; else kill "$pid" 2>/dev/null || continue; fi
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  done
  if [ -n "${BENCH_KEEP:-}" ]; then say "kept: $WORK"; else rm -rf "$WORK"; fi
}

say() { echo "bench: $*" >&2; }

# row MEASUREMENT FIGURE TARGET VERDICT: a line of the table.
row() { echo "| $1 | $2 | $3 | $4 |" | tee -a "$ROWS" >&2; }

# field JSON NAME: a figure of a load's line.
field() { python3 -c 'import json,sys; v=json.loads(sys.argv[1]).get(sys.argv[2]); print("-" if v is None else ("%.3f" % v).rstrip("0").rstrip("."))' "$1" "$2"; }

# judge VALUE le|ge BOUND: met, or missed with the ratio.
judge() { python3 -c '
import sys
try: v, b = float(sys.argv[1]), float(sys.argv[3])
except ValueError: print("no figure"); sys.exit()
good = v <= b if sys.argv[2] == "le" else v >= b
print("met" if good else "missed (%.2f of the target)" % (v / b))' "$1" "$2" "$3"; }

calc() { python3 -c "print('%.1f' % ($1))" 2>/dev/null || echo -; }

# ready_line FILE PID SECONDS PATTERN: waits until the file has a line that matches, and prints it.
ready_line() {
  local i
  for ((i = 0; i < $3 * 50; i++)); do
    if grep -m1 -E "$4" "$1" 2>/dev/null; then return 0; fi
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.02
  done
  return 1
}

# PostgreSQL of our own on a free port, as durable as in production.
postgres_start() {
  [ -n "${PGPORT_BENCH:-}" ] && return
  local bin as=()
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  mkdir -p "$WORK/pg"
  if [ "$(id -u)" = 0 ]; then chown postgres "$WORK/pg"; as=(setpriv --reuid postgres --regid postgres --clear-groups); fi
  PGPORT_BENCH=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  [ -d "$WORK/pg/data" ] || "${as[@]}" "$bin/initdb" -D "$WORK/pg/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync > "$WORK/initdb.log"
  "${as[@]}" "$bin/postgres" -D "$WORK/pg/data" -p "$PGPORT_BENCH" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$WORK/pg" \
    -c max_connections=200 -c shared_buffers=256MB > "$WORK/pg.log" 2>&1 &
  POSTGRES_PID=$!
  STARTED+=("$POSTGRES_PID")
  for _ in $(seq 200); do sql postgres 'select 1' > /dev/null 2>&1 && return; sleep 0.05; done
  say "PostgreSQL did not start"; cat "$WORK/pg.log" >&2; exit 3
}

sql() { psql -qAtX -h 127.0.0.1 -p "$PGPORT_BENCH" -U postgres -d "$1" -c "$2"; }

server() { dotnet "$SERVER" "$@"; }
load() { dotnet "$LOAD" "$@"; }

# options_of SITE: the settings under which the server runs for that site, in the array OPTIONS.
options_of() {
  OPTIONS=("--Data:Directory=$WORK/$1" --Https:Port=0 --Terminals:Port=0)
  case $1 in *-pg) OPTIONS+=(--Data:Provider=postgres "--Data:ConnectionString=Host=127.0.0.1;Port=$PGPORT_BENCH;Username=postgres;Database=${1//-/_}") ;; esac
}

# server_start SITE [OPTION...]: sets SERVER_PID, HTTPS, TERMINALS and READY_MS.
server_start() {
  local site=$1 line began
  shift
  options_of "$site"
  began=$(date +%s%N)
  dotnet "$SERVER" serve "${OPTIONS[@]}" "$@" > "$WORK/$site.out" 2> "$WORK/$site.err" &
  SERVER_PID=$!
  STARTED+=("$SERVER_PID")
  line=$(ready_line "$WORK/$site.out" "$SERVER_PID" 60 '^ready ') || { say "the server did not start"; tail -5 "$WORK/$site.err" >&2; exit 3; }
  READY_MS=$((($(date +%s%N) - began) / 1000000))
  HTTPS=$(sed -E 's/.*https=([0-9]+).*/\1/' <<< "$line")
  TERMINALS=$(sed -E 's/.*terminals=([0-9]+).*/\1/' <<< "$line")
}

server_stop() {
  kill "$SERVER_PID"
  wait "$SERVER_PID" 2>/dev/null || true
  forget "$SERVER_PID"
}

forget() {
  local pid kept=()
  for pid in "${STARTED[@]}"; do [ "$pid" = "$1" ] || kept+=("$pid"); done
  STARTED=("${kept[@]}")
}

# site_make SITE DEVICES ADDRESS-PORT STEP: a database with people, devices and enrolled terminals; once for each name. Leaves the server stopped.
site_make() {
  local site=$1 devices=$2 port=$3 step=$4 into="$WORK/$1-inputs"
  [ -d "$into" ] && return
  case $site in *-pg) postgres_start; sql postgres "create database ${site//-/_}" ;; esac
  options_of "$site"
  say "making $site: $devices devices"
  load inputs --into "$into" --people "$PEOPLE" --devices "$devices" --device-port "$port" --port-step "$step"
  case $site in *-pg) server secrets init "${OPTIONS[@]}" > /dev/null ;; esac
  server import users "$into/users.csv" "${OPTIONS[@]}" >&2
  server import devices "$into/devices.csv" "${OPTIONS[@]}" >&2
  server_start "$site" --Polling:IdleSeconds=86400
  server terminal enrol-code --file "$into/terminals.csv" "${OPTIONS[@]}" > "$into/codes.jsonl"
  load enrol --https "$HTTPS" --codes "$into/codes.jsonl" --keys "$into/keys" >&2
  server_stop
  case $site in *-pg) sql "${site//-/_}" 'vacuum analyze' ;; esac
}

# site_copy FROM TO: the same site with a database of its own.
site_copy() {
  sql postgres "drop database if exists ${2//-/_} with (force)"
  sql postgres "create database ${2//-/_} template ${1//-/_}"
  rm -rf "${WORK:?}/$2"
  cp -r "$WORK/$1" "$WORK/$2"
}

# silent_start: an address that answers nothing, in SILENT.
silent_start() {
  [ -n "${SILENT:-}" ] && return
  dotnet "$LOAD" silent > "$WORK/silent.out" &
  STARTED+=($!)
  SILENT=$(ready_line "$WORK/silent.out" $! 20 '^ready ' | cut -d' ' -f2)
}

# simulator_start DEVICES: as many copiers, on this address and the ports from SIMULATED on.
simulator_start() {
  SIMULATED=${BENCH_DEVICE_PORT:-24000}
  # Each reply is made on the thread that hears the request: with thousands of sockets that is most of what a simulated copier costs.
  DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1 dotnet "$SIMULATOR" --model kyocera --count "$1" --port "$SIMULATED" --same-address > "$WORK/simulator.out" 2> "$WORK/simulator.err" < /dev/null &
  SIMULATOR_PID=$!
  STARTED+=("$SIMULATOR_PID")
  for _ in $(seq 600); do [ "$(wc -l < "$WORK/simulator.out")" -ge "$1" ] && return; sleep 0.1; done
  say "the simulator did not start"; tail -3 "$WORK/simulator.err" >&2; exit 3
}

simulator_stop() {
  kill "$SIMULATOR_PID"
  wait "$SIMULATOR_PID" 2>/dev/null || true
  forget "$SIMULATOR_PID"
}
