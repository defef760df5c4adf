# The measurements of the fleet: agents and their manager. Sourced by bench.sh, not run.

measure_fleet() { # a day of 300 devices at three sites, an hour in a minute
  local line
  dotnet build Tests/Integration -v q -nologo > "$WORK/fleet-build.log" 2>&1 || { cat "$WORK/fleet-build.log" >&2; return 1; }
  COPYTRACK_FLEET_DEVICES=$(pick 100 10) COPYTRACK_FLEET_MINUTES=$(pick 24 1) dotnet test Tests/Integration --no-build --logger 'console;verbosity=detailed' --filter "FullyQualifiedName~FleetDayTests" > "$WORK/fleet.out" 2>&1 || true
  cat "$WORK/fleet.out" >&2
  line=$(grep -oE '[0-9]+ devices and one on USB, .*' "$WORK/fleet.out" | tail -1)
  row "fleet: $line" "-" "every reading once" "$(grep -q 'Passed:.*1' "$WORK/fleet.out" && echo good || echo "not met")"
}

measure_ingest() {
  local database name figure
  for database in postgres sqlite; do
    dotnet "$BENCHMARKS" storage fleet "$database" $(pick "" --quick) > "$WORK/ingest.out"
    cat "$WORK/ingest.out" >&2
    while IFS='|' read -r name figure; do
      case $name in
        *percent) row "$name, $database and all" "$figure %" "80 % of two cores (60 % to spare)" "$(judge "$figure" le 80)" ;;
        *) row "$name, $database" "$figure/s" "$([ $database = postgres ] && echo "at least 5,000/s" || echo -)" "$([ $database = postgres ] && judge "$figure" ge 5000 || echo -)" ;;
      esac
    done < <(sed -nE 's/^figure (.*): ([0-9.]+)$/\1|\2/p' "$WORK/ingest.out")
  done
}

measure_agents() { # the manager beside many agents over TLS; on PostgreSQL its share is told apart
  local database site line token pid
  for database in ${AGENTS_DATABASES:-pg sqlite}; do
    site=agents-$database
    mkdir -p "$WORK/$site"
    if [ "$database" = pg ]; then postgres_start; sql postgres "create database ${site//-/_}"; fi
    options_of "$site"
    [ "$database" != pg ] || server secrets init "${OPTIONS[@]}" > /dev/null
    token=$(server token create --role administrator "${OPTIONS[@]}")
    server_start "$site" --Polling:IdleSeconds=86400
    pid=$([ "$database" = pg ] && echo "$POSTGRES_PID" || true)
    line=$(load agents --https "$HTTPS" --token "$token" --count "${BENCH_AGENTS:-$(pick 2000 40)}" --devices 100 --rate 222 --warm "$(pick 20 2)" --seconds "$(pick 90 5)" --server-pid "$SERVER_PID" ${pid:+--database-pid "$pid"})
    echo "$line" >&2
    server_stop
    row "$(field "$line" agents) agents enrolled, $(field "$line" devices) devices of those that speak in the time, over HTTPS, a TLS handshake each message, $(field "$line" recordsPerSecond) records/s, $database: the manager's CPU of one core (nobody sending); PostgreSQL's" \
      "$(calc "100 * $(field "$line" serverCores)") % ($(calc "100 * $(field "$line" idleCores)") %)$([ "$database" = pg ] && echo "; $(calc "100 * $(field "$line" databaseCores)") %")" \
      "80 % of two cores (60 % to spare)" "$(judge "$(calc "100 * ($(field "$line" serverCores) + $([ "$database" = pg ] && field "$line" databaseCores || echo 0))")" le 80)"
    row "the same: CPU of a message of 100 devices; answer p50, p99 (worst); resident" "$(field "$line" serverCpuMsPerMessage) ms; $(field "$line" answerP50Ms), $(field "$line" answerP99Ms) ms ($(field "$line" answerMaxMs) ms); $(field "$line" rssMb) MB" "-" "-"
    row "the same: first messages, $(field "$line" devices) new devices with everything they say, into the ledger" "$(field "$line" filledPerSecond)/s" "-" "-"
  done
}

# agent_publish: the agent as it is shipped, in AGENT.
agent_publish() {
  [ -n "${AGENT:-}" ] && return
  AGENT=$WORK/agent/copytrack-agent
  dotnet publish Tools/Agent/Program -c Release -r linux-x64 -o "$WORK/agent" -p:RunAnalyzers=false -v q -nologo > "$WORK/publish.log" 2>&1 || { cat "$WORK/publish.log" >&2; return 1; }
}

measure_agent() {
  local name figure
  agent_publish
  unshare -rn Tools/bench/agent.py agent "$SERVER" "$AGENT" "$SIMULATOR" "$(pick 1000 40)" "$(pick 180 20)" > "$WORK/agent.out"
  cat "$WORK/agent.out" >&2
  while IFS='|' read -r name figure; do
    case $name in
      "idle agent"*) row "$name" "$figure" "at most 40 MB" "$(judge "$figure" le 40)" ;;
      "agent with"* | *"peak, MB") row "$name" "$figure" "at most 80 MB" "$(judge "$figure" le 80)" ;;
      "CPU of"*) row "$name" "$figure %" "at most 5 %" "$(judge "$figure" le 5)" ;;
      *"one regular read, a device") [[ $name = bytes* ]] && row "$name" "$figure" "at most 5,000" "$(judge "$figure" le 5000)" || row "$name" "$figure" "-" "-" ;;
      *) row "$name" "$figure" "-" "-" ;;
    esac
  done < <(sed -nE 's/^figure (.*): (.*)$/\1|\2/p' "$WORK/agent.out")
}

measure_fusion() {
  local name figure
  command -v fusioninventory-netinventory > /dev/null || { row "beside fusioninventory-netinventory" "not run: apt-get install fusioninventory-agent-task-network" "-" "-"; return; }
  agent_publish
  unshare -rn Tools/bench/agent.py fusion "$SERVER" "$AGENT" "$SIMULATOR" "$(pick 300 30)" 0 > "$WORK/fusion.out"
  cat "$WORK/fusion.out" >&2
  while IFS='|' read -r name figure; do row "$name" "$figure" "-" "-"; done < <(sed -nE 's/^figure (.*): (.*)$/\1|\2/p' "$WORK/fusion.out")
}
