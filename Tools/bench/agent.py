#!/usr/bin/env python3
"""An agent beside simulated copiers, in a network of its own, so that every byte on its loopback is theirs.

    unshare -rn Tools/bench/agent.py agent|fusion SERVER.dll AGENT SIMULATOR.dll DEVICES SECONDS

agent:  memory, processor and traffic of an agent with DEVICES copiers; CPU of SECONDS of rounds is told as a share of a 5-minute interval.
fusion: the same copiers read once by the agent and once by fusioninventory-netinventory (package fusioninventory-agent-task-network).
Prints lines "figure NAME: VALUE".
"""
import http.client, importlib.util, json, os, re, shutil, socket, ssl, subprocess, sys, tempfile, time, urllib.parse, xml.etree.ElementTree as ET

# What the two call the same value stands in one place, beside this folder.
spec = importlib.util.spec_from_file_location("comparison", os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "compare-inventory.py"))
comparison = importlib.util.module_from_spec(spec)
spec.loader.exec_module(comparison)

what, server_dll, agent_exe, simulator_dll = sys.argv[1:5]
count, seconds = int(sys.argv[5]), int(sys.argv[6])
PORT, INTERVAL, PARALLEL = 24000, 300, 16
work = tempfile.mkdtemp(prefix="copytrack-agent-bench-")
started = []


def start(args, out, **more):
    process = subprocess.Popen(args, stdout=open(f"{work}/{out}.out", "w"), stderr=open(f"{work}/{out}.err", "w"), **more)
    started.append(process)
    return process


def stop(process):
    process.terminate()
    process.wait(30)
    started.remove(process)


def until(what_for, test, patience=180):
    end = time.time() + patience
    while time.time() < end:
        found = test()
        if found:
            return found
        time.sleep(0.1)
    for name in sorted(os.listdir(work)):
        if name.endswith(".err"):
            print(name, open(f"{work}/{name}").read()[-800:], file=sys.stderr)
    raise SystemExit(f"agent.py: {what_for}: not within {patience} s")


def octets():
    """Bytes that loopback has carried, headers included."""
    return int(next(l for l in open("/proc/net/dev") if l.strip().startswith("lo:")).split(":")[1].split()[0])


def packets():
    return int(next(l for l in open("/proc/net/dev") if l.strip().startswith("lo:")).split(":")[1].split()[1])


