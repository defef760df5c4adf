// The pages by keyboard alone: the skip link, the order of the Tab key, a focus that is seen, shortcuts, and Escape.

/** What is wrong, one line each. The page belongs to an administrator and may be left anywhere. */
export async function keyboard(page, base) {
  const wrong = [];
  const expect = (good, what) => { if (!good) wrong.push(`keyboard: ${what}`); };
  const focus = () => page.evaluate(() => {
    const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return {
      what: `${e.tagName.toLowerCase()} ${(e.innerText || e.name || e.className || "").trim().slice(0, 30)}`, body: e === document.body, tag: e.tagName, id: e.id, name: e.getAttribute("name"),
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      marked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none",
    };
  });
  const fresh = async (path) => { await page.goto(base + path, { waitUntil: "load" }); };

  // Everything that can be used is reached in the order of the page, and is seen when it is.
  await fresh("/Devices");
  const device = await page.getAttribute("tbody a[href^='/Devices/']", "href");
  for (const path of ["/", "/Devices", device, "/Reports", "/Probe", "/AccessLog", "/Accounts"]) {
    await fresh(path);
    const begins = await page.$("main [autofocus]") !== null; // Where one is to type at once the Tab key goes on from there.
    const all = await page.evaluate(() => {
      const can = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter((e) => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden" && e.checkVisibility({ visibilityProperty: true }));
      can.forEach((e, i) => { e.dataset.walk = i; });
      return can.length;
    });
    await page.evaluate(() => { document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); });
    let last = -1, first = null, stays = 0;
    for (let i = 0; i < Math.min(all, 60); i++) {
      await page.keyboard.press("Tab");
      const now = await focus();
      if (now.body) break;
      first ??= now;
      const place = await page.evaluate(() => Number(document.activeElement.dataset.walk ?? -1));
      expect(now.seen, `${path}: ${now.what} has the focus out of sight`);
      expect(now.marked, `${path}: ${now.what} has the focus and does not show it`);
      expect(place >= last || place === -1, `${path}: ${now.what} comes after what stands behind it`);
      stays = place === last && place !== -1 ? stays + 1 : 0;
      if (stays > 5) { expect(false, `${path}: ${now.what} does not let the focus go`); break; } // A date has four stops of its own.
      last = Math.max(last, place);
    }
    expect(begins || last > 5, `${path}: the Tab key reached only ${last + 1} of ${all}`);
    expect(begins || first?.what.startsWith("a Skip"), `${path}: the first stop is ${first?.what}, not the link to the content`);
  }

  await fresh("/Devices");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect((await focus()).id === "main", "the link to the content does not lead there");

  // Help, by its key; Escape gives the focus back.
  await page.keyboard.press("?");
  expect(await page.isVisible("dialog#keys[open]"), "? does not show the shortcuts");
  await page.keyboard.press("Escape");
  expect(!await page.isVisible("dialog#keys"), "Escape does not close the shortcuts");
  expect((await focus()).id === "main", "the focus is lost after the shortcuts");

  // The filter takes letters, which are no shortcuts there.
  await page.keyboard.press("/");
  expect((await focus()).name === "q", "/ does not lead to the filter");
  await page.keyboard.type("gr?");
  await page.waitForTimeout(100);
  expect(new URL(page.url()).pathname === "/Devices" && !await page.isVisible("dialog#keys"), "letters in the filter act as shortcuts");
  expect(await page.inputValue("[name=q]") === "gr?", "the filter does not get its letters");

  await fresh("/Devices");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL(/\/Reports/, { timeout: 3000 }).catch(() => expect(false, "g r does not lead to the reports"));

  // They can be switched off, and on again.
  const click = async () => { await page.click(".foot button.keys"); await page.click("#keys-on"); await page.keyboard.press("Escape"); };
  await click();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("?");
  expect(!await page.isVisible("dialog#keys"), "shortcuts act though they are off");
  await click();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("?");
  expect(await page.isVisible("dialog#keys"), "shortcuts do not come back");
  await page.keyboard.press("Escape");

  // The menu of a phone.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await fresh("/Audit");
  await page.focus("details.menu > summary");
  await page.keyboard.press("Enter");
  expect(await page.isVisible("details.menu nav a"), "Enter does not open the menu");
  expect(await page.evaluate(() => { const a = document.querySelector("details.menu [aria-current]").getBoundingClientRect(), n = document.querySelector("details.menu nav").getBoundingClientRect(); return a.top >= n.top && a.bottom <= n.bottom; }), "the menu does not show where one is");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  expect(!await page.isVisible("details.menu nav a") && (await focus()).tag === "SUMMARY", "Escape does not close the menu and give the focus back");
  await page.setViewportSize(size);
  return wrong;
}
