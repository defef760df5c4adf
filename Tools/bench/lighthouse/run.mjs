// Lighthouse of one page of a signed-in administrator: node run.mjs URL COOKIE. Prints one line of JSON.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [url, cookie] = process.argv.slice(2);
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--ignore-certificate-errors"],
});
try {
  // Loopback without throttling: the target is a paint over loopback with a cold cache.
  const result = await lighthouse(url, { port: chrome.port, onlyCategories: ["performance", "accessibility"], extraHeaders: { Cookie: cookie }, throttlingMethod: "provided", formFactor: "desktop",
    screenEmulation: { mobile: false, width: 1280, height: 800, deviceScaleFactor: 1, disabled: false }, logLevel: "error" });
  const { categories, audits } = result.lhr;
  console.log(JSON.stringify({ performance: Math.round(categories.performance.score * 100), accessibility: Math.round(categories.accessibility.score * 100), firstPaintMs: Math.round(audits["first-contentful-paint"].numericValue) }));
} finally {
  await chrome.kill();
}