def ticks(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid, name="VmRSS"):
    return int(re.search(rf"{name}:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) * 1024 / 1e6


def figure(name, value):
    print(f"figure {name}: {value}", flush=True)


def call(method, path, body=None):
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", https, context=context, timeout=60)
    connection.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status == 429:  # more a second than a token may ask
        time.sleep(float(answer.getheader("Retry-After", "1")))
        return call(method, path, body)
    if answer.status >= 300:
        raise SystemExit(f"agent.py: {method} {path}: {answer.status} {text[:300]}")
    return json.loads(text) if text else None


def all_of(path):
    items, cursor = [], ""
    while True:
        page = call("GET", f"{path}{'&' if '?' in path else '?'}limit=1000{cursor}")
        items += page["items"]
        if not page.get("next"):
            return items
        cursor = f"&cursor={page['next']}"


def serve():
    process = start(["dotnet", server_dll, "serve", *options], "server")
    line = until("the server", lambda: re.search(r"ready https=(\d+)", open(f"{work}/server.out").read()))
    return process, int(line.group(1))


def settings(**changed):
    value = {"manager": f"https://localhost:{https}", "caFingerprint": fingerprint, "state": f"{work}/agent", "ranges": [f"127.0.{b}.{0 if b else 1}-{min(255, count - 256 * b)}" for b in range((count >> 8) + 1)], "port": PORT, "parallel": PARALLEL,
             "counterSeconds": INTERVAL, "inventorySeconds": 3600, "discoverHours": 720, "discoverPerSecond": 1000, "retrySeconds": 60, **changed}
    json.dump(value, open(f"{work}/agent.json", "w"))


def agent(name="agent"):
    return start([agent_exe, "run", "--config", f"{work}/agent.json"], name)


def quiet(since, still=1.5):
    """Waits until nothing has moved for a while; gives the bytes and seconds until the last movement."""
    began = time.time()
    while octets() - since < 5000 and time.time() - began < 30:
        time.sleep(0.02)
    last, moved = octets(), time.time()
    while time.time() - moved < still:
        time.sleep(0.02)
        now = octets()
        if now != last:
            last, moved = now, time.time()
    return last - since, moved - began


def rollup(pid):
    """Resident, proportional and private memory of a process in MB."""
    text = open(f"/proc/{pid}/smaps_rollup").read()
    of = lambda name: int(re.search(rf"^{name}:\s+(\d+)", text, re.M).group(1)) * 1024 / 1e6
    return of("Rss"), of("Pss"), of("Private_Clean") + of("Private_Dirty")


def kinds(pid):
    """Resident memory by what it is, in MB: the program's own file, libraries of the system, the rest of files, memory of its own."""
    sums, name = {"program file": 0, "libraries": 0, "other files": 0, "own memory": 0}, ""
    for line in open(f"/proc/{pid}/smaps"):
        head = re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)", line)
        if head:
            name = head.group(1).strip()
        elif line.startswith(("Rss:", "Anonymous:")):
            size, anonymous = int(line.split()[1]) * 1024 / 1e6, line.startswith("Anonymous:")
            kind = "program file" if name.endswith("copytrack-agent") else "libraries" if ".so" in name else "other files" if name.startswith("/") else "own memory"
            # What was written to a file's mapping is memory of its own.
            sums["own memory" if anonymous else kind] += size
            if anonymous:
                sums[kind] -= size
    return ", ".join(f"{kind} {size:.1f}" for kind, size in sums.items())


def measure_idle():
    """Agents with one device, or none, that wait most of the time, all at once: where the manager is, refuses, is mute, and with its page open."""
    mute = socket.socket()
    mute.bind(("127.0.0.1", 0))
    mute.listen(100)
    password = subprocess.run([agent_exe, "password"], input="a long password\n", capture_output=True, text=True, check=True).stdout.strip()
    page = {"port": 24999, "accounts": [{"name": "anna", "role": "administrator", "passwordHash": password}]}
    one = {"ranges": ["127.0.0.1"], "counterSeconds": 60, "retrySeconds": 60}
    cases = {
        "manager there": {},
        "manager there, its own page configured": {"page": page},
        "manager away (refused), messages wait": {"manager": "https://localhost:1"},
        "manager mute, messages wait": {"manager": f"https://localhost:{mute.getsockname()[1]}"},
        "manager away, without a device": {"manager": "https://localhost:1", "ranges": ["127.0.200.1"]},
    }
    running = {}
    for i, (case, more) in enumerate(cases.items()):
        shutil.copytree(f"{work}/agent", f"{work}/idle{i}")
        os.remove(f"{work}/idle{i}/devices.json")
        settings(**(one | {"state": f"{work}/idle{i}"} | more))
        shutil.copy(f"{work}/agent.json", f"{work}/idle{i}.json")
        running[case] = start([agent_exe, "run", "--config", f"{work}/idle{i}.json"], f"idle{i}")
    seen = {case: [] for case in cases}
    end = time.time() + max(50, seconds)
    while time.time() < end:
        time.sleep(1)
        for case, process in running.items():
            seen[case].append(rollup(process.pid))
    for case, process in running.items():
        rest = sorted(seen[case][len(seen[case]) // 3:])
        above = sum(1 for s in rest if s[0] > 40) / len(rest) * 100
        figure(f"idle agent, {case}: resident at rest (median), MB", f"{rest[len(rest) // 2][0]:.1f}")
        figure(f"the same, {case}: proportional, private; resident at most, MB; time above 40 MB, percent",
               f"{rest[len(rest) // 2][1]:.1f}, {rest[len(rest) // 2][2]:.1f}; {max(s[0] for s in rest):.1f} ({resident(process.pid, 'VmHWM'):.1f} at its start); {above:.0f}")
        figure(f"the same, {case}: resident by what it is, MB", kinds(process.pid))
        stop(process)
    mute.close()


def measure_agent():
    process = agent()
    until("all devices at the manager", lambda: sum(1 for d in all_of("/fleet/devices") if d["readingAt"]) >= count, 300)
    stop(process)
    measure_idle()
    stop(manager)
    settings(counterSeconds=max(10, seconds // 6), retrySeconds=3600)
    before = octets()
    process = agent("loaded")
    full, took = quiet(before)
    figure(f"{count} devices found again, bound, and read with everything they say: seconds", f"{took:.1f}")
    figure("bytes on the wire of such a first look, a device (IP and UDP headers included)", f"{full / count:.0f}")
    peak = resident(process.pid, "VmHWM")
    cpu, bytes_, sent, rounds = ticks(process.pid), octets(), packets(), 0
    begin = time.time()
    time.sleep(seconds)
    rounds = (time.time() - begin) / max(10, seconds // 6)
    cpu = ticks(process.pid) - cpu
    figure(f"agent with {count} devices, resident, MB", f"{resident(process.pid):.1f}")
    figure("the same at its peak, MB", f"{max(peak, resident(process.pid, 'VmHWM')):.1f}")
    figure("CPU of one core at a 5-minute interval, percent", f"{cpu / rounds / INTERVAL * 100:.2f}")
    figure("bytes on the wire of one regular read, a device", f"{(octets() - bytes_) / rounds / count:.0f}")
    figure("datagrams of one regular read, a device", f"{(packets() - sent) / rounds / count:.1f}")
    stop(process)


def measure_fusion():
    process = agent()
    until("all devices at the manager", lambda: sum(1 for d in all_of("/fleet/devices") if d["readingAt"] and d["inventoryAt"] and d["serial"]) >= count, 300)
    # All that the manager got of each device: its whole inventory, and the meter that bills are written by.
    ours = {d["serial"]: comparison.shown_in(call("GET", f"/devices/{urllib.parse.quote(d['device'], safe='')}/inventory")) for d in all_of("/fleet/devices")}
    for read in all_of("/fleet/meter-reads"):
        if read["serial"] in ours:
            ours[read["serial"]]["meter read"] = [read["last"]]
    stop(process)
    stop(manager)
    settings(retrySeconds=3600)
    before = octets()
    process = agent("again")
    moved, took = quiet(before)
    stop(process)
    figure(f"{count} devices, agent from its start: devices a second, {PARALLEL} at a time", f"{count / took:.1f}")
    figure("agent, bytes on the wire a device: identity, status, supplies, trays, alerts, counters", f"{moved / count:.0f}")
    hosts = ",".join(f"127.0.{i >> 8}.{i & 255}" for i in range(1, count + 1))
    peer = ["fusioninventory-netinventory", "--host", hosts, "--port", str(PORT), "--type", "PRINTER", "--threads"]
    before, began = octets(), time.time()
    subprocess.run([*peer, str(PARALLEL)], capture_output=True, timeout=1800, check=False)
    took, moved = time.time() - began, octets() - before
    # Its threads write into each other's answers, so what it read is taken from one thread alone.
    done = subprocess.run([*peer, "1"], capture_output=True, timeout=1800, check=False)
    text = re.sub(r"&#x?[0-9a-fA-F]+;|[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", done.stdout.decode("utf-8", "replace"))
    theirs = {}
    for part in re.findall(r"<REQUEST>.*?</REQUEST>", text, re.S):
        for device in ET.fromstring(part).iter("DEVICE"):
            if device.findtext("INFO/SERIAL"):
                theirs[device.findtext("INFO/SERIAL").strip()] = device
    figure(f"{count} devices, fusioninventory-netinventory from its start: devices a second, {PARALLEL} threads", f"{count / took:.1f}")
    figure("fusioninventory-netinventory, bytes on the wire a device", f"{moved / count:.0f}")
    figure("devices that both tell by serial number", f"{len(theirs.keys() & ours.keys())} of {count}")
    counts, alone = {}, {}
    for serial in sorted(theirs.keys() & ours.keys()):
        told = comparison.told_by(theirs[serial])
        if "total" in told:
            told["meter read"] = told["total"]
        for name, value in sorted(told.items()):
            own = [v for v in ours[serial].get(name, []) if v is not None]
            if not own:
                alone[name] = alone.get(name, 0) + 1
                continue
            agrees = comparison.same(name, value, own)
            same, other = counts.get(name, (0, 0))
            counts[name] = (same + agrees, other + (not agrees))
            if not agrees:
                print(f"  {serial} {ours[serial]['model']} {name}: theirs {value!r}, ours {own!r}", file=sys.stderr)
    for name, (same, other) in sorted(counts.items()):
        figure(f"values that both read, {name}: the same, different", f"{same}, {other}")
    figure("values that both read, all: the same, different", f"{sum(s for s, _ in counts.values())}, {sum(o for _, o in counts.values())}")
    figure("values that FusionInventory alone tells", f"{sum(alone.values())}" + (f" ({', '.join(f'{n} {c}' for n, c in sorted(alone.items()))})" if alone else ""))
    more = {n: c for n, c in ((n, sum(1 for serial in theirs.keys() & ours.keys() if any(v is not None for v in ours[serial].get(n, [])) and n not in comparison.told_by(theirs[serial]))) for n in sorted({n for o in ours.values() for n in o} - {"meter read"})) if c}
    figure("values that the agent alone tells", f"{sum(more.values())}" + (f" ({', '.join(f'{n} {c}' for n, c in more.items())})" if more else ""))


try:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True) if shutil.which("ip") else subprocess.run(["ifconfig", "lo", "up"], check=True)
    start(["dotnet", simulator_dll, "--model", "kyocera,ricoh,konica,sharp,hp,canon", "--count", str(count), "--port", str(PORT), "--serial", "SIM"], "simulator", stdin=subprocess.DEVNULL)
    until("the simulator", lambda: open(f"{work}/simulator.out").read().count("\n") >= count)
    options = [f"--Data:Directory={work}/data", f"--Secrets:Directory={work}/secrets", "--Https:Port=0", "--Terminals:Port=0", "--Polling:IdleSeconds=86400"]
    token = subprocess.run(["dotnet", server_dll, "token", "create", "--role", "administrator", *options], capture_output=True, check=True, text=True).stdout.strip()
    manager, https = serve()
    call("PUT", "/fleet/nodes/acme", {"kind": "customer"})
    call("PUT", "/fleet/nodes/hall", {"kind": "site", "parent": "acme"})
    code = call("POST", "/fleet/agents/hall/code", {"site": "hall"})
    fingerprint = code["caFingerprint"]
    settings()
    enrol = subprocess.run([agent_exe, "enrol", code["code"], "--config", f"{work}/agent.json"], capture_output=True, text=True, check=False)
    if enrol.returncode:
        raise SystemExit(f"agent.py: enrol: {enrol.stderr}")
    {"agent": measure_agent, "fusion": measure_fusion}[what]()
finally:
    for process in reversed(started[:]):
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
    shutil.rmtree(work, ignore_errors=True)
