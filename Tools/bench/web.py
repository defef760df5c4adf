#!/usr/bin/env python3
"""Makes an administrator by a set-up code, and measures pages and the longest export as that administrator's browser asks for them.

usage: web.py administrator HTTPS_PORT FILE SETUP_CODE     FILE gets what is needed to sign in again
       web.py pages HTTPS_PORT FILE SERVER_PID DEVICE PERSON [LOADS [PATH...]]
       web.py cookie HTTPS_PORT FILE                       prints the cookies of a session
pages prints lines 'page|PATH|P50_MS|P95_MS|FIRST_MS|BYTES|CPU_MS', 'assets|BYTES' and 'csv|ROWS_PER_SECOND|ROWS|SERVER_MIB_BEFORE|SERVER_MIB_AT_MOST|CPU_S'; with paths those alone.
Times are from the request written to the last byte read, over one kept-alive connection, compressed as a browser asks for it; CPU is the server's for each load, all its threads.
"""
import base64, gzip, hashlib, hmac, http.client, json, os, re, ssl, struct, sys, time, urllib.parse

NAME, PASSWORD = "ada", "correct horse battery"
STEP = 30  # seconds that a code of the second step holds (RFC 6238)
TICK = os.sysconf("SC_CLK_TCK")


class Browser:
    def __init__(self, port):
        self.connection = http.client.HTTPSConnection("localhost", port, context=ssl._create_unverified_context())
        self.cookies = {}

    def cookie(self):
        return "; ".join(f"{k}={v}" for k, v in self.cookies.items())

    def ask(self, method, path, form=None):
        """One request; returns status, headers and the whole body as it came."""
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Cookie": self.cookie()}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer, data

    def page(self, path):
        """A page with redirects followed, and where it ended."""
        for _ in range(5):
            answer, data = self.ask("GET", path)
            if answer.status not in (301, 302, 303):
                return text(answer, data), path
            path = answer.headers["Location"]
        raise SystemExit(f"{path}: too many redirects")

    def post(self, path, form):
        found, path = self.page(path)
        form["__RequestVerificationToken"] = re.search(r'name="__RequestVerificationToken"[^>]*value="([^"]+)"', found).group(1)
        answer, data = self.ask("POST", path, form)
        return self.page(answer.headers["Location"]) if answer.status in (301, 302, 303) else (text(answer, data), path)

    def sign_in(self, key):
        found, at = self.post("/SignIn", {"name": NAME, "password": PASSWORD})
        for _ in range(3):
            if not at.startswith("/SecondStep"):
                return
            found, at = self.post(at, {"code": totp(key)})
            if at.startswith("/SecondStep"):
                # The code of these seconds was used already.
                time.sleep(STEP - time.time() % STEP + 0.5)
        raise SystemExit(f"web.py: not signed in, at {at}")


def text(answer, data):
    return (gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data).decode()


def totp(key):
    secret = base64.b32decode(key + "=" * (-len(key) % 8))
    digest = hmac.new(secret, struct.pack(">Q", int(time.time()) // STEP), hashlib.sha1).digest()
    at = digest[19] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


def cpu(pid):
    """Seconds of CPU of a process so far."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident(pid):
    """Resident memory of a process in MiB."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmRSS"))


def administrator(port, file, code):
    browser = Browser(port)
    found, at = browser.post("/Setup", {"code": code, "name": NAME, "password": PASSWORD})
    if not at.startswith("/Enrol"):
        raise SystemExit(f"web.py: the set-up code did not lead to the second step but to {at}")
    key = re.search(r'class="key">([A-Z2-7 ]+)<', found).group(1).replace(" ", "")
    found, at = browser.post("/Enrol", {"code": totp(key)})
    with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"key": key}, out)


def signed_in(port, file):
    browser = Browser(port)
    with open(file) as kept:
        browser.sign_in(json.load(kept)["key"])
    return browser


