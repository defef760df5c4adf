#!/usr/bin/env bash
# The worked example of docs/terminal-protocol.md: one walk-up by hand, with openssl and curl in place of a terminal.
# Everything runs on this machine on free ports and in a temporary folder. Exit status 0 when the reports agree with what truly happened.
#
#   COPYTRACK       the server program         (default: dotnet run --project Server --)
#   MFP_SIMULATOR   the simulated copier       (default: dotnet run --project Tools/MfpSimulator/Program --)
#   SIMULATED       what it simulates          (default: --model kyocera; or --walk FILE.snmprec)
set -euo pipefail
cd "$(dirname "$0")/.."
copytrack=${COPYTRACK:-dotnet run --project $PWD/Server --}
simulator=${MFP_SIMULATOR:-dotnet run --project $PWD/Tools/MfpSimulator/Program --}
simulated=${SIMULATED:---model kyocera}
folder=$(mktemp -d)
cd "$folder"
trap 'kill $(jobs -p) 2>/dev/null || true; wait || true; rm -rf "$folder"' EXIT

say() { printf '\n# %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
member() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }
await() { for _ in $(seq 300); do grep -q "$1" "$2" 2>/dev/null && return; sleep 0.2; done; cat "$2" >&2; fail "nothing like '$1' in $2"; }
cli() { $copytrack "$@" --Data:Directory="$folder/data" --Site:TimeZone=UTC; }

say 'A copier: its meters answer SNMP, its panel is locked. Commands to it go to a control port.'
show "mfp-simulator $(printf '%s' "$simulated" | sed 's#/[^ ]*/##') --port 0 --control 0 --locked --truth truth.jsonl"
$simulator $simulated --port 0 --control 0 --locked --truth truth.jsonl < /dev/null > copier.txt 2> copier.err &
await '^control' copier.txt
grep -h '^ready' copier.txt
snmp=$(sed -n 's/^ready [^ ]*:\([0-9]*\) .*/\1/p' copier.txt)
exec {control}<>"/dev/tcp/127.0.0.1/$(sed -n 's/^control .*://p' copier.txt)"
copier() { show "copier: $*"; printf '%s\n' "$*" >&"$control"; IFS= read -r -t 300 answer <&"$control"; printf '%s\n' "$answer"; }

say 'The server, with one device and one person who has a card.'
printf 'name,address,port,community,location\nreception,127.0.0.1,%s,public,Ground floor\n' "$snmp" > devices.csv
printf 'username,displayName,department,cards\nanna,Anna Berg,Sales,04A1B2C3D4\n' > users.csv
for kind in devices users; do
  show "cat $kind.csv"
  cat "$kind.csv"
  show "copytrack import $kind $kind.csv"
  cli import "$kind" "$kind.csv"
done
$copytrack serve --Data:Directory="$folder/data" --Site:TimeZone=UTC --Https:Port=0 --Terminals:Port=0 > server.txt 2> server.err &
server=$!
await '^ready' server.txt
show 'copytrack serve'
cat server.txt
https=$(sed -n 's/.*https=\([0-9]*\).*/\1/p' server.txt)
port=$(sed -n 's/.*terminals=\([0-9]*\).*/\1/p' server.txt)
est=https://localhost:$https/.well-known/est

say 'A one-time code for the terminal, and the CA fingerprint that goes with it (section 1).'
show 'copytrack terminal enrol-code box --device reception'
cli terminal enrol-code box --device reception > code.json
sed 's/"code":"[^"]*"/"code":"..."/' code.json
terminal=$(member terminal < code.json)
code=$(member code < code.json)

say 'The CA, before anything is trusted: only its fingerprint decides.'
show "curl -sk $est/cacerts | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ca.pem"
curl -sSk "$est/cacerts" | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ca.pem
show 'openssl x509 -in ca.pem -outform DER | openssl dgst -sha256 -r'
fingerprint=$(openssl x509 -in ca.pem -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1)
printf '%s\n' "$fingerprint"
[ "$fingerprint" = "$(member caFingerprint < code.json)" ] || fail 'the fingerprint is another one'

say 'A key, a certificate request, and the certificate for it: now over a connection that the CA vouches for.'
show 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem'
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
show 'openssl req -new -key key.pem -subj /CN=box -outform DER | openssl base64 > request.b64'
openssl req -new -key key.pem -subj /CN=box -outform DER | openssl base64 > request.b64
show "curl -s --cacert ca.pem -u TERMINAL:CODE -H 'Content-Type: application/pkcs10' -H 'Content-Transfer-Encoding: base64' --data-binary @request.b64 -D headers.txt -o own.b64 $est/simpleenroll"
curl -sS --cacert ca.pem -u "$terminal:$code" -H 'Content-Type: application/pkcs10' -H 'Content-Transfer-Encoding: base64' \
  --data-binary @request.b64 -D headers.txt -o own.b64 "$est/simpleenroll"
tr -d '\r' < headers.txt | grep -i '^HTTP\|^content-t'
show 'openssl base64 -d -in own.b64 | openssl pkcs7 -inform DER -print_certs -out own.pem'
openssl base64 -d -in own.b64 | openssl pkcs7 -inform DER -print_certs -out own.pem
show 'openssl x509 -in own.pem -noout -ext subjectAltName,extendedKeyUsage'
openssl x509 -in own.pem -noout -ext subjectAltName,extendedKeyUsage
openssl verify -CAfile ca.pem -purpose sslclient own.pem > /dev/null || fail 'the certificate does not verify'

