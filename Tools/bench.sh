#!/bin/bash
# Runs the measurements of docs/benchmarks.md and prints a table in Markdown. Everything runs on this machine, on loopback, and is ended and removed afterwards.
# usage: Tools/bench.sh [--quick] [NAME...]      without a name: all of them
#   start            start to ready with an existing database, and memory of an idle server, on both databases
#   idle             memory of 5,000 connected terminals that do nothing
#   logins           50 card logins a second over 1,000 terminals with simulated copiers
#   decisions        login decisions at saturation, beside FreeRADIUS on the same PostgreSQL when it is installed
#   opens            one full login at each of 5,000 devices
#   settled          sessions opened and settled a second through the journal, on both databases
#   reports          reports out of 10 million ledger entries, on both databases
#   web              every page of the menu and the CSV of a million rows over 10 million entries, 250,000 people, 5,000 devices, on both databases; Lighthouse of five pages when
#                    it restores (npm) and chromium is there. BENCH_DATABASES=sqlite (or pg) takes one; BENCH_LOADS loads of each page (40); BENCH_KEEP=FOLDER keeps what was made there
#                    and takes it the next time
#   lists            pages and files of a fleet of 2,000 agents with 200,000 devices, on both databases; BENCH_DATABASES, BENCH_LOADS and BENCH_KEEP as for web
#   password         logins by password beside kinit and kvno, and the server's share of smart card logins; needs krb5-kdc and krb5-user
#   receipts         receipts acknowledged a second over HTTPS, 32 kept-alive clients, on both databases
#   reconcile        a day of 100,000 receipts on 5,000 devices booked against the meters, on both databases
#   snmp             borders read a second, beside snmpbulkget and prometheus-snmp-exporter where installed; what idle polling costs
#   replicate        100,000 people with groups from OpenLDAP into PostgreSQL, beside ldapsearch (needs slapd and ldap-utils)
#   people           the question of a login among 1,000 and among 250,000 people, on PostgreSQL
#   faultlab         1,000 simulated weeks with faults against the truth, one simulated year, days on PostgreSQL, 20 real SIGKILLs (--quick: 30 weeks, a month, 2 days, 2 kills).
#                    LAB_PARTS names some of weeks, year, postgres, sigkill; LAB_WEEKS, LAB_SEED (the first), LAB_DAYS, LAB_KILLS change them. A seed alone repeats its run.
#   ingest           device records of 100 agents taken and brought into the ledger a second, on both databases
#   agents           2,000 agents with 100 devices each and keys of their own over HTTPS at 222 device records a second: the manager's share of a core, on both databases (AGENTS_DATABASES=pg takes one, BENCH_AGENTS another number of agents)
#   agent            memory, processor and traffic of an agent with 1,000 simulated copiers, in a network of its own (needs unshare)
#   fusion           the same copiers read by an agent and by fusioninventory-netinventory (package fusioninventory-agent-task-network)
#   fleet            a day of 300 metered devices at three sites by HTTPS, HTTP and mail, an hour in a minute (needs exim4-daemon-light)
#   micro            BenchmarkDotNet: line codec, BER codec, ledger decision, login decision
# --quick: fewer and shorter, to see that all works; its figures mean nothing.
# BENCH_NO_BUILD=1: takes the Release builds that are there.
# The load client, the server, PostgreSQL and the simulated copiers share the cores. Takes about half an hour; no part of CI.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

