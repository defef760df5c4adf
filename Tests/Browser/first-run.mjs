// The first administrator's way: set-up code, second step, name, people, device, terminal, first swipe.
// node first-run.mjs --base URL --code XXXX-… --port PORT_OF_THE_COPIER; tells the terminal's code as JSON and waits for a line on its input.
import { createInterface } from "node:readline";
import { launch, options, setUp } from "./browser.mjs";

const given = options(process.argv.slice(2));
const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = await launch();
const step = async (page, number) => {
  const now = (await page.textContent(".steps [aria-current]"))?.trim();
  const at = await page.$$eval(".steps li", (all) => all.findIndex((l) => l.hasAttribute("aria-current")) + 1);
  if (at !== number) throw new Error(`step ${number} expected, but it is ${at} (${now})`);
};
let status = 0;
try {
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-GB" })).newPage();
  await setUp(page, given.base, given.code);
  await page.click("a.button[href='/Start']");
  await step(page, 1);
  await page.fill("[name=title]", "Town hall");
  await page.press("[name=title]", "Enter");
  await page.waitForLoadState();
  await step(page, 2);
  await page.fill("[name=people]", "username,displayName,cards\nanna,Anna A,04A1\n");
  await page.click("button[name=import][value=false]");
  await page.waitForSelector("text=1 would be added");
  await step(page, 2);
  await page.click("button[name=import][value=true]");
  await page.waitForSelector(".flash.good");
  await step(page, 3);
  await page.click("a.button[href='/Probe']");
  await page.fill("[name='Form.Address']", "127.0.0.1");
  await page.fill("[name='Form.Port']", given.port);
  await page.press("[name='Form.Port']", "Enter");
  await page.waitForSelector("[name='Form.Name']");
  await page.fill("[name='Form.Name']", "hall");
  await page.click("[formaction*='handler=Add']");
  await page.waitForSelector("h1:has-text('hall')");
  await page.goto(`${given.base}/Start`);
  await step(page, 4);
  await page.click("a.button[href='/Terminals']");
  await page.fill("[name=name]", "box");
  await page.fill("[name=device]", "hall");
  await page.press("[name=device]", "Enter");
  const code = await page.textContent("p.code");
  const terminal = (await page.textContent("main [role=status] dd")).trim();
  console.log(JSON.stringify({ terminal, code: code.trim() }));
  await heard.next();
  await page.goto(`${given.base}/Start`);
  await step(page, 5);
  console.log("waiting");
  await page.waitForSelector("text=Anna A logged in at hall", { timeout: 30000 });
  console.log("seen Anna A");
  await page.goto(`${given.base}/`);
  if ((await page.textContent("main")).includes("Anna A")) console.log("overview Anna A");
} catch (e) {
  console.error(e.stack);
  status = 2;
} finally {
  await browser.close();
}
process.exit(status);
