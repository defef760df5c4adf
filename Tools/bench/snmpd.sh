# A private net-snmp agent for bench.sh: 45 counters below 1.3.6.1.4.1.99999.1, community public, users sign (SHA-256) and hide (SHA-256, AES-128).
# snmpd_start sets SNMPD_PORT and SNMPD_PID; needs WORK, STARTED and forget of lib.sh.
snmpd_start() {
  local dir=$WORK/snmpd
  mkdir -p "$dir/var"
  SNMPD_PORT=$(python3 -c 'import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  {
    echo "agentAddress udp:127.0.0.1:$SNMPD_PORT"
    echo "rocommunity public 127.0.0.1"
    echo "createUser sign SHA-256 sign-with-this"
    echo "createUser hide SHA-256 sign-with-this AES hide-with-this"
    echo "rouser sign auth"
    echo "rouser hide priv"
    for i in $(seq 45); do echo "override .1.3.6.1.4.1.99999.1.$i.0 uinteger $((i * 1234567 % 9999999))"; done
  } > "$dir/snmpd.conf"
  SNMPCONFPATH="$dir:$dir/var" SNMP_PERSISTENT_DIR="$dir/var" MIBS= /usr/sbin/snmpd -f -Lf "$dir/log" -I -smux > /dev/null 2>&1 &
  SNMPD_PID=$!
  STARTED+=("$SNMPD_PID")
  for _ in $(seq 100); do snmpget -v2c -c public -t 0.2 -r 0 "127.0.0.1:$SNMPD_PORT" 1.3.6.1.4.1.99999.1.45.0 > /dev/null 2>&1 && return; sleep 0.1; done
  tail -3 "$dir/log" >&2
  return 1
}

snmpd_stop() {
  kill "$SNMPD_PID"
  wait "$SNMPD_PID" 2>/dev/null || true
  forget "$SNMPD_PID"
}
