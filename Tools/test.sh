#!/usr/bin/env bash
# Installs what the tests need (Debian or Ubuntu), builds everything and runs all tests.
# Ends with one line "N passed, N failed, N skipped"; the exit status is 0 only when none failed.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { # PROGRAM PACKAGE: remembers PACKAGE when PROGRAM is missing
  command -v "$1" >/dev/null 2>&1 || [ -x "$1" ] || missing+=("$2")
}

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
need /usr/sbin/snmpd snmpd
need snmpget snmp
need openssl openssl
need node nodejs
need npm npm
need curl curl
need setpriv util-linux
need /usr/sbin/slapd slapd
need ldapmodify ldap-utils
need /usr/sbin/samba samba-ad-dc
need samba-tool samba-common-bin
[ -d /usr/share/samba/setup ] || missing+=(samba-ad-provision)
compgen -G '/usr/lib/*/samba/ldb/samba_dsdb.so' >/dev/null || missing+=(samba-dsdb-modules)
compgen -G '/usr/lib/*/samba/vfs/acl_xattr.so' >/dev/null || missing+=(samba-vfs-modules)
need /usr/sbin/winbindd winbind
need /usr/sbin/pcscd pcscd
[ -e /usr/lib/pcsc/drivers/serial/libifdvpcd.so ] || compgen -G '/usr/lib/*/pcsc/drivers/serial/libifdvpcd.so*' >/dev/null || compgen -G '/usr/lib/pcsc/drivers/serial/libifdvpcd.so*' >/dev/null || missing+=(vsmartcard-vpcd)
need /usr/bin/chromium chromium
need /usr/sbin/krb5kdc krb5-kdc
need /usr/sbin/kadmin.local krb5-admin-server
need kinit krb5-user
compgen -G '/usr/lib/*/krb5/plugins/preauth/pkinit.so' >/dev/null || missing+=(krb5-pkinit)
need softhsm2-util softhsm2
need faketime faketime
need /usr/sbin/exim4 exim4-daemon-light
need /usr/sbin/ippeveprinter cups-ipp-utils
need dbus-daemon dbus-daemon
need pdftotext poppler-utils
need pdftoppm poppler-utils
need pkcs11-tool opensc
compgen -G '/usr/lib/*/opensc-pkcs11.so' >/dev/null || missing+=(opensc-pkcs11)
/usr/bin/python3 -c "import zeep" 2>/dev/null || missing+=(python3-zeep)
need /usr/bin/php php-cli
/usr/bin/php -m 2>/dev/null | grep -i "^soap$" > /dev/null || missing+=(php-soap)
/usr/bin/perl -MSOAP::Lite -e 1 2>/dev/null || missing+=(libsoap-lite-perl)
/usr/bin/perl -MLWP::Protocol::https -e 1 2>/dev/null || missing+=(liblwp-protocol-https-perl)
if [ "${#missing[@]}" -gt 0 ]; then
  echo "installing: ${missing[*]}" >&2
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  # Services of these packages are not wanted on this machine: the tests start private ones.
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 COPYTRACK_TEST_REQUIRED=1
results=$(mktemp -d); trap 'rm -rf "$results"' EXIT
dotnet build CopyTrack.sln -v q

run() { # PROJECT [ARGUMENT...]: tests one; fails when it failed
  local project=$1; shift
  dotnet test "Tests/$project" --no-build --logger "trx;LogFilePrefix=$project" --results-directory "$results" "$@"
}

quick() { # the lane beside Server.Tests
  local project failed=0
  for project in Accounting.Tests Identity.Tests Terminal.Protocol.Tests Tools.Tests; do run "$project" "$@" || failed=1; done
  # Those with a KDC run one after the other and wait for it: they fill the lane.
  [ $# -gt 0 ] || run Integration --filter 'FullyQualifiedName~.Kerberos.&TestCategory!=Alone' || failed=1
  return "$failed"
}

# Three lanes, each of which waits much of its time; then those that want the machine for themselves.
status=0
lanes=()
if [ $# -gt 0 ]; then
  run Server.Tests "$@" & lanes+=($!)
else
  run Server.Tests --filter 'TestCategory!=Alone' & lanes+=($!)
  run Integration --filter 'FullyQualifiedName!~.Kerberos.&TestCategory!=Alone' & lanes+=($!)
fi
quick "$@" || status=1
for lane in "${lanes[@]}"; do wait "$lane" || status=1; done
if [ $# -gt 0 ]; then
  run Integration "$@" || status=1
else
  for project in Server.Tests Integration; do run "$project" --filter TestCategory=Alone || status=1; done
fi

# What failed is told once more at the end: three lanes at once leave it far above.
python3 - "$results" <<'PY'
import glob, sys, xml.etree.ElementTree as ET
passed = failed = skipped = 0
for path in glob.glob(sys.argv[1] + "/**/*.trx", recursive=True):
    root = ET.parse(path).getroot()
    counters = root.find(".//{*}Counters")
    total, executed = int(counters.get("total")), int(counters.get("executed"))
    good = int(counters.get("passed"))
    passed += good; failed += executed - good; skipped += total - executed
    classes = {test.get("id"): test.find("{*}TestMethod").get("className") for test in root.iterfind(".//{*}UnitTest")}
    for result in root.iterfind(".//{*}UnitTestResult"):
        if result.get("outcome") == "Passed":
            continue
        said = (result.findtext(".//{*}Message") or "").strip() + "\n" + (result.findtext(".//{*}StackTrace") or "").strip()
        print(f"{result.get('outcome')}: {classes.get(result.get('testId'))}.{result.get('testName')}, {result.get('startTime')} to {result.get('endTime')}")
        print("  " + "\n  ".join(said.strip()[:1500].splitlines()))
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
PY
exit $status
