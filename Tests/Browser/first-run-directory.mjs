// The first administrator's way of a site with a directory: tried and kept, dry run, first run, and the first swipe of somebody who came from there.
// node first-run-directory.mjs --base URL --code XXXX-… --port PORT_OF_THE_COPIER --kind ldap|activeDirectory --host HOST:PORT --base-dn DN --bind DN --password TEXT --cards ATTRIBUTE --ca FILE --swiper NAME
import { readFileSync } from "node:fs";
import { options } from "./browser.mjs";
import { firstRun, step } from "./first-steps.mjs";

const asked = options(process.argv.slice(2));
await firstRun({
  swiper: asked.swiper,
  async people(page, { given, shoot }) {
    await page.click("a.button[href='/Directory']");
    if (given.kind === "activeDirectory") await page.click("main .title a:has-text('Active Directory')");
    await page.fill("[name=newName]", "corp");
    await page.fill("[name=hosts]", given.host);
    await page.click("summary:has-text('Authority of the certificate')");
    await page.fill("[name=Ca]", readFileSync(given.ca, "utf8"));
    await page.fill("[name=BindDn]", given.bind);
    await page.fill("[name=BaseDn]", given["base-dn"]);
    await page.fill("[name='Map.Cards']", given.cards);
    await page.fill("[name=password]", "not the password");
    await shoot("form");
    await page.click("button[name=act][value=test]");
    await page.waitForSelector("text=refuses the name or password of the reading account");
    await shoot("refused");
    if ((await page.inputValue("[name=password]")) !== "") throw new Error("the password came back");
    await page.fill("[name=password]", given.password);
    await page.click("button[name=act][value=test]");
    await page.waitForSelector("text=/the first people there: (anna, bert|bert, anna)/"); // In the order of the directory.
    if (new URL(page.url()).pathname !== "/Start") throw new Error(`stands at ${page.url()}`);
    if (await page.$("button[name=wanted][value=full]")) throw new Error("it can be turned on before a dry run");
    await shoot("kept");
    await page.click("button[name=wanted][value=dryRun]");
    await page.waitForSelector("text=The dry run has ended: 2 would come", { timeout: 30000 });
    await page.waitForSelector("td:has-text('anna')");
    await shoot("dry-run");
    await step(page, 2); // Nobody comes by a dry run.
    await page.click("button[name=wanted][value=full]");
    await page.waitForSelector("text=It is on: people come from there by themselves.", { timeout: 30000 });
    await shoot("on");
  },
  async end(page, { given, shoot }) {
    await page.goto(`${given.base}/Directories`);
    await shoot("directories");
  },
});
