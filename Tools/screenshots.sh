#!/usr/bin/env bash
# Pictures of every page of the demo, light and dark, on a desk, a phone and a small panel: Tools/screenshots.sh DIRECTORY [LANGUAGE, such as de-DE]
# With ONLY=REGEX of the pages alone whose path or name fits; with AXE=1 also what keeps people out.
# A fleet of three more copiers is read by an agent inside the server.
set -euo pipefail
out="$(mkdir -p "${1:?Tools/screenshots.sh DIRECTORY}" && cd "$1" && pwd)"
cd "$(dirname "$0")/.."
server="${COPYTRACK:-Server/bin/Debug/net10.0/copytrack.dll}"
copiers="Tools/MfpSimulator/Program/bin/Debug/net10.0/mfp-simulator.dll"
[ -e "$server" ] || dotnet build Server -v q
[ -e "$copiers" ] || dotnet build Tools/MfpSimulator/Program -v q
[ -d Tests/Browser/node_modules ] || (cd Tests/Browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
office="$(mktemp -d)"
port=$((20000 + RANDOM % 10000))
dotnet "$copiers" --model kyocera,ricoh,canon --count 3 --address 127.79.0.1 --port "$port" </dev/null >/dev/null 2>&1 &
fleet=$!
cat >"$office/agent.json" <<END
{ "manager": "https://localhost", "state": "$office/agent", "ranges": ["127.79.0.1-3"], "port": $port, "counterSeconds": 5, "inventorySeconds": 5 }
END
dotnet "$server" demo "--Data:Directory=$office/office" --Https:Port=0 --Terminals:Port=0 "--Fleet:LocalAgent=$office/agent.json" --Alerts:RoundSeconds=5 --Web:Roles:walkers=user >"$office/log" 2>&1 &
demo=$!
trap 'kill "$demo" "$fleet" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; rm -rf "$office"' EXIT
for _ in $(seq 300); do
  base="$(sed -n 's#^open \(https://.*\)/$#\1#p' "$office/log")"
  [ -z "$base" ] || break
  kill -0 "$demo" 2>/dev/null || { cat "$office/log" >&2; exit 1; }
  sleep 0.2
done
code="$(dotnet "$server" setup-code --another "--Data:Directory=$office/office" | grep -oE '([0-9A-Z]{4}-){3}[0-9A-Z]{4}')"
node Tests/Browser/walk.mjs --base "$base" --code "$code" --shots "$out" --database "$office/office/copytrack.db" --language "${2:-en-GB}" ${AXE:+--axe} ${ONLY:+--only "$ONLY"}
echo "$(ls "$out"/*.png | wc -l) pictures in $out"
