// Walks every page as an administrator: node walk.mjs --base https://localhost:8443 --code XXXX-XXXX-XXXX-XXXX [--axe] [--shots DIRECTORY]
// --axe   looks for what keeps people out (axe-core, all rules) in both languages, light and dark; ends with 1 when it finds anything
// --shots keeps a picture of every page, light and dark, in three sizes
// --only  looks at the pages alone whose path this regular expression fits
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, options, setUp } from "./browser.mjs";

const SIZES = [[1280, 800], [390, 844], [800, 480]];
const SKIPPED = /^\/(assets|live|SignIn\/Negotiate|api|scim|health|metrics|panel)|\.(csv|json|xlsx|pdf)$/i;
const ENOUGH = 2; // pages of one pattern, such as /Devices/…
const given = options(process.argv.slice(2));
const base = given.base.replace(/\/$/, "");
const browser = await launch();

async function context(state, language, scheme, [width, height] = SIZES[0]) {
  return browser.newContext({ ignoreHTTPSErrors: true, storageState: state, locale: language, colorScheme: scheme, viewport: { width, height }, reducedMotion: "reduce" });
}

/** Every path that links lead to, a few of each pattern, and those that no link shows. */
async function paths(page) {
  const found = new Map([["/", 1]]), queue = ["/"], kinds = new Map();
  while (queue.length > 0) {
    const at = queue.shift();
    const answer = await page.goto(base + at);
    if (answer.status() >= 500) throw new Error(`${at}: ${answer.status()}`);
    for (const href of await page.$$eval("main a[href^='/'], nav a[href^='/'], header a[href^='/']", (links) => links.filter((a) => !a.hasAttribute("download")).map((a) => a.getAttribute("href")))) {
      const path = href.split(/[?#]/)[0];
      if (found.has(path) || SKIPPED.test(path)) continue;
      const kind = path.split("/").slice(0, 2).join("/") + "/".repeat(path.split("/").length);
      if ((kinds.get(kind) ?? 0) >= ENOUGH) continue;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      found.set(path, 1);
      queue.push(path);
    }
  }
  return [...found.keys(), "/Start", "/Confirm", "/no/such/page"].filter((p, i, all) => all.indexOf(p) === i);
}

/** Opens a page and waits until its charts are drawn; tells what did not come. */
async function settled(page, url) {
  await page.goto(url, { waitUntil: "load" });
  if (!await page.$("figure[data-chart]")) return [];
  return page.waitForSelector("figure.drawn", { timeout: 3000 }).then(() => [], () => ["a chart is not drawn"]);
}

async function look(state, all) {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  let faults = 0;
  await Promise.all([["en-GB", "light"], ["de-DE", "dark"]].map(async ([language, scheme]) => {
    for (const [who, list] of [[state, all], [undefined, ["/SignIn", "/Setup"]]]) {
      const inside = await context(who, language, scheme);
      const page = await inside.newPage();
      const wrong = [];
      page.on("console", (m) => { if (m.type() === "error" && !/status of 4|Failed to load resource/.test(m.text())) wrong.push(m.text()); });
      page.on("pageerror", (e) => wrong.push(e.message));
      for (const path of list) {
        wrong.push(...await settled(page, base + path));
        await page.evaluate(axe);
        const result = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
        for (const v of result.violations) {
          faults++;
          console.log(`${path} ${language} ${scheme}: ${v.id} (${v.impact}): ${v.help}`);
          for (const n of v.nodes.slice(0, 3)) console.log(`    ${n.html.slice(0, 200)}\n      ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ""}`);
        }
        // Reflow (WCAG 1.4.10): on a phone nothing but tables scrolls sideways.
        await page.setViewportSize({ width: SIZES[1][0], height: SIZES[1][1] });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > SIZES[1][0]) wrong.push(`${width} pixels wide on a phone`);
        await page.setViewportSize({ width: SIZES[0][0], height: SIZES[0][1] });
        for (const w of wrong.splice(0)) { faults++; console.log(`${path} ${language} ${scheme}: ${w}`); }
      }
      await inside.close();
    }
  }));
  console.log(`${all.length + 2} pages, ${faults} faults`);
  return faults;
}

async function shoot(state, all, directory) {
  mkdirSync(directory, { recursive: true });
  for (const scheme of ["light", "dark"]) {
    for (const size of SIZES) {
      for (const [who, list] of [[state, all], [undefined, ["/SignIn", "/Setup"]]]) {
        const inside = await context(who, given.language ?? "en-GB", scheme, size);
        const page = await inside.newPage();
        for (const path of list) {
          await settled(page, base + path);
          const name = path === "/" ? "Overview" : path.slice(1).replace(/[^A-Za-z0-9]+/g, "-");
          await page.screenshot({ path: `${directory}/${name}.${size.join("x")}.${scheme}.png`, fullPage: true });
        }
        await inside.close();
      }
    }
  }
}

let status = 0;
try {
  const first = await context(undefined, "en-GB", "light");
  const page = await first.newPage();
  await setUp(page, base, given.code);
  const state = await first.storageState();
  const wanted = new RegExp(given.only ?? "");
  const all = (await paths(page)).filter((p) => wanted.test(p));
  await first.close();
  if (given.axe && await look(state, all) > 0) status = 1;
  if (given.shots) await shoot(state, all, given.shots);
} catch (e) {
  console.log(e.stack);
  status = 2;
} finally {
  await browser.close();
}
process.exit(status);
