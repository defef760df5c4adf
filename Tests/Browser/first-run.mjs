// The first administrator's way with a list of people: node first-run.mjs --base URL --code XXXX-… --port PORT_OF_THE_COPIER
import { firstRun, step } from "./first-steps.mjs";

await firstRun({
  swiper: "Anna A",
  async people(page) {
    await page.fill("[name=people]", "username,displayName,cards\nanna,Anna A,04A1\n");
    await page.click("button[name=import][value=false]");
    await page.waitForSelector("text=1 would be added");
    await step(page, 2);
    await page.click("button[name=import][value=true]");
    await page.waitForSelector(".flash.good");
  },
  async end(page, { given }) {
    await page.goto(`${given.base}/`);
    if ((await page.textContent("main")).includes("Anna A")) console.log("overview Anna A");
  },
});
