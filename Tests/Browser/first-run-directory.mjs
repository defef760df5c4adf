// The first administrator's way of a site with a directory: set-up code, name, directory tried and kept, dry run, first run, device, terminal, first swipe of somebody who came from the directory.
// node first-run-directory.mjs --base URL --code XXXX-… --port PORT_OF_THE_COPIER --ldap PORT --base-dn DN --bind DN --password TEXT --ca FILE; tells the terminal's code as JSON and waits for a line on its input.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { launch, options, setUp } from "./browser.mjs";

const given = options(process.argv.slice(2));
const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = await launch();
let status = 0;
try {
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-GB" })).newPage();
  const shoot = (name) => given.shots ? page.screenshot({ path: `${given.shots}/${name}.png`, fullPage: true }) : null;
  await setUp(page, given.base, given.code);
  await page.click("a.button[href='/Start']");
  await page.fill("[name=title]", "Town hall");
  await page.press("[name=title]", "Enter");
  await page.waitForLoadState();
  // People come from a directory.
  await page.click("a.button[href='/Directory']");
  await page.fill("[name=newName]", "corp");
  await page.fill("[name=hosts]", `localhost:${given.ldap}`);
  await page.click("summary:has-text('Authority of the certificate')");
  await page.fill("[name=Ca]", readFileSync(given.ca, "utf8"));
  await page.fill("[name=BindDn]", given.bind);
  await page.fill("[name=BaseDn]", given["base-dn"]);
  await page.fill("[name='Map.Cards']", "employeeNumber");
  await page.fill("[name=password]", "not the password");
  await shoot("form");
  await page.click("button[name=act][value=test]");
  await page.waitForSelector("text=refuses the name or password of the reading account");
  await shoot("refused");
  if ((await page.inputValue("[name=password]")) !== "") throw new Error("the password came back");
  await page.fill("[name=password]", given.password);
  await page.click("button[name=act][value=test]");
  await page.waitForSelector("text=the first people there: anna");
  if (new URL(page.url()).pathname !== "/Start") throw new Error(`stands at ${page.url()}`);
  if (await page.$("button[name=wanted][value=full]")) throw new Error("it can be turned on before a dry run");
  await shoot("kept");
  await page.click("button[name=wanted][value=dryRun]");
  await page.waitForSelector("text=The dry run has ended: 2 would come", { timeout: 30000 }).catch(async (e) => { await shoot("stuck"); throw new Error(await page.textContent("main")); });
  await page.waitForSelector("td:has-text('anna')");
  await shoot("dry-run");
  if ((await page.textContent(".steps [aria-current]")).trim() !== "People") throw new Error("people came by a dry run");
  await page.click("button[name=wanted][value=full]");
  await page.waitForSelector("text=It is on: people come from there by themselves.", { timeout: 30000 });
  await shoot("on");
  await page.fill("[name=ranges]", "127.0.0.1");
  await page.fill("[name=port]", given.port);
  await page.click("#discover");
  await page.waitForSelector("[name=site]", { timeout: 30000 });
  await page.fill("[name='name-127.0.0.1']", "hall");
  await page.click("form[action*='handler=Add'] button");
  await page.waitForSelector(".flash.good");
  await page.click("a.button[href='/Terminals']");
  await page.fill("[name=name]", "box");
  await page.fill("[name=device]", "hall");
  await page.press("[name=device]", "Enter");
  const code = await page.textContent("p.code");
  const terminal = (await page.textContent("main [role=status] dd")).trim();
  console.log(JSON.stringify({ terminal, code: code.trim() }));
  await heard.next();
  await page.goto(`${given.base}/Start`);
  console.log("waiting");
  await page.waitForSelector("text=anna name logged in at hall", { timeout: 30000 });
  console.log("seen anna");
  await page.goto(`${given.base}/Directories`);
  await shoot("directories");
} catch (e) {
  console.error(e.stack);
  status = 2;
} finally {
  await browser.close();
}
process.exit(status);
