// A browser that does what it is told: one command as JSON on each line of its input, one answer on each line of its output.
// node drive.mjs --base https://localhost:8443; a command names who acts ("as"), each person in a browser session of their own.
// Things are found as people find them, by what is written on or beside them: "label", "button", "link", within "row" or "section".
import { createInterface } from "node:readline";
import { launch, options, setUp } from "./browser.mjs";

const given = options(process.argv.slice(2));
const browser = await launch();
const people = new Map();
const PATIENCE = 20000;

/** The part of the page that a command speaks of: the row or the section with that text, else everything below the menu. */
function part(page, c) {
  const all = c.section ? page.locator("main section", { has: page.getByRole("heading", { name: c.section, exact: true }) }) : page.locator(c.in ?? "main");
  return c.row ? all.locator("tr", { hasText: c.row }).first() : all.first();
}

const verbs = {
  /** A new browser session: language, script or none, and nobody signed in. */
  async open(_, c) {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true, locale: c.locale ?? "en-GB", javaScriptEnabled: c.script ?? true, acceptDownloads: true, viewport: { width: 1280, height: 800 }, reducedMotion: "reduce",
      storageState: c.like ? await people.get(c.like).context().storageState() : undefined,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("dialog", (d) => d.accept());
    people.set(c.as, page);
  },
  async setUp(page, c) { await setUp(page, given.base, c.code, c.name); },
  async go(page, c) {
    const answer = await page.goto(given.base + c.path);
    return { status: answer?.status() ?? 0, path: new URL(page.url()).pathname, text: await page.innerText("body") };
  },
  // By the label, or by the name where a text that stands in the field is part of the label's own.
  async fill(page, c) { await part(page, c).getByLabel(c.label, { exact: true }).or(part(page, c).getByRole("textbox", { name: c.label, exact: true })).first().fill(c.value); },
  async choose(page, c) { await part(page, c).getByRole("combobox", { name: c.label, exact: true }).first().selectOption({ label: c.value }); },
  async tick(page, c) { await part(page, c).getByLabel(c.label, { exact: true }).first().setChecked(c.value); },
  async file(page, c) { await part(page, c).getByLabel(c.label, { exact: true }).first().setInputFiles({ name: c.name, mimeType: "text/csv", buffer: Buffer.from(c.value) }); },
  async press(page, c) { await part(page, c).getByRole("button", { name: c.button, exact: true }).first().click(); await page.waitForLoadState(); },
  async follow(page, c) { await part(page, c).getByRole("link", { name: c.link, exact: true }).first().click(); await page.waitForLoadState(); },
  async unfold(page, c) { await part(page, c).locator("summary", { hasText: c.label }).first().click(); },
  /** Waits until something is shown and returns the whole part. */
  async see(page, c) {
    await part(page, c).getByText(c.text).filter({ visible: true }).first().waitFor({ timeout: c.patience ?? PATIENCE });
    return part(page, c).innerText();
  },
  async text(page, c) { return part(page, c).innerText(); },
  async source(page) { return page.content(); },
  async path(page) { return page.url().slice(given.base.length); },
  /** The links of the page, as paths. */
  async links(page, c) { return page.$$eval(c.in ?? "main a[href^='/'], nav a[href^='/']", (all) => [...new Set(all.map((a) => a.getAttribute("href")))]); },
  /** The table of a part as texts of cells, the headings first. */
  async table(page, c) { return part(page, c).locator("table").first().evaluate((t) => [...t.rows].map((r) => [...r.cells].map((d) => d.innerText.trim()))); },
  /** Presses a link or button that gives a file, keeps it and returns what it is called. */
  async download(page, c) {
    const wanted = part(page, c).getByRole(c.button ? "button" : "link", { name: c.button ?? c.link, exact: true }).first();
    const [file] = await Promise.all([page.waitForEvent("download"), wanted.click()]);
    await file.saveAs(c.to);
    return file.suggestedFilename();
  },
  /** What the session gets at an address without looking at it: status and body. */
  async fetch(page, c) {
    const answer = await page.context().request.get(given.base + c.path, { maxRedirects: 0 });
    return { status: answer.status(), type: answer.headers()["content-type"] ?? "", body: (await answer.body()).toString("base64") };
  },
  /** Listens to the live stream from the page, as its script does. */
  async listen(page) {
    await page.evaluate(() => new Promise((heard) => {
      window.told = [];
      const source = new EventSource("/live?self=1");
      for (const topic of ["session.opened", "session.settled", "alert"]) source.addEventListener(topic, (e) => window.told.push({ topic, data: JSON.parse(e.data) }));
      source.onopen = () => heard();
    }));
  },
  async heard(page, c) {
    await page.waitForFunction((topic) => window.told.some((t) => t.topic === topic), c.topic);
    return page.evaluate(() => window.told);
  },
  async picture(page, c) { await page.screenshot({ path: c.to, fullPage: true }); },
  async close(page, c) { await page.context().close(); people.delete(c.as); },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line), page = people.get(command.as);
  try {
    console.log(JSON.stringify({ done: (await verbs[command.do](page, command)) ?? null }));
  } catch (e) {
    const shown = await page?.innerText("body").catch(() => "") ?? "";
    console.log(JSON.stringify({ failed: `${command.do} at ${page?.url()}: ${e.message}\n--- shown:\n${shown.slice(0, 3000)}` }));
  }
}
await browser.close();