quick=
[ "${1:-}" = --quick ] && { quick=1; shift; }
known="start idle logins decisions opens settled reports web lists receipts reconcile snmp password replicate people ingest agents agent fusion micro faultlab fleet"
# The laboratory, the fleet and the pages take long on their own: only when they are asked for.
wanted=${*:-${known% faultlab fleet}}
if [ $# -eq 0 ]; then wanted=${wanted/ web/}; wanted=${wanted/ lists/}; fi
for name in $wanted; do [[ " $known " == *" $name "* ]] || { echo "bench.sh: no measurement $name; there are: $known" >&2; exit 2; }; done
pick() { if [ -n "$quick" ]; then echo "$2"; else echo "$1"; fi; }

PEOPLE=$(pick 20000 500)
many=$(pick 5000 100)
spare=200
some=$(pick 1000 50)

. Tools/bench/lib.sh
. Tools/bench/fleet.sh
trap cleanup EXIT
trap 'exit 130' INT TERM

SERVER=$PWD/Server/bin/Release/net10.0/copytrack.dll
LOAD=$PWD/Tools/LoadGenerator/bin/Release/net10.0/load-generator.dll
SIMULATOR=$PWD/Tools/MfpSimulator/Program/bin/Release/net10.0/mfp-simulator.dll
BENCHMARKS=$PWD/Tests/Benchmarks/bin/Release/net10.0/CopyTrack.Benchmarks.dll
[ -n "${BENCH_NO_BUILD:-}" ] || say "building"
[ -n "${BENCH_NO_BUILD:-}" ] || for project in Server Tools/LoadGenerator Tools/MfpSimulator/Program Tests/Benchmarks; do
  dotnet build "$project" -c Release -p:RunAnalyzers=false -v q -nologo > "$WORK/build.log" 2>&1 || { cat "$WORK/build.log" >&2; exit 3; }
done

measure_start() {
  local site database times rss
  silent_start
  for database in pg sqlite; do
    site=start-$database
    site_make "$site" "$some" "$SILENT" 0
    times=()
    for _ in 1 2 3 4 5; do
      server_start "$site" --Polling:IdleSeconds=86400
      times+=("$READY_MS")
      if [ "${#times[@]}" -lt 5 ]; then server_stop; fi
    done
    times=($(printf '%s\n' "${times[@]}" | sort -n))
    sleep "$(pick 30 3)"
    rss=$(awk '/^Rss:/ { printf "%.0f", $2 / 1024 }' "/proc/$SERVER_PID/smaps_rollup")
    server_stop
    row "start to ready, $database, $some devices (median of 5, worst)" "${times[2]} ms, ${times[4]} ms" "at most 2,000 ms" "$(judge "${times[2]}" le 2000)"
    row "idle server, $database, RSS" "$rss MiB" "at most 150 MB" "$(judge "$(calc "$rss * 1.048576")" le 150)"
  done
}

measure_idle() {
  local line
  silent_start
  site_make many-pg $((many + spare)) "$SILENT" 0
  server_start many-pg --Polling:IdleSeconds=86400
  sleep "$(pick 30 3)"
  line=$(load idle --terminals "$TERMINALS" --keys "$WORK/many-pg-inputs/keys" --count "$many" --parallel 32 --seconds "$(pick 60 3)" --server-pid "$SERVER_PID")
  server_stop
  echo "$line" >&2
  row "idle terminal, $many connected, RSS (PSS)" "$(field "$line" rssKiBPerTerminal) KiB ($(field "$line" pssKiBPerTerminal) KiB)" "at most 64 KiB" "$(judge "$(field "$line" rssKiBPerTerminal)" le 64)"
  row "connections accepted, mutual TLS 1.3 and hello" "$(field "$line" connectsPerSecond)/s, $(field "$line" serverCpuMsPerConnect) ms of server CPU each" "-" "-"
}

measure_logins() {
  local line seconds
  seconds=$(pick 120 10)
  simulator_start "$some"
  site_make some-pg "$some" "$SIMULATED" 1
  server_start some-pg
  # Every device is found and read for the first time before the clock runs.
  sleep "$(pick 90 10)"
  line=$(load logins --terminals "$TERMINALS" --https "$HTTPS" --keys "$WORK/some-pg-inputs/keys" --count "$some" --people "$PEOPLE" \
    --rate "$(pick 50 5)" --warm "$(pick 30 5)" --seconds "$seconds" --stay 5 --server-pid "$SERVER_PID")
  sleep 15
  echo "$line" >&2
  row "settled after $(field "$line" logins) logins" "$(sql some_pg 'select count(*) from session where settled_at is not null') of $(sql some_pg 'select count(*) from session')" "-" "-"
  server_stop
  simulator_stop
  row "login line written to panel.unlock received, $some terminals, $(field "$line" rate)/s, p50" "$(field "$line" unlockP50Ms) ms" "at most 3 ms (in the server)" "$(judge "$(field "$line" unlockP50Ms)" le 3)"
  row "the same, p99 (worst)" "$(field "$line" unlockP99Ms) ms ($(field "$line" unlockMaxMs) ms)" "at most 20 ms (in the server)" "$(judge "$(field "$line" unlockP99Ms)" le 20)"
  row "login line received to panel.unlock written, in the server: within 3 ms, within 20 ms" "$(field "$line" serverWithin3MsPercent) %, $(field "$line" serverWithin20MsPercent) %" "50 %, 99 %" "$(judge "$(field "$line" serverWithin3MsPercent)" ge 50), $(judge "$(field "$line" serverWithin20MsPercent)" ge 99)"
}

measure_decisions() {
  local line peer=- best=0 terminals each shown
  silent_start
  site_make many-pg $((many + spare)) "$SILENT" 0
  if command -v freeradius > /dev/null && command -v radclient > /dev/null; then
    peer=$(Tools/bench/freeradius.sh "$PGPORT_BENCH" "$(pick 60000 3000)" 200 | awk '{ print $2 }') || peer=-
    row "FreeRADIUS, PAP from the same PostgreSQL, 200 in flight" "$peer/s" "-" "the peer"
  fi
  server_start many-pg --Polling:IdleSeconds=86400
  for shown in "200 1" "200 4" "64 16"; do
    read -r terminals each <<< "$shown"
    terminals=$((terminals < many ? terminals : many))
    line=$(load decisions --terminals "$TERMINALS" --keys "$WORK/many-pg-inputs/keys" --count "$terminals" --in-flight "$each" --people "$PEOPLE" --seconds "$(pick 15 3)" --server-pid "$SERVER_PID")
    echo "$line" >&2
    row "decisions, $terminals terminals with $each in flight (p50, p99)" "$(field "$line" perSecond)/s ($(field "$line" answerP50Ms), $(field "$line" answerP99Ms) ms), $(field "$line" serverCpuUsPerDecision) us of server CPU each" "at least 2 times the peer" \
      "$([ "$peer" = - ] && echo "no peer" || echo "$(calc "$(field "$line" perSecond) / $peer") times; $(judge "$(field "$line" perSecond)" ge "$(calc "2 * $peer")")")"
  done
  server_stop
}

measure_opens() {
  local line width
  silent_start
  site_make many-pg $((many + spare)) "$SILENT" 0
  for width in 64 256; do
    # Each round has a database without sessions: those at a silent device settle only once it answers.
    site_copy many-pg "opens$width-pg"
    server_start "opens$width-pg" --Polling:IdleSeconds=86400
    sleep "$(pick 10 2)"
    line=$(load opens --terminals "$TERMINALS" --keys "$WORK/many-pg-inputs/keys" --count "$many" --spare "$spare" --in-flight "$width" --people "$PEOPLE" --parallel 32 --server-pid "$SERVER_PID")
    echo "$line" >&2
    server_stop
    row "full logins, $many devices once each, $width in flight (p50, p99)" "$(field "$line" perSecond)/s ($(field "$line" unlockP50Ms), $(field "$line" unlockP99Ms) ms), $(field "$line" unlocked) unlocked" "at least 1,500/s" "$(judge "$(field "$line" perSecond)" ge 1500)"
  done
}

measure_settled() {
  local target
  for target in postgres:1000 sqlite:500; do
    dotnet "$BENCHMARKS" storage sessions "${target%:*}" $(pick "" --quick) > "$WORK/settled.out"
    cat "$WORK/settled.out" >&2
    while IFS='|' read -r what rate; do
      row "$what, ${target%:*}" "$rate/s" "at least ${target#*:}/s" "$(judge "$rate" ge "${target#*:}")"
    done < <(sed -nE 's/^figure (.*): ([0-9.]+)$/\1|\2/p' "$WORK/settled.out")
  done
}

measure_reports() {
  local database what median worst rows rate heap
  for database in postgres sqlite; do
    dotnet "$BENCHMARKS" storage reports "$database" > "$WORK/reports.out"
    cat "$WORK/reports.out" >&2
    while IFS='|' read -r what median worst; do
      if [[ $what == "month by user, first"* ]]; then
        row "$what of 10 million entries, $database (worst of 15)" "$median ms ($worst ms)" "at most 50 ms" "$(judge "$median" le 50)"
      else
        row "$what, $database" "$median ms ($worst ms)" "-" "-"
      fi
    done < <(sed -nE 's/^  (.*[^ ]) +median +([0-9.,]+) ms, worst +([0-9.,]+) ms$/\1|\2|\3/p' "$WORK/reports.out" | tr -d ,)
    while IFS='|' read -r rows rate heap; do row "CSV of single jobs, $rows rows, $database; heap behind it" "$rate/s; $heap MiB" "at least 100,000/s" "$(judge "$rate" ge 100000)"; done \
      < <(sed -nE 's/^  CSV of single jobs: ([0-9,]+) rows in .* s, ([0-9,]+) rows\/s, heap ([0-9,]+) MiB.*$/\1|\2|\3/p' "$WORK/reports.out" | tr -d ,)
  done
}

# web_make SITE DATABASE FILL: a database filled by that benchmark, with an administrator; what BENCH_KEEP kept is taken as it is.
web_make() {
  local site=$1 database=$2 fill=$3 began=$SECONDS
  [ "$database" = sqlite ] || postgres_start
  options_of "$site"
  [ ! -f "$WORK/$site/administrator" ] || { say "$site is there already"; return; }
  mkdir -p "$WORK/$site"
  if [ "$database" = pg ]; then sql postgres "create database ${site//-/_}"; server secrets init "${OPTIONS[@]}" > /dev/null; fi
  # Once up makes secrets and tables; the code is for the administrator who looks.
  server_start "$site" --Polling:IdleSeconds=86400
  python3 Tools/bench/web.py administrator "$HTTPS" "$WORK/$site/administrator.new" "$(server setup-code "${OPTIONS[@]}" | grep -oE '([0-9A-Z]{4}-){3}[0-9A-Z]{4}')"
  server_stop
  say "filling $site"
  if [ "$database" = pg ]; then
    dotnet "$BENCHMARKS" "$fill" postgres "Host=127.0.0.1;Port=$PGPORT_BENCH;Username=postgres;Database=${site//-/_}" $(pick "" --quick) >&2
  else
    dotnet "$BENCHMARKS" "$fill" sqlite "$WORK/$site" $(pick "" --quick) >&2
  fi
  mv "$WORK/$site/administrator.new" "$WORK/$site/administrator"
  say "$site made in $((SECONDS - began)) s"
}

measure_web() {
  local database site kind path p50 p95 first bytes cpu
  for database in ${BENCH_DATABASES:-pg sqlite}; do
    site=web-$database
    web_make "$site" "$database" web
    server_start "$site" --Polling:IdleSeconds=86400
    sleep "$(pick 20 2)"
    python3 Tools/bench/web.py pages "$HTTPS" "$WORK/$site/administrator" "$SERVER_PID" device17 user17 "${BENCH_LOADS:-$(pick 40 5)}" > "$WORK/$site.pages"
    while IFS='|' read -r kind path p50 p95 first bytes cpu; do
      case $kind in
        page) row "page $path, $database: p50, p95 (first of all); bytes compressed; CPU of the server" "$p50, $p95 ms ($first ms); $bytes; $cpu ms" "p95 under 50 ms, 300,000 bytes" "$(judge "$p95" le 50), $(judge "$bytes" le 300000)" ;;
        assets) row "styles, scripts and chart library of all pages, compressed, $database" "$path bytes" "-" "-" ;;
        csv) row "CSV of single jobs through the web, $p50 rows, $database; resident before and at most; CPU of the server" "$path/s; $p95 and $first MiB; $bytes s" "at least 100,000/s" "$(judge "$path" ge 100000)" ;;
      esac
    done < "$WORK/$site.pages"
    [ "$database" = pg ] || measure_lighthouse "$(python3 Tools/bench/web.py cookie "$HTTPS" "$WORK/$site/administrator")"
    server_stop
  done
}

