// What links do not lead to: lists that are narrowed, forms that were refused or show a preview, half a sign-in, other roles, and the pages of a device's own panel.
import { randomBytes } from "node:crypto";
import { invite, totp } from "./browser.mjs";
import { employee, packages } from "./seeds.mjs";

const PASSWORD = "correct horse battery";
const PERIOD = "period=last30Days";
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const TAG = randomBytes(3).toString("hex"); // Names of accounts are used once.

/**
 * Goes from one such state to the next and yields each with its name and the page that shows it; whoever asks looks and comes back.
 * open makes a browser context of options; state is an administrator's; database the file of the embedded database, with which an employee is signed in whom no directory knows.
 */
export async function* states({ base, open, state, database }) {
  const context = await open({ storageState: state });
  const page = await context.newPage();
  const at = async (path) => { await page.goto(base + path, { waitUntil: "load" }); };
  const submit = async (form) => { await page.locator(form).locator("button").first().click(); await page.waitForLoadState("load"); };

  // What this rule raises is looked at further down.
  await at("/AlertRule?kind=supplyLow");
  await page.fill("[name='form.Name']", `Walk ${TAG}`);
  await page.fill("[name='form.Percent']", "99");
  await page.locator("main form[method=post]:not([action*=handler])").locator("button").last().click();
  await page.waitForURL(/AlertRules/);
  await at("/Prices");
  await page.fill("form[action*='handler=List'] [name=name]", `Walk ${TAG}`);
  await page.fill("form[action*='handler=List'] [name=mono]", "0.04");
  await submit("form[action*='handler=List']");
  await at("/Webhooks");
  await page.fill("main form[method=post]:not([action*=handler]) [name=name]", `Walk ${TAG}`);
  await page.fill("main form[method=post]:not([action*=handler]) [name=address]", "https://receiver.example/copytrack");
  await submit("main form[method=post]:not([action*=handler])");
  yield { name: "Webhook secret", page };
  await at(`/Webhooks/Walk%20${TAG}`);
  yield { name: "Webhook", page };
  await at("/Audit");
  yield { name: "Audit of changes", page };
  await at("/Devices");
  const device = await page.getAttribute("tbody a[href^='/Devices/']", "href");
  await at("/Terminals");
  const terminal = await page.getAttribute("tbody a[href^='/Terminals/']", "href");
  for (const [name, path] of [
    ["Reports compared", `/Reports?name=users&${PERIOD}&compare=before`], ["Reports compared freely", `/Reports?name=users&period=lastWeek&compare=period&compareFrom=${day(-40)}&compareTo=${day(-31)}`], ["Reports split", `/Reports?name=devices&${PERIOD}&by=function`], ["Reports narrowed", `/Reports?name=users&${PERIOD}&function=copy&user=nobody`],
    ["Reports refused", "/Reports?name=users&from=31.31.2026"], ["Jobs", `/Sessions?name=jobs&${PERIOD}`], ["Sessions of before", "/Sessions?state=all"],
    ["Balance with all readings", `${device}/Balance?still=true`], ["Balance of nothing", `${device}/Balance?evidence=no+such`], ["Coverage refused", "/Coverage?from=yesterday"],
    ["Unknown cards", "/AccessLog?show=unknown"], ["Nobody found", "/Users?find=zzzz"], ["No device found", "/Devices?q=zzzz"], ["Alert rule", "/AlertRule?kind=supplyLow"], ["Audit refused", "/Audit?from=yesterday"],
    ["Supplies of the fleet", "/FleetList?name=supplies"], ["Meter reads of the fleet", "/FleetList?name=meter-reads"], ["Settings that are set", "/Settings?show=set"],
  ]) {
    await at(path);
    yield { name, page };
  }

  await at("/Probe");
  await page.fill("[name='Form.Address']", "no address at all!");
  await submit("form.probe");
  yield { name: "Probe refused", page };
  for (const [name, path] of [["Probe with all fields", "/Probe"], ["Discover with all fields", "/Discover"], ["Directory", "/Directory"], ["Active Directory", "/Directory?kind=activeDirectory"], ["Device with all fields", device], ["Terminal with all fields", terminal]]) {
    await at(path);
    await page.$$eval("main details", (all) => all.forEach((d) => { d.open = true; }));
    yield { name, page };
  }
  await at("/ImportUsers");
  await page.setInputFiles("[name=file]", { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from("username,displayName,groups\nwalker,Wanda Walker,walkers\n,Nobody,\n") });
  await submit("main form[enctype]");
  yield { name: "Import preview", page };
  if (await page.$("form[action*='handler=Confirm']")) await submit("form[action*='handler=Confirm']");
  // Somebody's first card, one that somebody else has, a line twice, nobody, and a number that is none.
  await at("/ImportCards");
  await page.setInputFiles("[name=file]", { name: "cards.csv", mimeType: "text/csv", buffer: Buffer.from("user,card\nanna.berg,0411223344\nbruno.costa,0411223344\nanna.berg,0411223344\nnobody.here,0455667788\nclara.novak,\n") });
  await submit("main form[enctype]");
  yield { name: "Cards preview", page };
  await at("/Projects");
  await page.setInputFiles("[name=file]", { name: "projects.csv", mimeType: "text/csv", buffer: Buffer.from("code,name\nW-1,Walk\n,Nothing\n") });
  await submit("form[action*='handler=Import']");
  yield { name: "Projects preview", page };
  await at("/Privacy");
  await submit("form[action*='handler=Retention']");
  yield { name: "Retention preview", page };
  await at("/Terminals");
  await page.fill("form[action*='handler=Enrol'] [name=name]", "walk");
  await page.fill("form[action*='handler=Enrol'] [name=device]", decodeURIComponent(device.split("/")[2]));
  await submit("form[action*='handler=Enrol']");
  yield { name: "Enrolment code", page };
  await at(device);
  await submit("form[action*='handler=Credential']");
  const secret = (await page.textContent("p.code")).trim();
  yield { name: "Device secret", page };

  // One of each that has a name in its address; the agent inside the server and the round of the alerts need some seconds.
  for (const [list, link] of [["/Fleet", "/FleetDevice?"], ["/Fleet", "/FleetAgent?"], ["/Alerts", "/Alert?id="]]) {
    let href = null;
    for (let tries = 0; href === null; tries++) {
      await at(list);
      href = await page.evaluate((l) => document.querySelector(`main a[href^='${l}']`)?.getAttribute("href") ?? null, link);
      if (href === null && tries === 40) throw new Error(`${list} leads to no ${link}: ${await page.innerText("main")}`);
      if (href === null) await page.waitForTimeout(500);
    }
    if (link !== "/FleetAgent?") yield { name: list.slice(1), page };
    await at(href);
    yield { name: link.slice(1).split("?")[0], page };
  }
  if (database) {
    packages(database);
    await at("/Updates");
    yield { name: "Updates with packages", page };
  }

  yield* signIns({ base, open, page });
  yield* roles({ base, open, page, database });
  yield* panel({ base, open, device, secret });
  await context.close();
}

