// Chromium of the machine, and an administrator made by a set-up code as a person would.
import { createHmac } from "node:crypto";
import { chromium } from "playwright-core";

const PASSWORD = "correct horse battery";

/** Starts the browser; the caller closes it. */
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb", "--disable-background-networking", "--no-first-run", "--font-render-hinting=none"],
});

/** The code of RFC 6238 for a key in base 32, of the step that holds now or of one further on. */
export function totp(key, further = 0) {
  const bits = [...key.replace(/\s/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + further));
  const hash = createHmac("sha1", secret).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

/** Makes the account that a code is for and signs in; sets the second step up where the site asks for it. */
export async function setUp(page, base, code, name = "ada") {
  await page.goto(`${base}/Setup`);
  await page.fill("[name=code]", code);
  await page.fill("[name=name]", name);
  await page.fill("[name=password]", PASSWORD);
  await page.click("main button");
  if (new URL(page.url()).pathname === "/Enrol") {
    const key = await page.textContent(".key");
    await page.fill("[name=code]", totp(key));
    await page.click("main form button");
    await page.click("main a.button");
  }
  if (!await page.$("a.me")) throw new Error(`${name} stands at ${page.url()}: ${await page.textContent("main")}`);
}

/** A set-up code for an account of a role and, where it has one, a scope, made on the administrator's page. */
export async function invite(page, base, role, kind = "", name = "") {
  await page.goto(`${base}/Accounts`);
  const form = page.locator("form[action*='handler=Invite']");
  await form.locator("[name=role]").selectOption(role);
  await form.locator("[name=kind]").first().selectOption(kind);
  await form.locator("[name=name]").first().fill(name);
  await form.locator("button").click();
  return (await page.textContent("p.code")).trim();
}

/** Arguments of the form --name value; a name alone is true. */
export function options(argv) {
  const found = {};
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i].slice(2);
    found[name] = argv[i + 1] === undefined || argv[i + 1].startsWith("--") ? true : argv[++i];
  }
  return found;
}
