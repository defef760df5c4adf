#!/bin/bash
# Publishes the agent as it is shipped: one trimmed file for each platform, which needs nothing installed.
#   Tools/publish-agent.sh FOLDER [PLATFORM...]      platforms: linux-x64 linux-arm64 win-x64; without one: all
# VERSION=1.2.0 gives it a version, RELEASE_KEYS=release.pub.pem the keys that updates are checked against (docs/fleet.md, Updates).
# Each file is looked at afterwards: that it is a program of that platform, and that nothing but it is needed. A program of this machine's platform is run too (its
# usage, and a check of the shipped settings); those of other platforms can't be, and are told as built and not run.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
out=$(mkdir -p "$1" && cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- linux-x64 linux-arm64 win-x64
for platform; do
  case $platform in linux-x64 | linux-arm64 | win-x64) ;; *) echo "publish-agent.sh: no platform $platform; there are: linux-x64 linux-arm64 win-x64" >&2; exit 2 ;; esac
done

# kind FILE: what a program is for, by its first bytes (ELF: e_machine at 18; PE: Machine behind the offset at 60).
kind() {
  python3 - "$1" <<'PY'
import struct, sys
head = open(sys.argv[1], "rb").read(4096)
if head[:4] == b"\x7fELF":
    print({62: "linux-x64", 183: "linux-arm64"}.get(struct.unpack_from("<H", head, 18)[0], "linux-other"))
elif head[:2] == b"MZ":
    at = struct.unpack_from("<I", head, 60)[0]
    print({0x8664: "win-x64"}.get(struct.unpack_from("<H", head, at + 4)[0], "win-other") if head[at:at + 4] == b"PE\0\0" else "other")
else:
    print("other")
PY
}

case $(uname -sm) in "Linux x86_64") here=linux-x64 ;; "Linux aarch64") here=linux-arm64 ;; *) here=none ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for platform; do
  rm -rf "$out/$platform"
  log=$work/$platform.log
  dotnet publish Tools/Agent/Program -c Release -r "$platform" -o "$out/$platform" -p:RunAnalyzers=false ${VERSION:+"-p:Version=$VERSION"} ${RELEASE_KEYS:+"-p:ReleaseKeysFile=$(realpath "$RELEASE_KEYS")"} -v q -nologo > "$log" 2>&1 \
    || { cat "$log" >&2; echo "publish-agent.sh: $platform can't be published" >&2; exit 1; }
  program=$out/$platform/copytrack-agent
  case $platform in
    win-*)
      program=$program.exe
      # A part of IIS that comes with ASP.NET Core and that no agent loads.
      rm -f "$out/$platform/aspnetcorev2_inprocess.dll"
      ;;
  esac
  rm -f "$out/$platform"/*.pdb "$out/$platform"/*.xml
  [ "$(kind "$program")" = "$platform" ] || { echo "publish-agent.sh: $program is a program for $(kind "$program")" >&2; exit 1; }
  others=$(find "$out/$platform" -type f ! -name "$(basename "$program")")
  [ -z "$others" ] || { printf 'publish-agent.sh: more than one file is needed:\n%s\n' "$others" >&2; exit 1; }
  told="built, not run"
  if [ "$platform" = "$here" ]; then
    "$program" --help > "$work/help" 2>&1 && grep -q 'copytrack-agent run' "$work/help" || { cat "$work/help" >&2; echo "publish-agent.sh: $program does not run" >&2; exit 1; }
    "$program" check --config Tools/Agent/packaging/agent.sample.json || { echo "publish-agent.sh: $program does not take the sample settings" >&2; exit 1; }
    told="built and run"
  fi
  echo "$platform: $program, $(stat -c %s "$program" | awk '{ printf "%.1f", $1 / 1e6 }') MB, $told"
done