/** A sign-in that is refused, and the second step from its beginning. */
async function* signIns({ base, open, page }) {
  const context = await open({});
  const other = await context.newPage();
  const step = async (fields) => {
    for (const [name, value] of Object.entries(fields)) await other.fill(`[name=${name}]`, value);
    await other.click("main form button");
    await other.waitForLoadState("load");
  };
  await other.goto(`${base}/SignIn`);
  await step({ name: "walker", password: "not the password" });
  yield { name: "Sign-in refused", page: other };
  await other.goto(`${base}/Setup`);
  await step({ code: await invite(page, base, "administrator"), name: `second ${TAG}`, password: PASSWORD });
  // Where nobody from elsewhere can come in the second step is not asked for, and set up by choice.
  if (new URL(other.url()).pathname !== "/Enrol") {
    await other.goto(`${base}/Account`);
    await other.click("form[action*='handler=Authenticator'] button");
    await other.waitForURL(/Enrol/);
  }
  const key = await other.textContent(".key");
  yield { name: "Enrol", page: other };
  await step({ code: totp(key) });
  const recovery = await other.textContent(".codes li");
  yield { name: "Recovery codes", page: other };
  await context.clearCookies();
  await other.goto(`${base}/SignIn`);
  await step({ name: `second ${TAG}`, password: PASSWORD });
  yield { name: "Second step", page: other };
  await step({ code: "000000" });
  yield { name: "Second step refused", page: other };
  await step({ code: recovery.trim() });
  await context.close();
}

/** What a manager, a dealer and an employee see. */
async function* roles({ base, open, page, database }) {
  await page.goto(`${base}/Fleet`);
  await page.fill("form[action*='handler=Node'] [name=name]", "North");
  await page.selectOption("form[action*='handler=Node'] [name=kind]", "dealer");
  await page.click("form[action*='handler=Node'] button");
  for (const [role, kind, scope, paths] of [
    ["manager", "", "", [`/Reports?name=users&${PERIOD}`, "/SavedReports", "/Privacy", "/Account", "/Settings"]],
    ["dealer", "dealer", "North", ["/Fleet", "/FleetList?name=devices", "/Alerts", "/AlertRules"]],
  ]) {
    const context = await open({});
    const other = await context.newPage();
    const code = await invite(page, base, role, kind, scope);
    await other.goto(`${base}/Setup`);
    for (const [name, value] of [["code", code], ["name", `${role} ${TAG}`], ["password", PASSWORD]]) await other.fill(`[name=${name}]`, value);
    await other.click("main button");
    if (new URL(other.url()).pathname === "/Enrol") {
      await other.fill("[name=code]", totp(await other.textContent(".key")));
      await other.click("main form button");
      await other.click("main a.button");
    }
    for (const path of paths) {
      await other.goto(base + path, { waitUntil: "load" });
      yield { name: `${role} ${path.slice(1).split("?")[0]}`, page: other };
    }
    await context.close();
  }
  if (!database) return;
  const context = await open({});
  await context.addCookies([{ name: "__Host-copytrack", value: employee(database), url: base, secure: true, httpOnly: true }]);
  const other = await context.newPage();
  const look = async (path) => {
    await other.goto(base + path, { waitUntil: "load" });
    if (!await other.$("a.me")) throw new Error(`the employee stands at ${other.url()}`);
  };
  for (const [name, path] of [["My", "/My"], ["projects", "/My?find=o"], ["Account", "/Account"], ["jobs", "/My/Jobs?period=last30Days"]]) {
    await look(path);
    yield { name: `employee ${name}`, page: other };
  }
  const session = await other.getAttribute("main a[href^='/My/Sessions/']", "href");
  await look(session);
  yield { name: "employee session", page: other };
  await context.close();
}

/** The pages of a device's own panel, on a small screen. */
async function* panel({ base, open, device, secret }) {
  const context = await open({ httpCredentials: { username: decodeURIComponent(device.split("/")[2]), password: secret, send: "always" }, viewport: { width: 800, height: 480 } });
  const page = await context.newPage();
  for (const path of ["/panel", "/panel?how=password"]) {
    await page.goto(base + path);
    yield { name: path.slice(1), page, small: true };
  }
  await page.goto(`${base}/panel?how=card`);
  await page.fill("[name=card]", "00FF00FF00FF");
  await page.click("form button");
  yield { name: "panel refused", page, small: true };
  await context.close();
}
