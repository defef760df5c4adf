// What the first administrator's ways have in common: set-up code, name of the site, then people in one way or another, a device found by discovery, a terminal, the first swipe seen live.
import { createInterface } from "node:readline";
import { launch, options, setUp } from "./browser.mjs";

/**
 * Goes the way with --base URL --code XXXX-… --port PORT_OF_THE_COPIER and ends the process. people brings them in at its step, end looks at what it likes when the swipe was seen, whose the swipe is; both get
 * the page and what was given. With --shots DIRECTORY shoot keeps a picture. Tells the terminal's code as JSON and waits for a line on its input.
 */
export async function firstRun({ people, swiper, end }) {
  const given = options(process.argv.slice(2));
  const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const browser = await launch();
  let status = 0, page;
  try {
    page = await (await browser.newContext({ ignoreHTTPSErrors: true, locale: given.language ?? "en-GB" })).newPage();
    const shoot = (name) => given.shots ? page.screenshot({ path: `${given.shots}/${name}.png`, fullPage: true }) : null;
    await setUp(page, given.base, given.code);
    await page.click("a.button[href='/Start']");
    await step(page, 1);
    await page.fill("[name=title]", "Town hall");
    await page.press("[name=title]", "Enter");
    await page.waitForLoadState();
    await step(page, 2);
    await people(page, { given, shoot });
    await step(page, 3);
    // The first device is found by discovery: a span of addresses, of which one answers.
    await page.fill("[name=ranges]", "127.0.0.1-2");
    await page.fill("[name=port]", given.port);
    await page.click("#discover");
    await page.waitForSelector("[name='name-127.0.0.1']", { timeout: 30000 });
    await page.waitForSelector("[name=site]", { timeout: 30000 });
    await page.fill("[name='name-127.0.0.1']", "hall");
    await page.fill("[name=site]", "Town hall");
    await page.click("form[action*='handler=Add'] button");
    await page.waitForSelector(".flash.good");
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
    await page.waitForSelector(`text=${swiper} logged in at hall`, { timeout: 30000 });
    console.log(`seen ${swiper}`);
    await end(page, { given, shoot });
  } catch (e) {
    console.error(`${e.stack}\n--- shown:\n${await page?.innerText("main").catch(() => "")}`);
    status = 2;
  } finally {
    await browser.close();
  }
  process.exit(status);
}

/** Waits until the path stands at this step, which its page finds out by itself. */
export async function step(page, number) {
  await page.waitForFunction((n) => [...document.querySelectorAll(".steps li")].findIndex((l) => l.hasAttribute("aria-current")) + 1 === n, number, { timeout: 15000 }).catch(async () => {
    throw new Error(`step ${number} expected, but it is ${(await page.textContent(".steps [aria-current]"))?.trim()}`);
  });
}