measure_lists() {
  local database site kind path p50 p95 first bytes cpu
  for database in ${BENCH_DATABASES:-pg sqlite}; do
    site=lists-$database
    web_make "$site" "$database" fleet-lists
    server_start "$site" --Polling:IdleSeconds=86400
    sleep "$(pick 20 2)"
    python3 Tools/bench/web.py pages "$HTTPS" "$WORK/$site/administrator" "$SERVER_PID" device17 user17 "${BENCH_LOADS:-$(pick 40 5)}" \
      / /Fleet "/Fleet?dq=sn1234" "/Fleet?dq=nobody+has+this" "/Fleet?dstate=silent" "/Fleet?dq=Site+17" "/FleetAgent?name=agent+17" "/FleetList?name=devices" "/FleetList?name=devices&state=silent&q=Site+17" \
      "/FleetList?name=supplies" "/FleetList?name=agents" "/FleetList?name=meter-reads" "/FleetList?name=meter-reads&q=Site+17" /FleetLinks "/Alerts" "/Alerts?show=all" "/Supplies" /Updates "/Fleet/devices.csv?q=Site+1717" "/Fleet/meter-reads.csv?q=Site+1717" > "$WORK/$site.pages"
    while IFS='|' read -r kind path p50 p95 first bytes cpu; do
      [ "$kind" != page ] || row "page $path, $database: p50, p95 (first of all); bytes compressed; CPU of the server" "$p50, $p95 ms ($first ms); $bytes; $cpu ms" "p95 under 50 ms, 300,000 bytes" "$(judge "$p95" le 50), $(judge "$bytes" le 300000)"
    done < "$WORK/$site.pages"
    server_stop
  done
}

