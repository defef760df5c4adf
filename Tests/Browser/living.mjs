// Pages that live while somebody uses them: parts that are fetched anew by the minute keep focus, filter and what is typed; an address that names a folded part opens it.

/** What is wrong, one line each. The page belongs to an administrator, has its clock put forward and may be left anywhere. */
export async function living(page, base) {
  const wrong = [];
  const expect = (good, what) => { if (!good) wrong.push(`living: ${what}`); };
  const fresh = async (path) => { await page.goto(base + path, { waitUntil: "load" }); };
  const focus = () => page.evaluate(() => ({ href: document.activeElement.getAttribute("href"), text: document.activeElement.textContent.trim(), name: document.activeElement.name, value: document.activeElement.value, body: document.activeElement === document.body }));
  /** Lets a minute pass and waits until the part was replaced; false when it was not. */
  const minute = async (part, patience = 5000) => {
    await page.evaluate((p) => { document.querySelector(p).dataset.old = "1"; }, part);
    await page.clock.fastForward(61_000);
    return page.waitForFunction((p) => document.querySelector(p)?.dataset.old === undefined, part, { timeout: patience }).then(() => true, () => false);
  };

  await page.clock.install();
  await fresh("/");
  await page.focus("#live-now .spots a");
  const spot = await focus();
  expect(await minute("#live-now"), "the overview does not refresh by the minute");
  const after = await focus();
  expect(after.href === spot.href, `the overview takes the focus from ${spot.href} to ${after.body ? "nothing" : after.href ?? after.text} when it refreshes`);

  await fresh("/Devices");
  const all = await page.locator("#devices-part tbody tr").count();
  const one = (await page.innerText("#devices-part tbody tr:last-child td:first-child")).trim();
  await page.fill("[name=q]", one);
  await page.waitForFunction(() => document.querySelectorAll("#devices-part tbody tr").length === 1);
  expect(!await minute("#devices-part", 1500), "devices are replaced while somebody is at their filter");
  expect((await focus()).value === one, "the filter is taken from whoever types in it");
  await page.focus("#devices-part tbody a");
  expect(await minute("#devices-part"), "devices do not refresh by the minute");
  expect(all > 1 && await page.locator("#devices-part tbody tr").count() === 1, "a refresh forgets the filter");
  expect((await focus()).text === one, "a refresh of the devices takes the focus");

  await fresh("/Devices");
  const heading = page.locator("#devices-part thead a").first(), title = (await heading.innerText()).trim();
  await heading.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/sort=/, { timeout: 5000 }).catch(() => expect(false, "a heading does not sort"));
  await page.waitForFunction(() => document.querySelector("#devices-part th[aria-sort=ascending], #devices-part th[aria-sort=descending]"));
  expect((await focus()).text.startsWith(title), `sorting takes the focus from ${title}`);

  await fresh("/Settings");
  const group = await page.getAttribute("details.group:not([open])", "id");
  const shown = () => page.evaluate((id) => { const d = document.getElementById(id), r = d.getBoundingClientRect(); return d.open && r.top >= 0 && r.top < innerHeight; }, group);
  await page.evaluate((id) => { location.hash = id; }, group);
  await page.waitForTimeout(100);
  expect(await shown(), `#${group} does not open that group on its page`);
  await fresh("/Devices");
  await fresh(`/Settings#${group}`);
  expect(await shown(), `a link to #${group} does not open that group`);
  return wrong;
}
