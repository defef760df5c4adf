// What no page makes in the seconds of a walk, written into the embedded database of the demo: somebody who works there and is signed in by the ticket of their computer, and update packages with agents that took them.
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";

/** Runs lines of Python with the database as c, the time in microseconds as now and texts as given. */
function write(database, lines, ...given) {
  execFileSync("python3", ["-c", `
import hashlib, sqlite3, sys, time
given = sys.argv[2:]
with sqlite3.connect(sys.argv[1], timeout=20) as c:
    now = int(time.time() * 1000000)
${lines.trim().split("\n").map((line) => "    " + line).join("\n")}
`, database, ...given]);
}

/** Begins a session of whoever has copied most, in a group whose people may sign in; returns its cookie. */
export function employee(database) {
  const secret = randomBytes(32);
  write(database, `
person, = c.execute("select person_id from usage_month where person_id > 0 group by person_id order by sum(impressions) desc limit 1").fetchone()
c.execute("insert or ignore into person_group (person_id, group_name, group_folded) values (?, 'walkers', 'walkers')", (person,))
c.execute("insert into web_session (hash, org_id, person_id, method, stage, began_at, seen_at) select ?, 1, ?, 'negotiate', stage, ?, ? from web_session where account_id is not null order by stage desc limit 1", (bytes.fromhex(given[0]), person, now, now))
`, createHash("sha256").update(secret).digest("hex"));
  return secret.toString("base64url");
}

/** Packages of the publisher: one that is offered in stages, one that too many agents failed with, one that nobody is offered; and how an agent stands. */
export function packages(database) {
  write(database, `
hour = 3600000000
for id, version, number, platform, added, halted, why in ((9001, '2.4.0', 3, 'linux-x64', 40, None, None), (9002, '2.3.1', 2, 'linux-x64', 300, 200, '2 agents failed, 1 run it'), (9003, '2.4.0', 3, 'win-x64', 2, None, None)):
    c.execute("insert into fleet_package (id, org_id, product, version, version_number, platform, hash, size, manifest, added_at, whole, halted_at, halted_reason) values (?, 1, 'agent', ?, ?, ?, ?, 14000000, x'', ?, 1, ?, ?)",
        (id, version, number, platform, hashlib.sha256(str(id).encode()).hexdigest(), now - added * hour, halted and now - halted * hour, why))
c.execute("insert into fleet_rollout (package_id, node_id, share, changed_at, raise_hours) values (9001, 0, 25, ?, 24), (9002, 0, 100, ?, null)", (now - 3 * hour, now - 250 * hour))
for agent, in c.execute("select id from fleet_agent").fetchall():
    c.execute("insert or replace into fleet_agent_update (agent_id, version, platform, mode, state, about, reason, sent_at, reported_at) values (?, '2.3.0', 'linux-x64', 'automatic', 'Failed', '2.3.1', 'it did not report within 60 s', ?, ?)", (agent, now - 200 * hour, now - 200 * hour))
`);
}
