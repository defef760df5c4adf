# A MIT KDC of our own for the measurement `password`. Sourced by bench.sh after lib.sh, not run.

# kdc_start: realm BENCH.TEST with k000 to k199 and our service; sets KDC_PORT and KDC_PID.
kdc_start() {
  PATH=$PATH:/usr/sbin
  local d=$WORK/kdc
  mkdir "$d"
  KDC_PORT=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
  cat > "$d/krb5.conf" <<C
[libdefaults]
  default_realm = BENCH.TEST
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  BENCH.TEST = {
    kdc = 127.0.0.1:$KDC_PORT
  }
C
  cat > "$d/kdc.conf" <<C
[kdcdefaults]
  kdc_listen = 127.0.0.1:$KDC_PORT
  kdc_tcp_listen = 127.0.0.1:$KDC_PORT
[realms]
  BENCH.TEST = {
    database_name = $d/db
    key_stash_file = $d/stash
    acl_file = $d/acl
    supported_enctypes = aes256-cts-hmac-sha1-96:normal
    default_principal_flags = +preauth
  }
[logging]
  kdc = FILE:$d/kdc.log
C
  : > "$d/acl"
  export KRB5_CONFIG=$d/krb5.conf KRB5_KDC_PROFILE=$d/kdc.conf
  kdb5_util create -s -r BENCH.TEST -P bench > /dev/null 2>&1
  {
    for i in $(seq -f %03g 0 199); do echo "addprinc -pw \"Correct horse 1\" k$i"; done
    echo "addprinc -randkey HTTP/copytrack.bench.test"
    echo "ktadd -k $d/service.keytab HTTP/copytrack.bench.test"
  } | kadmin.local -r BENCH.TEST > "$d/kadmin.log" 2>&1
  krb5kdc -n -r BENCH.TEST > "$d/out" 2>&1 &
  KDC_PID=$!
  STARTED+=("$KDC_PID")
  sleep 1
}

# kdc_pairs N: mean time of kinit and kvno for N people, in ms.
kdc_pairs() {
  local i began cache=FILE:$WORK/kdc/cache
  began=$(date +%s%N)
  for ((i = 0; i < $1; i++)); do
    kinit -c "$cache" "k$(printf %03d $((i % 200)))" <<< "Correct horse 1" > /dev/null
    kvno -q -c "$cache" HTTP/copytrack.bench.test > /dev/null
  done
  calc "($(date +%s%N) - $began) / 1e6 / $1"
}

kdc_stop() {
  kill "$KDC_PID"
  wait "$KDC_PID" 2>/dev/null || true
  forget "$KDC_PID"
}