measure_lighthouse() { # COOKIE
  local path line
  command -v node > /dev/null && command -v "${CHROMIUM:-chromium}" > /dev/null || { row "Lighthouse" "not run: apt-get install nodejs npm chromium" "-" "-"; return; }
  [ -d Tools/bench/lighthouse/node_modules ] || (cd Tools/bench/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || { row "Lighthouse" "not run: it does not restore from npm" "-" "-"; return; }
  for path in / "/Reports?name=users&period=lastMonth" /Coverage /Devices /Settings; do
    line=$(node Tools/bench/lighthouse/run.mjs "https://localhost:$HTTPS$path" "$1" 2> "$WORK/lighthouse.err") || { tail -3 "$WORK/lighthouse.err" >&2; row "Lighthouse, $path" "no figure" "95" "-"; continue; }
    row "Lighthouse, $path: performance, accessibility, first paint" "$(field "$line" performance), $(field "$line" accessibility), $(field "$line" firstPaintMs) ms" "95 and 95, under 1,000 ms" "$(judge "$(field "$line" performance)" ge 95), $(judge "$(field "$line" accessibility)" ge 95)"
  done
}

measure_receipts() {
  local database line token site devices
  devices=$(pick 200 40)
  silent_start
  for database in pg sqlite; do
    site=receipts-$database
    site_make "$site" "$devices" "$SILENT" 0
    options_of "$site"
    token=$(server token create --role administrator "${OPTIONS[@]}")
    server_start "$site" --Polling:IdleSeconds=86400
    line=$(load receipts --https "$HTTPS" --token "$token" --count "$devices" --parallel 32 --warm "$(pick 10 2)" --seconds "$(pick 30 5)" --server-pid "$SERVER_PID")
    echo "$line" >&2
    server_stop
    row "receipts acknowledged, one a message, $database, 32 clients over HTTPS ($(field "$line" serverCores) cores of the server)" "$(field "$line" perSecond)/s, $(field "$line" refused) refused" \
      "at least $([ $database = pg ] && echo 1,000 || echo 500)/s" "$(judge "$(field "$line" perSecond)" ge "$([ $database = pg ] && echo 1000 || echo 500)")"
    row "the same, answer p50 and p99 (worst)" "$(field "$line" answerP50Ms), $(field "$line" answerP99Ms) ms ($(field "$line" answerMaxMs) ms)" "p99 under 100 ms" "$(judge "$(field "$line" answerP99Ms)" le 100)"
  done
}

measure_reconcile() {
  local database what seconds
  for database in postgres sqlite; do
    dotnet "$BENCHMARKS" storage reconcile "$database" $(pick "" --quick) > "$WORK/reconcile.out"
    cat "$WORK/reconcile.out" >&2
    while IFS='|' read -r what seconds; do row "$what, $database and all" "$seconds s" "under 60 s" "$(judge "$seconds" le 60)"; done \
      < <(sed -nE 's/^figure (.*): ([0-9.]+)$/\1|\2/p' "$WORK/reconcile.out")
  done
}

measure_snmp() {
  local devices peer bulkget=- exporter=- ours last figure name ticks
  devices=$(pick 1000 50)
  last=$(($(nproc) - 1))
  simulator_start "$devices"
  # The copiers on the first core; the reader on the last one alone, the peers wherever they like.
  [ "$last" -eq 0 ] || taskset -apc 0 "$SIMULATOR_PID" > /dev/null
  while read -r peer figure; do
    case $peer in snmpbulkget) bulkget=$figure ;; snmp_exporter) exporter=$figure ;; esac
  done < <(Tools/bench/snmp_peers.sh "$SIMULATED" "$devices")
  row "devices read with snmpbulkget, one process each, 16 at a time: one table" "$bulkget/s" "-" "the peer"
  row "devices read with prometheus-snmp-exporter, 16 at a time: one table" "$exporter/s" "-" "the peer"
  taskset -c "$last" dotnet "$BENCHMARKS" meters "$SIMULATED" "$devices" "$(pick 30 3)" > "$WORK/meters.out"
  cat "$WORK/meters.out" >&2
  while IFS='|' read -r name figure; do
    case $name in
      "borders read"*)
        ours=$figure
        row "$name, on one core" "$ours/s" "5 times the exporter, 20 times snmpbulkget" \
          "$(calc "$ours / $exporter") and $(calc "$ours / $bulkget") times; $(judge "$ours" ge "$(calc "5 * $exporter")"), $(judge "$ours" ge "$(calc "20 * $bulkget")")" ;;
      *"bytes" | "CPU of"* | "of it"*) row "$name" "$figure" "-" "-" ;;
      *percent) row "$name" "$figure %" "under 10 %" "$(judge "$figure" le 10)" ;;
      *"resident memory, MB") row "$name" "$figure MB" "under 200 MB" "$(judge "$figure" le 200)" ;;
      *) row "$name" "$figure" "-" "-" ;;
    esac
  done < <(sed -nE 's/^figure (.*): ([0-9.]+)$/\1|\2/p' "$WORK/meters.out")
  if [ -x /usr/sbin/snmpd ] && command -v snmpget > /dev/null; then
    . Tools/bench/snmpd.sh
    snmpd_start
    [ "$last" -eq 0 ] || taskset -apc 0 "$SNMPD_PID" > /dev/null
    taskset -c "$last" dotnet "$BENCHMARKS" meters-v3 "$SNMPD_PORT" > "$WORK/meters-v3.out"
    cat "$WORK/meters-v3.out" >&2
    while IFS='|' read -r name figure ticks; do row "$name, reader on one core" "$figure/s, $ticks us of CPU each" "-" "-"; done \
      < <(sed -nE 's/^figure (.*): ([0-9]+)\|([0-9.]+)$/\1|\2|\3/p' "$WORK/meters-v3.out")
    snmpd_stop
  fi
  # The whole server on the load of 10,000 devices a minute: 1,000 every 6 s. Journal and database are in the figure.
  site_make polled-sqlite "$devices" "$SIMULATED" 1
  server_start polled-sqlite --Polling:IdleSeconds="$(pick 6 1)"
  sleep "$(pick 40 5)"
  ticks=$(awk '{ print $14 + $15 }' "/proc/$SERVER_PID/stat")
  sleep "$(pick 30 3)"
  figure=$(calc "($(awk '{ print $14 + $15 }' "/proc/$SERVER_PID/stat") - $ticks) / $(getconf CLK_TCK) / $(pick 30 3) * 100")
  row "the whole server, $devices devices every $(pick 6 1) s, SQLite, CPU of one core" "$figure %" "under 10 %" "$(judge "$figure" le 10)"
  figure=$(awk '/^Rss:/ { printf "%.0f", $2 * 1024 / 1e6 }' "/proc/$SERVER_PID/smaps_rollup")
  row "the same, resident memory" "$figure MB" "under 200 MB" "$(judge "$figure" le 200)"
  server_stop
  simulator_stop
}

