#!/usr/bin/env bash
# Pictures of every page of the demo, light and dark, on a desk, a phone and a small panel: Tools/screenshots.sh DIRECTORY [LANGUAGE, such as de-DE]
# With ONLY=REGEX of the pages alone whose path fits; with AXE=1 also what keeps people out.
set -euo pipefail
out="$(mkdir -p "${1:?Tools/screenshots.sh DIRECTORY}" && cd "$1" && pwd)"
cd "$(dirname "$0")/.."
server="${COPYTRACK:-Server/bin/Debug/net10.0/copytrack.dll}"
[ -e "$server" ] || dotnet build Server -v q
[ -d Tests/Browser/node_modules ] || (cd Tests/Browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
office="$(mktemp -d)"
dotnet "$server" demo "--Data:Directory=$office/office" --Https:Port=0 --Terminals:Port=0 >"$office/log" 2>&1 &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; rm -rf "$office"' EXIT
for _ in $(seq 300); do
  base="$(sed -n 's#^open \(https://.*\)/$#\1#p' "$office/log")"
  [ -z "$base" ] || break
  kill -0 "$demo" 2>/dev/null || { cat "$office/log" >&2; exit 1; }
  sleep 0.2
done
code="$(dotnet "$server" setup-code --another "--Data:Directory=$office/office" | grep -oE '([0-9A-Z]{4}-){3}[0-9A-Z]{4}')"
node Tests/Browser/walk.mjs --base "$base" --code "$code" --shots "$out" --language "${2:-en-GB}" ${AXE:+--axe} ${ONLY:+--only "$ONLY"}
echo "$(ls "$out"/*.png | wc -l) pictures in $out"