say 'Without a certificate the server ends the connection before it says anything (some TLS libraries send no alert).'
show "openssl s_client -connect localhost:$port -CAfile ca.pem"
{ printf '{"jsonrpc":"2.0","id":1,"method":"terminal.ping","params":{}}\n'; sleep 2; } | openssl s_client -connect "localhost:$port" -CAfile ca.pem -quiet > bare.txt 2> bare.err || true
grep -o 'tlsv13 alert [a-z ]*\|alert [a-z ]*\|unexpected eof[a-z ]*\|write:errno=[0-9]*' bare.err | head -n 1 || { cat bare.err >&2; fail 'the connection stayed open'; }
[ ! -s bare.txt ] || fail 'the server spoke to a stranger'

say 'The connection (sections 2 and 3): one JSON object a line, > is the terminal, < the server.'
show "openssl s_client -connect localhost:$port -CAfile ca.pem -cert own.pem -key key.pem -alpn copytrack/1 -verify_hostname localhost -verify_return_error -quiet"
coproc TLS { exec openssl s_client -connect "localhost:$port" -CAfile ca.pem -cert own.pem -key key.pem -alpn copytrack/1 \
  -verify_hostname localhost -verify_return_error -quiet 2> tls.err; }
tls_in=${TLS[1]} tls_out=${TLS[0]}
send() { printf '> %s\n' "$1"; printf '%s\n' "$1" >&"$tls_in"; }
hear() { IFS= read -r -t 30 line <&"$tls_out" || { cat tls.err >&2; fail "the server said nothing"; }; printf '< %s\n' "$line"; }

# Reads until a line has this text; a request of the server is answered by hand.
until_heard() {
  while hear; do
    case $line in
      *'"method":"panel.unlock"'*)
        functions=$(printf '%s' "$line" | sed 's/.*"functions":\[\([^]]*\)\].*/\1/; s/"//g')
        copier device 1 panel unlock "$functions"
        send "{\"jsonrpc\":\"2.0\",\"id\":$(printf '%s' "$line" | member id),\"result\":{\"state\":\"unlocked\"}}" ;;
      *'"method":"panel.lock"'*)
        copier device 1 panel lock
        send "{\"jsonrpc\":\"2.0\",\"id\":$(printf '%s' "$line" | member id),\"result\":{\"state\":\"locked\"}}" ;;
      *'"method":"panel.message"'* | *'"method":"terminal.ping"'*)
        send "{\"jsonrpc\":\"2.0\",\"id\":$(printf '%s' "$line" | member id),\"result\":{}}" ;;
    esac
    case $line in *"$1"*) return ;; *'"error"'*) fail "$line" ;; esac
  done
}

send '{"jsonrpc":"2.0","id":1,"method":"terminal.hello","params":{"protocol":1,"vendor":"Example","model":"openssl","firmware":"1","capabilities":["card","embedded","projects"]}}'
until_heard '"id":1,"result"'
say 'Anna puts her badge on the reader.'
send '{"jsonrpc":"2.0","id":2,"method":"session.login","params":{"method":"card","card":"04:a1:b2:c3:d4","attempt":"example-1"}}'
until_heard '"id":2,"result"'
session=$(printf '%s' "$line" | member session)
until_heard '"method":"panel.unlock"'
say 'She copies: five pages black on A4, three in colour on A3, four black two-sided.'
copier device 1 copy pages=5 user=anna
copier device 1 copy pages=3 color=color size=A3 user=anna
copier device 1 copy pages=4 duplex=yes user=anna
copier settle
say 'She presses the logout key. The terminal locks at once; the server answers and says it too.'
copier device 1 panel lock
send "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"session.logout\",\"params\":{\"session\":\"$session\",\"reason\":\"user\"}}"
until_heard '"id":3,"result"'
until_heard '"method":"panel.lock"'

say 'The session settles when the counters have come to rest.'
token=$(cli token create --role administrator)
show "curl --cacert ca.pem -H 'Authorization: Bearer TOKEN' 'https://localhost:$https/api/v1/sessions?state=settled'"
for _ in $(seq 60); do
  curl -sS --cacert ca.pem -H "Authorization: Bearer $token" "https://localhost:$https/api/v1/sessions?state=settled" > sessions.json
  grep -q "\"$session\"" sessions.json && break
  sleep 1
done
grep -q "\"$session\"" sessions.json || fail 'the session did not settle'
cat sessions.json; printf '\n'

say 'What truly happened, as the copier saw it, and what the server says. This maker counts A3 twice, so its meter moves by the equivalents.'
copier truth user=anna
true_pages=$(printf '%s' "$answer" | member impressions)
true_sheets=$(printf '%s' "$answer" | member sheets)
show 'copytrack report users'
cli report users
show 'copytrack report coverage'
cli report coverage
show 'copytrack audit'
cli audit || fail 'the audit is not good'
cli report users --format json > users.json
cli report coverage --format json > coverage.json
[ "$(tr -d ' \n' < users.json | member impressions)" = "$true_pages" ] || fail "the report has other pages than $true_pages"
[ "$(tr -d ' \n' < users.json | member sheets)" = "$true_sheets" ] || fail "the report has other sheets than $true_sheets"
metered=$(tr -d ' \n' < coverage.json | member metered)
[ "$metered" = "$true_pages" ] || [ "$metered" = "$(printf '%s' "$answer" | member equivalents)" ] || fail "the meters moved by $metered"
[ "$(tr -d ' \n' < coverage.json | member attributed)" = "$metered" ] || fail 'not every page on the meters is hers'
[ "$(tr -d ' \n' < coverage.json | member unexplained)" = 0 ] || fail 'the coverage has unexplained pages'
kill "$server"
wait "$server" || fail "the server ended with $?"
say "To the page: $true_pages impressions on $true_sheets sheets by the copier and by the report."