measure_password() {
  local line pair one count
  command -v kinit > /dev/null && [ -x /usr/sbin/krb5kdc ] || { row "password logins" "not run: apt-get install krb5-kdc krb5-admin-server krb5-user krb5-pkinit" "-" "-"; return; }
  silent_start
  site_make kerberos-pg 60 "$SILENT" 0
  . Tools/bench/kdc.sh
  kdc_start
  { echo "username,principal,functions"; for i in $(seq -f %03g 0 199); do echo "k$i,k$i@BENCH.TEST,fax"; done; } > "$WORK/kerberos.csv"
  options_of kerberos-pg
  server import users "$WORK/kerberos.csv" "${OPTIONS[@]}" >&2
  server_start kerberos-pg --Polling:IdleSeconds=86400 --Terminals:LoginMethods='card;password' --Kerberos:Realm=BENCH.TEST --Kerberos:KeytabFile="$WORK/kdc/service.keytab" \
    --Kerberos:Kdcs:BENCH.TEST="127.0.0.1:$KDC_PORT"
  pair=$(kdc_pairs "$(pick 60 5)")
  line=$(load passwords --terminals "$TERMINALS" --keys "$WORK/kerberos-pg-inputs/keys" --count 1 --people 200 --seconds "$(pick 15 3)" --server-pid "$SERVER_PID")
  echo "$line" >&2
  one=$(field "$line" answerP50Ms)
  row "kinit and kvno, one after the other, processes and all (mean)" "$pair ms" "-" "the peer"
  row "password login at one terminal, line written to answer read (p50, p99)" "$one ms ($(field "$line" answerP99Ms) ms), $(field "$line" serverCpuUsPerDecision) us of server CPU each" "at most 1.5 times the peer" "$(calc "$one / $pair") times; $(judge "$one" le "$(calc "1.5 * $pair")")"
  for count in 16 50; do
    line=$(load passwords --terminals "$TERMINALS" --keys "$WORK/kerberos-pg-inputs/keys" --count "$count" --people 200 --seconds "$(pick 15 3)" --server-pid "$SERVER_PID")
    echo "$line" >&2
    row "password logins, $count terminals, one in flight each (p50, p99)" "$(field "$line" perSecond)/s ($(field "$line" answerP50Ms), $(field "$line" answerP99Ms) ms), $(field "$line" serverCores) cores" "at least 200/s" "$(judge "$(field "$line" perSecond)" ge 200)"
  done
  server_stop
  kdc_stop
  dotnet "$BENCHMARKS" cards > "$WORK/cards.out"
  cat "$WORK/cards.out" >&2
  while IFS='|' read -r what share worst whole; do row "$what: server's share (worst), whole login with a card that signs at once" "$share ms ($worst ms), $whole ms" "under 60 ms" "$(judge "$share" le 60)"; done \
    < <(sed -nE 's/^figure (.*): ([0-9.]+)\|([0-9.]+)\|([0-9.]+)$/\1|\2|\3|\4/p' "$WORK/cards.out")
}

