// Dealer, customers and administrator look at the fleet: every page and file of it, and ids and names of others.
// node fleet-roles.mjs --base URL --code XXXX-… --facts JSON [--shots DIRECTORY]; facts: [{ who, role, node, sees: [customer], alerts: {customer: id} }]
// Tells one line for each thing that is wrong, and how much was looked at.
import { mkdirSync } from "node:fs";
import { invite, launch, options, setUp, totp } from "./browser.mjs";

const given = options(process.argv.slice(2));
const { customers, callers, alerts } = JSON.parse(given.facts);
const PASSWORD = "correct horse battery";
const browser = await launch();
let looks = 0, faults = 0;
const wrong = (text) => { faults++; console.log(text); };

/** The account's own browser, signed in. */
async function begin(code, name) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: name.startsWith("acme") ? "de-DE" : "en-GB", viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${given.base}/Setup`);
  await page.fill("[name=code]", code);
  await page.fill("[name=name]", name);
  await page.fill("[name=password]", PASSWORD);
  await page.click("main button");
  if (new URL(page.url()).pathname === "/Enrol") {
    await page.fill("[name=code]", totp(await page.textContent(".key")));
    await page.click("main form button");
    await page.click("main a.button");
  }
  return page;
}

async function look(page, caller) {
  const shows = (where, text) => {
    looks++;
    for (const customer of customers) {
      const sees = caller.sees.includes(customer);
      if (text.includes(`Printer ${customer}`) !== sees) wrong(`${caller.who} at ${where}: ${customer} is ${sees ? "missing" : "shown"}`);
    }
  };
  for (const path of ["/Fleet", "/Alerts", "/Alerts?state=open&kind=supplyLow"]) {
    const answer = await page.goto(given.base + path);
    if (answer.status() !== 200) wrong(`${caller.who} at ${path}: ${answer.status()}`);
    shows(path, await page.textContent("main"));
    if (given.shots) await page.screenshot({ path: `${given.shots}/${caller.who}${path.replace(/[^A-Za-z]+/g, "-")}.png`, fullPage: true });
  }
  for (const list of ["devices", "supplies", "meter-reads", "alerts"]) {
    for (const format of ["csv", "json"]) {
      const file = await page.request.get(`${given.base}/Fleet/${list}.${format}`);
      if (file.status() !== 200) wrong(`${caller.who} at ${list}.${format}: ${file.status()}`);
      shows(`${list}.${format}`, await file.text());
    }
  }
  for (const [list, format, first] of [["agents", "xlsx", "PK"], ["alerts", "xlsx", "PK"]]) {
    const file = await page.request.get(`${given.base}/Fleet/${list}.${format}`);
    looks++;
    if (file.status() !== 200 || !(await file.body()).toString("latin1").startsWith(first)) wrong(`${caller.who} at ${list}.${format}: ${file.status()}`);
  }
  for (const customer of customers) {
    const expected = caller.sees.includes(customer) ? 200 : 404;
    for (const path of [`/FleetDevice?name=${encodeURIComponent(`Printer ${customer}`)}`, `/Alert?id=${alerts[customer]}`]) {
      looks++;
      const answer = await page.goto(given.base + path);
      if (answer.status() !== expected) wrong(`${caller.who} at ${path}: ${answer.status()}`);
      if (given.shots && expected === 200) await page.screenshot({ path: `${given.shots}/${caller.who}-${path.split("?")[0].slice(1)}-${customer}.png`, fullPage: true });
    }
  }
  for (const path of ["/Fleet/refusals.csv", "/Fleet/devices.exe", "/Alert?id=1", "/Alert?id=x", "/AlertRule?id=999"]) {
    looks++;
    const status = (await page.request.get(given.base + path)).status();
    if (![400, 404].includes(status)) wrong(`${caller.who} at ${path}: ${status}`);
  }
  if (caller.role === "administrator") return;
  for (const path of ["/", "/Devices", "/Users", "/Reports", "/Settings", "/Webhooks", "/Audit", "/Accounts"]) {
    looks++;
    const answer = await page.request.get(given.base + path, { maxRedirects: 0 });
    if (![302, 303, 403].includes(answer.status())) wrong(`${caller.who} at ${path}: ${answer.status()}`);
  }
}

/** Makes a rule as a person does, and finds it among theirs; nobody else of another customer does. */
async function rule(page, caller) {
  const address = `${caller.who.replace(/ /g, ".")}@box.test`;
  await page.goto(`${given.base}/AlertRules`);
  await page.locator("form[action='/AlertRule'] button").click();
  await page.fill("[name='form.Name']", `Rule of ${caller.who}`);
  await page.fill("[name='form.Recipients']", address);
  await page.fill("[name='form.QuietFrom']", "20:00");
  await page.fill("[name='form.QuietTo']", "07:00");
  if (given.shots) await page.screenshot({ path: `${given.shots}/${caller.who}-AlertRule.png`, fullPage: true });
  await page.locator("main form[method=post] button:not(.danger)").last().click();
  await page.waitForURL(/AlertRules/);
  if (!(await page.textContent("main")).includes(address)) wrong(`${caller.who}: the rule is not among the rules`);
  return page.locator("a", { hasText: `Rule of ${caller.who}` }).getAttribute("href");
}

try {
  if (given.shots) mkdirSync(given.shots, { recursive: true });
  const first = await (await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-GB", viewport: { width: 1280, height: 800 } })).newPage();
  await setUp(first, given.base, given.code);
  const rules = [];
  const pages = [];
  for (const caller of callers) {
    const page = caller.role === "administrator" ? first : await begin(await invite(first, given.base, caller.role, caller.role, caller.node), caller.who);
    await look(page, caller);
    rules.push({ caller, href: await rule(page, caller) });
    pages.push({ caller, page });
  }
  for (const { caller, page } of pages) {
    const all = await (await page.goto(`${given.base}/AlertRules`)).text();
    for (const { caller: owner, href } of rules) {
      looks++;
      const sees = owner.who === caller.who || caller.role === "administrator" || (owner.role !== "administrator" && caller.role === "dealer" && owner.sees.every((c) => caller.sees.includes(c)));
      if (all.includes(`Rule of ${owner.who}`) !== sees) wrong(`${caller.who}: the rule of ${owner.who} is ${sees ? "missing" : "shown"}`);
      const status = (await page.request.get(given.base + href)).status();
      if (status !== (sees ? 200 : 404)) wrong(`${caller.who} at the rule of ${owner.who}: ${status}`);
    }
  }
  const customer = pages.find((p) => p.caller.role === "customer");
  await customer.page.goto(`${given.base}/Alert?id=${alerts[customer.caller.sees[0]]}`);
  await customer.page.fill("[name=note]", "toner is on its way");
  await customer.page.click("form[action*='handler=Note'] button");
  if (!(await customer.page.textContent("main")).includes("toner is on its way")) wrong("the note is not shown");
  console.log(`${looks} looks, ${faults} faults`);
} catch (e) {
  console.log(e.stack);
  faults++;
} finally {
  await browser.close();
}
process.exit(faults === 0 ? 0 : 1);
