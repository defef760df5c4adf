#!/bin/bash
# How many PAP decisions a second FreeRADIUS makes from its own user table in PostgreSQL: the measure for ours.
# usage: freeradius.sh PGPORT [REQUESTS] [PARALLEL]    prints: freeradius_per_second N
# The database server is the one at 127.0.0.1:PGPORT (superuser postgres, no password); database and files are removed at the end.
set -eu
pgport=$1 requests=${2:-40000} parallel=${3:-200} people=20000
share=/etc/freeradius/3.0/mods-config/sql/main/postgresql
home=$(mktemp -d)
radius=
finish() {
  if [ -n "$radius" ]; then kill "$radius" 2>/dev/null || true; wait "$radius" 2>/dev/null || true; fi
  psql -qX -h 127.0.0.1 -p "$pgport" -U postgres -d postgres -c 'drop database if exists radius_bench with (force)' > /dev/null 2>&1 || true
  rm -rf "$home"
}
trap finish EXIT
port=$(python3 -c 'import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')

psql -qX -h 127.0.0.1 -p "$pgport" -U postgres -d postgres -c 'create database radius_bench'
db=(psql -qX -h 127.0.0.1 -p "$pgport" -U postgres -d radius_bench)
"${db[@]}" -f "$share/schema.sql" > /dev/null 2>&1
"${db[@]}" -c "insert into radcheck (username, attribute, op, value) select 'user' || n, 'Cleartext-Password', ':=', 'secret' || n from generate_series(1, $people) n" -c 'vacuum analyze radcheck'

# The smallest server that can do it: one listener, the SQL module with a warm pool, PAP, no accounting, no log of requests.
cat > "$home/radiusd.conf" <<C
prefix = /usr
libdir = /usr/lib/freeradius
confdir = $home
modconfdir = /etc/freeradius/3.0/mods-config
logdir = $home
run_dir = $home
db_dir = $home
pidfile = $home/pid
hostname_lookups = no
max_requests = 65536
log {
  destination = files
  file = $home/log
  auth = no
}
security {
  reject_delay = 0
  allow_vulnerable_openssl = yes
}
thread pool {
  start_servers = 8
  max_servers = 32
  min_spare_servers = 4
  max_spare_servers = 16
  max_requests_per_server = 0
}
client bench {
  ipaddr = 127.0.0.1
  secret = bench
  require_message_authenticator = no
}
modules {
  expr {
  }
  pap {
  }
  sql {
    driver = rlm_sql_postgresql
    dialect = postgresql
    server = 127.0.0.1
    port = $pgport
    login = postgres
    password = ""
    radius_db = radius_bench
    authcheck_table = radcheck
    authreply_table = radreply
    groupcheck_table = radgroupcheck
    groupreply_table = radgroupreply
    usergroup_table = radusergroup
    acct_table1 = radacct
    acct_table2 = radacct
    postauth_table = radpostauth
    client_table = nas
    read_groups = no
    read_profiles = no
    read_clients = no
    group_attribute = SQL-Group
    pool {
      start = 32
      min = 32
      max = 32
      spare = 0
      uses = 0
      lifetime = 0
      idle_timeout = 0
      retry_delay = 1
    }
    \$INCLUDE $share/queries.conf
  }
}
server bench {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = $port
  }
  authorize {
    sql
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
  }
}
C
freeradius -f -d "$home" -n radiusd > "$home/out" 2>&1 &
radius=$!
for _ in $(seq 100); do
  grep -q 'Ready to process requests' "$home/log" 2>/dev/null && break
  kill -0 "$radius" 2>/dev/null || { radius=; cat "$home/out" "$home/log" >&2; exit 3; }
  sleep 0.1
done
ask() {
  python3 -c '
import random, sys
random.seed(int(sys.argv[3]))
for _ in range(int(sys.argv[1])):
    n = random.randint(1, int(sys.argv[2]))
    print("User-Name = \"user%d\", User-Password = \"secret%d\"\n" % (n, n))' "$1" "$people" "$2" > "$home/requests"
  began=$(date +%s.%N)
  radclient -s -q -p "$parallel" -r 3 -t 3 -f "$home/requests" "127.0.0.1:$port" auth bench > "$home/answers" 2>&1 || true
  ended=$(date +%s.%N)
}
ask 4000 1
ask "$requests" 2
accepted=$(grep -iE 'accept|approved' "$home/answers" | grep -oE '[0-9]+' | head -1)
[ "${accepted:-0}" -ge $((requests * 99 / 100)) ] || { say=$(tail -5 "$home/answers"); echo "freeradius accepted only ${accepted:-0} of $requests: $say" >&2; exit 1; }
python3 -c "print('freeradius_per_second %.0f' % ($accepted / ($ended - $began)))"
