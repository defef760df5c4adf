// Walks every page as an administrator: node walk.mjs --base https://localhost:8443 --code XXXX-XXXX-XXXX-XXXX [--axe] [--shots DIRECTORY]
// --axe   looks for what keeps people out (axe-core, all rules) in both languages, light and dark; ends with 1 when it finds anything
//         and goes through the pages by keyboard, and while they refresh by themselves
// --shots keeps a picture of every page, light and dark, in three sizes
// --only  looks at the pages alone whose path or name this regular expression fits
// --database names the file of the embedded database, with which an employee is signed in
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch, options, setUp } from "./browser.mjs";
import { keyboard } from "./keyboard.mjs";
import { living } from "./living.mjs";
import { states } from "./states.mjs";

const SIZES = [[1280, 800], [390, 844], [800, 480]];
const SKIPPED = /^\/(assets|live|SignIn\/Negotiate|api|scim|health|metrics|panel)|\.(csv|json|xlsx|pdf)$/i;
const ENOUGH = 2; // pages of one pattern, such as /Devices/…
const given = options(process.argv.slice(2));
const base = given.base.replace(/\/$/, "");
const wanted = new RegExp(given.only ?? "");
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
    if (answer.status() === 404) found.delete(at); // It wants to know whose it is by its query: states.mjs goes there.
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

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What is wrong with the page that is open: by axe-core, in the console since the last look, and wider than a phone (reflow, WCAG 1.4.10: nothing but tables scrolls sideways). */
async function wrongOf(page, heard, { only, without = [] } = {}) {
  const wrong = heard.splice(0);
  await page.evaluate(axe);
  const result = await page.evaluate(({ only, without }) => axe.run(document, { resultTypes: ["violations"], ...(only ? { runOnly: only } : {}), rules: Object.fromEntries(without.map((r) => [r, { enabled: false }])) }), { only, without });
  for (const v of result.violations) {
    wrong.push(`${v.id} (${v.impact}): ${v.help}` + v.nodes.slice(0, 3).map((n) => `\n    ${n.html.slice(0, 200)}\n      ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ""}`).join(""));
  }
  return wrong;
}

const LONGEST = 12000; // Pixels that somebody scrolls through on a phone at most.

async function reflow(page, longest = Infinity) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: SIZES[1][0], height: SIZES[1][1] });
  const [width, height] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
  await page.setViewportSize(size);
  return [...(width > SIZES[1][0] ? [`${width} pixels wide on a phone`] : []), ...(height > longest ? [`${height} pixels long on a phone`] : [])];
}

function listen(page) {
  const heard = [];
  page.on("console", (m) => { if (m.type() === "error" && !/status of 4|Failed to load resource/.test(m.text())) heard.push(m.text()); });
  page.on("pageerror", (e) => heard.push(e.message));
  return heard;
}

async function look(state, all) {
  let faults = 0, looks = all.length + 2;
  const tell = (where, wrong) => { for (const w of wrong) { faults++; console.log(`${where}: ${w}`); } };
  await Promise.all([["en-GB", "light"], ["de-DE", "dark"]].map(async ([language, scheme]) => {
    for (const [who, list] of [[state, all], [undefined, ["/SignIn", "/Setup"]]]) {
      const inside = await context(who, language, scheme);
      const page = await inside.newPage();
      const heard = listen(page);
      for (const path of list) {
        heard.push(...await settled(page, base + path));
        tell(`${path} ${language} ${scheme}`, [...await wrongOf(page, heard), ...await reflow(page, LONGEST)]);
      }
      await inside.close();
    }
  }));
  await Promise.all([
    (async () => {
      const inside = await context(state, "en-GB", "light");
      tell("/", await keyboard(await inside.newPage(), base));
      tell("/", await living(await inside.newPage(), base));
      await inside.close();
    })(),
    (async () => {
      for await (const { name, page, small } of walkStates(state)) {
        looks++;
        const heard = []; // A device's panel has no script: it loads itself anew to see what happened at the reader.
        tell(name, [...await wrongOf(page, heard, small ? { without: ["meta-refresh"] } : {}), ...small ? [] : await reflow(page)]);
        await page.emulateMedia({ colorScheme: "dark" });
        tell(`${name} dark`, await wrongOf(page, heard, { only: ["color-contrast"] }));
        await page.emulateMedia({ colorScheme: "light" });
      }
    })(),
  ]);
  console.log(`${looks} pages, ${faults} faults`);
  return faults;
}

/** The states that no link leads to, those that are wanted. */
async function* walkStates(state) {
  const open = (more) => browser.newContext({ ignoreHTTPSErrors: true, locale: given.language ?? "en-GB", viewport: { width: SIZES[0][0], height: SIZES[0][1] }, reducedMotion: "reduce", ...more });
  for await (const one of states({ base, open, state, database: given.database })) if (wanted.test(one.name)) yield one;
}

async function shoot(state, all, directory) {
  mkdirSync(directory, { recursive: true });
  const file = (name, size, scheme) => `${directory}/${name.replace(/[^A-Za-z0-9]+/g, "-")}.${size.join("x")}.${scheme}.png`;
  for (const scheme of ["light", "dark"]) {
    for (const size of SIZES) {
      for (const [who, list] of [[state, all], [undefined, ["/SignIn", "/Setup"].filter((p) => wanted.test(p))]]) {
        const inside = await context(who, given.language ?? "en-GB", scheme, size);
        const page = await inside.newPage();
        for (const path of list) {
          await settled(page, base + path);
          await page.screenshot({ path: file(path === "/" ? "Overview" : path.slice(1), size, scheme), fullPage: true });
        }
        await inside.close();
      }
    }
  }
  if (given["no-states"]) return;
  for await (const { name, page } of walkStates(state)) {
    const before = page.viewportSize();
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const size of SIZES) {
        await page.setViewportSize({ width: size[0], height: size[1] });
        await page.screenshot({ path: file(name, size, scheme), fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(before);
  }
}

let status = 0;
try {
  const first = await context(undefined, "en-GB", "light");
  const page = await first.newPage();
  await setUp(page, base, given.code);
  const state = await first.storageState();
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
