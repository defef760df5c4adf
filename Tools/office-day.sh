#!/usr/bin/env bash
# Lives two full office days with simulated copiers and the real server, and checks that every page stands under its person:
# one server on the embedded database that is killed ten times, then two nodes on one PostgreSQL, one killed, one stopped for a while.
# Options: --devices N (50) --sessions N (2000) --kills N (10) --seed N (1) --gap SECONDS between people (7) --only one|two
# Each day takes 10 to 15 minutes. The last line of a day has its figures; the exit status is 0 only when both were good.
set -euo pipefail
cd "$(dirname "$0")/.."

devices=50 sessions=2000 kills=10 seed=1 gap=7 only=both
while [ $# -gt 0 ]; do
  case "$1" in
    --devices) devices=$2 ;;
    --sessions) sessions=$2 ;;
    --kills) kills=$2 ;;
    --seed) seed=$2 ;;
    --gap) gap=$2 ;;
    --only) only=$2 ;;
    *) echo "$1: no such option" >&2; exit 2 ;;
  esac
  shift 2
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export COPYTRACK_OFFICE_DEVICES=$devices COPYTRACK_OFFICE_SESSIONS=$sessions COPYTRACK_OFFICE_KILLS=$kills COPYTRACK_OFFICE_SEED=$seed
export COPYTRACK_OFFICE_GAP=$gap COPYTRACK_OFFICE_AWAY=60 COPYTRACK_OFFICE_STOPPED=20 COPYTRACK_OFFICE_MINUTES=40
case "$only" in
  one) filter='Name~killed_during_the_day' ;;
  two) filter='Name~one_of_two_nodes' ;;
  *) filter='FullyQualifiedName~OfficeDayTests' ;;
esac
dotnet build Tests/Integration -v q
exec dotnet test Tests/Integration --no-build --filter "$filter" --logger 'console;verbosity=detailed'
