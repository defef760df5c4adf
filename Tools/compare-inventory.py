#!/usr/bin/env python3
"""Compares what `device probe` reads of recorded devices with what fusioninventory-netinventory reads of them.

    Tools/compare-inventory.py FOLDER [COPYTRACK]

FOLDER holds recordings (*.snmprec); COPYTRACK is the program (default: the one built in Server/bin). Needs the Debian package
fusioninventory-agent-task-network. Prints a line for each value that both read and read differently, then how many values agree.
The exit status is 0 when every difference is one that docs/meters.md explains, else 1.
"""
import glob, json, os, re, subprocess, sys, tempfile, xml.etree.ElementTree as ET

TYPES = {"2": "INTEGER", "4": "STRING", "6": "OID", "65": "Counter32", "66": "Gauge32", "67": "Timeticks", "70": "Counter64"}

# (part of the recording's name, value): why the two differ; see "Beside FusionInventory" in docs/meters.md.
EXPLAINED = {
    ("", "model"): "looked up by a number that a family shares",
    ("brother", "mac"): "an interface that is down",
    ("kyocera", "scan"): "originals of copies and faxes among them",
    ("ricoh", "supply black"): "descriptions in Chinese, each taken for black",
}


def walk_of(recording):
    """A recording as the text of a numeric net-snmp walk. Contexts beside it belong to the same device."""
    lines = []
    for path in [recording] + sorted(glob.glob(glob.escape(recording[:-8]) + "@*.snmprec")):
        for line in open(path, encoding="utf-8", errors="replace"):
            parts = line.rstrip("\r\n").split("|", 2)
            if len(parts) < 3:
                continue
            oid, tag, value = parts
            kind = TYPES.get(tag.rstrip("x").split(":")[0])
            if kind is None:
                continue
            if kind == "STRING":
                text = "Hex-STRING: " + " ".join(re.findall("..", value.upper())) if tag.endswith("x") else f'STRING: "{value}"'
            elif kind == "Timeticks":
                text = f"Timeticks: ({value}) 0:00:00.00"
            else:
                text = f"{kind}: {'.' + value.lstrip('.') if kind == 'OID' else value}"
            lines.append(f".{oid.lstrip('.')} = {text}")
    return "\n".join(lines) + "\n"


def theirs(recording):
    """What FusionInventory reads, by the names used here."""
    with tempfile.NamedTemporaryFile("w", suffix=".walk", encoding="utf-8") as walk:
        walk.write(walk_of(recording))
        walk.flush()
        done = subprocess.run(["fusioninventory-netinventory", "--type", "PRINTER", "--file", walk.name], capture_output=True, timeout=120, check=False)
    text = re.sub(r"&#x?[0-9a-fA-F]+;|[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", done.stdout.decode("utf-8", "replace"))
    try:
        return told_by(ET.fromstring(text).find(".//DEVICE"))
    except ET.ParseError:
        return {}


def told_by(device):
    """What a DEVICE element of FusionInventory holds, by the names used here; nothing for None."""
    found = {}
    for name, path in (("serial", "INFO/SERIAL"), ("model", "INFO/MODEL"), ("mac", "INFO/MAC")):
        if device is not None and device.findtext(path):
            found[name] = device.findtext(path).strip()
    counters = {"TOTAL": "total", "BLACK": "mono", "COLOR": "color", "COPYTOTAL": "copy", "COPYBLACK": "copy mono", "COPYCOLOR": "copy color",
                "PRINTTOTAL": "print", "PRINTBLACK": "print mono", "PRINTCOLOR": "print color", "FAXTOTAL": "fax", "SCANNED": "scan", "RECTOVERSO": "duplex"}
    for element in device.findall("PAGECOUNTERS/*") if device is not None else []:
        if element.tag in counters and (element.text or "").strip().isdigit():
            found[counters[element.tag]] = int(element.text)
    for element in device.findall("CARTRIDGES/*") if device is not None else []:
        match = re.fullmatch(r"(TONER|CARTRIDGE)(BLACK|CYAN|MAGENTA|YELLOW)", element.tag)
        if match and (element.text or "").strip().isdigit():
            found["supply " + match[2].lower()] = int(element.text)
    return found


def ours(program, recording):
    """What the probe reads of a recording."""
    done = subprocess.run([program, "device", "probe", "--walk", recording], capture_output=True, timeout=120, check=False)
    return shown_in(json.loads(done.stdout))


def shown_in(probe):
    """The same of a report: each name with all values that it shows for it."""
    found = {"serial": [probe["identity"]["serial"]], "model": [probe["identity"]["model"]], "mac": [probe["identity"]["macAddress"]]}
    for counter in probe["counters"] + probe.get("otherCounters", []):
        words = [counter["function"]] if counter["function"] != "total" or counter["color"] == "any" else []
        words += [counter["color"]] if counter["color"] != "any" else []
        name = " ".join(words) if counter["sides"] == "any" and counter["size"] == "any" else "duplex" if counter["sides"] == "duplex" else None
        if name and counter.get("reason") in (None, "sameMeaning"):
            found.setdefault(name, []).append(counter["value"])
    for supply in probe["supplies"]:
        if supply["kind"] in ("toner", "ink") and supply["color"] and supply["percent"] is not None:
            found.setdefault("supply " + supply["color"], []).append(supply["percent"])
    return found


def same(name, one, values):
    if name == "model":
        return any(v and (v.lower() in one.lower() or one.lower() in v.lower()) for v in values)
    if name.startswith("supply"):
        return any(abs(one - v) <= 1 for v in values)
    return one in values


def main():
    folder = sys.argv[1]
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    program = sys.argv[2] if len(sys.argv) > 2 else os.path.join(here, "Server/bin/Debug/net10.0/copytrack")
    agreed = explained = unexplained = 0
    for recording in sorted(glob.glob(os.path.join(folder, "*.snmprec"))):
        if "@" in os.path.basename(recording):
            continue
        other, own = theirs(recording), ours(program, recording)
        for name, value in sorted(other.items()):
            values = [v for v in own.get(name, []) if v is not None]
            if not values:
                continue
            if same(name, value, values):
                agreed += 1
                continue
            reason = next((why for (part, what), why in EXPLAINED.items() if what == name and part in os.path.basename(recording)), None)
            explained, unexplained = explained + (reason is not None), unexplained + (reason is None)
            print(f"{os.path.basename(recording)}: {name}: they {value!r}, we {values!r}" + (f" ({reason})" if reason else ""))
    print(f"{agreed} values agree, {explained} differ for a known reason, {unexplained} for none")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