def every_page(device, person):
    return [
        "/", "/Reports?name=users&period=thisMonth", "/Reports?name=users&period=lastMonth", "/Reports?name=users&period=lastMonth&sort=name", "/Reports?name=users&period=lastMonth&number=500",
        "/Reports?name=devices&period=lastMonth", "/Reports?name=departments&period=lastMonth", "/Reports?name=projects&period=lastMonth", "/Reports?name=sites&period=lastMonth",
        "/Reports?name=months&period=last12Months", "/Reports?name=hours&period=lastMonth", "/Reports?name=functions&period=lastMonth", "/Reports?name=coverage&period=lastMonth",
        "/Reports?name=meters&period=lastMonth", "/Reports?name=users&period=last12Months", "/Reports?name=users&period=lastMonth&by=device",
        "/Reports?name=departments&period=lastMonth&compare=before", "/SavedReports", "/Sessions", "/Sessions?state=all", "/Sessions?name=jobs&period=lastMonth",
        f"/Sessions?name=jobs&period=lastMonth&user={person}", "/Coverage", "/Receipts", "/Devices", "/Devices?sort=-site&q=device1", f"/Devices/{device}", f"/Devices/{device}/Balance",
        f"/Devices/{device}/Settings", "/Terminals", "/AccessLog", "/AccessLog?show=unknown", "/Fleet", "/Updates", "/Alerts", "/AlertRules", "/Accounts", "/Users", "/Users?find=user12345",
        "/Users?find=nobody+like+this", "/Users?find=office", "/Users?find=er%2012&department=department+7", "/Users?state=blocked", "/Users?state=noCard", "/Users?department=department+7",
        f"/Users/{person}", "/Projects", "/Directories", "/Privacy", "/Prices", "/Webhooks", "/Schedules", "/Settings", "/Audit", "/Audit?subject=person:17", "/Probe", "/Discover", "/Start",
        "/Account", "/ImportUsers",
    ]


def pages(port, file, pid, device, person, loads=40, *paths):
    browser, pid, loads = signed_in(port, file), int(pid), int(loads)
    assets = set()
    for path in paths or every_page(device, person):
        times, size, status, before = [], 0, 200, 0
        for load in range(loads + 1):
            before = cpu(pid) if load == 1 else before
            began = time.perf_counter()
            answer, data = browser.ask("GET", path)
            times.append((time.perf_counter() - began) * 1000)
            size = len(data)
            if answer.status != 200:
                status = answer.status
                break
        if status != 200:
            print(f"page|{path}|answer {status}|-|-|-|-", flush=True)
            continue
        spent = (cpu(pid) - before) * 1000 / loads
        assets.update(re.findall(r'(?:href|src)="(/assets/[^"]+)"', text(answer, data)))
        warm = sorted(times[1:])
        print(f"page|{path}|{warm[len(warm) // 2]:.1f}|{warm[min(len(warm) - 1, int(len(warm) * 0.95))]:.1f}|{times[0]:.1f}|{size}|{spent:.1f}", flush=True)
    if paths:
        return

    # All that any page loads beside itself, once: what a cold cache costs at most.
    print(f"assets|{sum(len(browser.ask('GET', a)[1]) for a in sorted(assets))}", flush=True)
    export(browser, pid)


def export(browser, pid):
    """The longest file there is, read as it comes and thrown away."""
    since = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 55 * 86400))
    rows, received, most, before, spent, began = 0, 0, 0, resident(pid), cpu(pid), time.perf_counter()
    browser.connection.request("GET", f"/Reports/jobs.csv?from={since}&to={time.strftime('%Y-%m-%d')}", headers={"Cookie": browser.cookie()})
    answer = browser.connection.getresponse()
    while chunk := answer.read(1 << 18):
        rows += chunk.count(b"\n")
        received += 1
        if received % 32 == 0:
            most = max(most, resident(pid))
    seconds = time.perf_counter() - began
    print(f"csv|{rows / seconds:.0f}|{rows}|{before}|{max(most, resident(pid))}|{cpu(pid) - spent:.1f}", flush=True)


what, port, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
match what:
    case "administrator":
        administrator(port, file, sys.argv[4])
    case "pages":
        pages(port, file, *sys.argv[4:])
    case "cookie":
        print(signed_in(port, file).cookie())
    case "export":
        browser = signed_in(port, file)
        export(browser, int(sys.argv[4]))
    case _:
        raise SystemExit(__doc__)
