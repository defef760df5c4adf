#!/usr/bin/env python3
"""Signs an administrator in by a set-up code, then measures pages and the longest export, as a browser asks for them.

usage: web.py HTTPS_PORT SETUP_CODE DEVICE PERSON [LOADS]
Prints lines 'page|PATH|P50_MS|P95_MS|FIRST_MS|BYTES', 'assets|BYTES', 'csv|ROWS_PER_SECOND|ROWS|SERVER_MIB' and 'cookie|VALUE' (the session, for whoever looks on).
Times are from the request written to the last byte read, over one kept-alive connection, compressed as a browser asks for it.
"""
import base64, gzip, hashlib, hmac, http.client, re, ssl, struct, sys, time, urllib.parse

PASSWORD = "correct horse battery"
port, code, device, person = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
loads = int(sys.argv[5]) if len(sys.argv) > 5 else 40
server_pid = int(sys.argv[6]) if len(sys.argv) > 6 else 0
context = ssl._create_unverified_context()
connection = http.client.HTTPSConnection("localhost", port, context=context)
cookies = {}


def ask(method, path, form=None):
    """One request; returns status, headers and the whole body as it came."""
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    body = None
    if form is not None:
        body = urllib.parse.urlencode(form)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    data = answer.read()
    for line in answer.headers.get_all("Set-Cookie") or []:
        name, _, value = line.partition(";")[0].partition("=")
        if value:
            cookies[name] = value
        else:
            cookies.pop(name, None)
    return answer, data


def text(answer, data):
    return (gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data).decode()


def page(path):
    """A page with redirects followed."""
    for _ in range(5):
        answer, data = ask("GET", path)
        if answer.status not in (301, 302, 303):
            return answer, data, path
        path = answer.headers["Location"]
    raise SystemExit(f"{path}: too many redirects")


def post(path, form):
    answer, data, _ = page(path)
    form["__RequestVerificationToken"] = re.search(r'name="__RequestVerificationToken"[^>]*value="([^"]+)"', text(answer, data)).group(1)
    answer, data = ask("POST", path, form)
    return page(answer.headers["Location"]) if answer.status in (301, 302, 303) else (answer, data, path)


def totp(key):
    secret = base64.b32decode(key.replace(" ", "") + "=" * (-len(key.replace(" ", "")) % 8))
    digest = hmac.new(secret, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[19] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


answer, data, at = post("/Setup", {"code": code, "name": "ada", "password": PASSWORD})
if at.startswith("/Enrol"):
    key = re.search(r'class="key">([A-Z2-7 ]+)<', text(answer, data)).group(1)
    post("/Enrol", {"code": totp(key)})

today = time.strftime("%Y-%m-%d")
month = time.strftime("%Y-%m-01")
pages = [
    "/", "/Reports?name=users&period=thisMonth", "/Reports?name=users&period=lastMonth", "/Reports?name=users&period=lastMonth&sort=name", "/Reports?name=users&period=lastMonth&number=500",
    "/Reports?name=devices&period=lastMonth", "/Reports?name=departments&period=lastMonth", "/Reports?name=projects&period=lastMonth", "/Reports?name=sites&period=lastMonth", "/Reports?name=months&period=last12Months",
    "/Reports?name=hours&period=lastMonth", "/Reports?name=functions&period=lastMonth", "/Reports?name=coverage&period=lastMonth", "/Reports?name=users&period=last12Months", "/Reports?name=users&period=lastMonth&by=device",
    "/Reports?name=departments&period=lastMonth&compare=before", "/SavedReports", "/Sessions", "/Sessions?state=all", "/Sessions?name=jobs&period=lastMonth", f"/Sessions?name=jobs&period=lastMonth&user={person}",
    "/Coverage", "/Receipts", "/Devices", "/Devices?sort=-site&q=device1", f"/Devices/{device}", f"/Devices/{device}/Balance", f"/Devices/{device}/Settings", "/Terminals", "/AccessLog", "/AccessLog?show=unknown", "/Fleet",
    "/Users", "/Users?find=user12345", "/Users?state=blocked", f"/Users/{person}", "/Projects", "/Directories", "/Privacy", "/Prices", "/Webhooks", "/Schedules", "/Settings", "/Audit", f"/Audit?subject=person:17",
    "/Probe", "/Discover", "/Start", "/Account", "/ImportUsers",
]
assets = set()
for path in pages:
    times, size, status = [], 0, 200
    for _ in range(loads + 1):
        began = time.perf_counter()
        answer, data = ask("GET", path)
        times.append((time.perf_counter() - began) * 1000)
        size = len(data)
        if answer.status != 200:
            status = answer.status
            break
    if status != 200:
        print(f"page|{path}|answer {status}|-|-|-", flush=True)
        continue
    assets.update(re.findall(r'(?:href|src)="(/assets/[^"]+)"', text(answer, data)))
    warm = sorted(times[1:])
    print(f"page|{path}|{warm[len(warm) // 2]:.1f}|{warm[min(len(warm) - 1, int(len(warm) * 0.95))]:.1f}|{times[0]:.1f}|{size}", flush=True)

# All that any page loads beside itself, once: what a cold cache costs at most.
print(f"assets|{sum(len(ask('GET', a)[1]) for a in sorted(assets))}", flush=True)

# The longest file there is, read as it comes and thrown away.
began, rows, received = time.perf_counter(), 0, 0
since = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 55 * 86400))
connection.request("GET", f"/Reports/jobs.csv?from={since}&to={today}", headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())})
answer = connection.getresponse()
peak = 0
while chunk := answer.read(1 << 18):
    rows += chunk.count(b"\n")
    received += len(chunk)
    if server_pid and received % (64 << 18) < (1 << 18):
        with open(f"/proc/{server_pid}/status") as status_file:
            peak = max(peak, *(int(line.split()[1]) // 1024 for line in status_file if line.startswith("VmRSS")))
seconds = time.perf_counter() - began
print(f"csv|{rows / seconds:.0f}|{rows}|{peak}", flush=True)
print(f"cookie|{'; '.join(f'{k}={v}' for k, v in cookies.items())}", flush=True)