measure_replicate() {
  local what seconds peer=
  dotnet "$BENCHMARKS" replicate $(pick "" --quick) > "$WORK/replicate.out"
  cat "$WORK/replicate.out" >&2
  while IFS='|' read -r what seconds; do
    case $what in
      ldapsearch*) peer=$seconds; row "$what (median of 3)" "$seconds" "-" "the peer" ;;
      *"full replication"*) row "$what" "$seconds" "at most 3 times ldapsearch" "$(calc "$seconds / $peer") times; $(judge "$seconds" le "$(python3 -c "print(3 * $peer)")")" ;;
      "100 changed"*) row "$what" "$seconds" "under 1" "$(judge "$seconds" le 1)" ;;
      *) row "$what" "$seconds" "-" "-" ;;
    esac
  done < <(sed -nE 's/^figure (.*): ([0-9.]+)$/\1|\2/p' "$WORK/replicate.out")
}

measure_people() {
  local what one rate median worst
  dotnet "$BENCHMARKS" people $(pick "" --quick) > "$WORK/people.out"
  cat "$WORK/people.out" >&2
  while IFS='|' read -r what one rate median worst; do row "$what, one after the other; 200 in flight (p50, p99)" "$one ms; $rate/s ($median, $worst ms)" "250,000 as fast as 1,000" "-"; done \
    < <(sed -nE 's/^figure ([^|]*)\|(.*)$/\1|\2/p' "$WORK/people.out")
}

measure_faultlab() {
  local line seconds parts=${LAB_PARTS:-weeks year postgres sigkill}
  dotnet build Tests/Integration -c Release -p:RunAnalyzers=false -v q -nologo > "$WORK/lab-build.log" 2>&1 || { cat "$WORK/lab-build.log" >&2; return 1; }
  lab() { # NAME RUNS DAYS TEST
    COPYTRACK_LAB_SEED=${LAB_SEED:-1} COPYTRACK_LAB_RUNS=$2 COPYTRACK_LAB_DAYS=$3 COPYTRACK_LAB_POSTGRES=$2 dotnet test Tests/Integration -c Release --no-build --logger 'console;verbosity=detailed' --filter "Name~$4" > "$WORK/lab.out" 2>&1 || true
    cat "$WORK/lab.out" >&2
    line=$(grep -E '^ *runs [0-9]+, .* s; causes' "$WORK/lab.out" | tail -1)
    seconds=$(sed -nE 's/.* ([0-9]+) s; causes.*/\1/p' <<< "$line")
    row "fault laboratory, $1: ${line%%; causes*}" "$seconds s" "unexplained 0, duplicates 0, right 99.9 %, inferred 2 %" "$(grep -q 'Passed:.*1' "$WORK/lab.out" && echo good || echo "not met")"
  }
  [[ " $parts " != *" weeks "* ]] || lab "weeks" "${LAB_WEEKS:-$(pick 1000 30)}" 7 whatever_fails_in_a_week
  [[ " $parts " != *" year "* ]] || lab "a year" 1 "${LAB_DAYS:-$(pick 365 30)}" whatever_fails_in_a_week
  [[ " $parts " != *" postgres "* ]] || lab "days on PostgreSQL" "$(pick 20 2)" 1 database_server_dies_too
  [[ " $parts " == *" sigkill "* ]] || return 0
  Tools/office-day.sh --only one --devices 8 --sessions "$(pick 400 60)" --kills "${LAB_KILLS:-$(pick 20 2)}" --gap 3 > "$WORK/office.out" 2>&1 && line=good || line="not met"
  cat "$WORK/office.out" >&2
  row "${LAB_KILLS:-$(pick 20 2)} real SIGKILLs: $(grep -oE 'devices 8, .*' "$WORK/office.out" | tail -1)" "-" "no fault" "$line"
}

measure_micro() {
  dotnet "$BENCHMARKS" micro $(pick "" --quick) "$WORK/micro" > "$WORK/micro.out" 2>&1 || { tail -20 "$WORK/micro.out" >&2; return 1; }
  cat "$WORK"/micro/results/*-github.md > "$WORK/micro.md"
}

for name in $wanted; do
  say "$name at $(date -u +%H:%M:%S), load $(cut -d' ' -f1 /proc/loadavg)"
  "measure_$name"
done

echo
echo "$(date -u +%F), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), $(. /etc/os-release; echo "$PRETTY_NAME"), .NET $(dotnet --version)"
echo
echo "| measurement | figure | target | |"
echo "|---|---|---|---|"
cat "$ROWS"
if [ -f "$WORK/micro.md" ]; then echo; cat "$WORK/micro.md"; fi
