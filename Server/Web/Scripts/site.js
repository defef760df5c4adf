// What makes pages quicker to use; every page works without it.
(() => {
  "use strict";
  const OFF = "copytrack.keys.off";
  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  // Shortcuts: g and a letter goes to a page, / to the filter, ? shows them. They can be switched off, and never act while somebody types.
  const typing = (e) => e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.target.closest?.("input, select, textarea, [contenteditable], dialog");
  let pending = 0;
  document.addEventListener("keydown", (e) => {
    if (off() || typing(e)) return;
    if (e.key === "?") { document.getElementById("keys")?.showModal(); e.preventDefault(); return; }
    if (e.key === "/") {
      const filter = document.querySelector("[data-filter]");
      if (filter) { filter.focus(); filter.select(); e.preventDefault(); }
      return;
    }
    if (e.key === "g") { pending = Date.now(); return; }
    if (pending && Date.now() - pending < 1500 && /^[a-z]$/.test(e.key)) {
      document.querySelector(`nav [data-go="${e.key}"]`)?.click();
    }
    pending = 0;
  });

  document.addEventListener("DOMContentLoaded", () => {
    const dialog = document.getElementById("keys"), on = document.getElementById("keys-on"), open = document.querySelector("button.keys");
    if (open) { open.hidden = false; open.addEventListener("click", () => dialog.showModal()); }
    if (on) {
      on.checked = !off();
      on.addEventListener("change", () => { try { if (on.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1"); } catch { on.checked = true; } });
    }
    document.querySelectorAll("nav.side").forEach(toCurrent);
    document.querySelectorAll("details.menu").forEach((menu) => menu.addEventListener("toggle", () => toCurrent(menu.querySelector("nav"))));
    live();
  });

  // An address that names a folded part opens it.
  const unfold = () => { const part = document.getElementById(location.hash.slice(1)); if (part instanceof HTMLDetailsElement) { part.open = true; part.scrollIntoView(); } };
  document.addEventListener("DOMContentLoaded", unfold);
  addEventListener("hashchange", unfold);

  // A menu that is longer than the screen begins where the page of now stands in it.
  function toCurrent(menu) {
    const current = menu.querySelector("[aria-current]");
    if (current && current.getBoundingClientRect().bottom > menu.getBoundingClientRect().bottom - 24) menu.scrollTop += current.getBoundingClientRect().top - menu.getBoundingClientRect().top - menu.clientHeight / 2;
  }

  // The menu of small screens closes when somebody goes elsewhere.
  document.addEventListener("click", (e) => { const menu = document.querySelector("details.menu[open]"); if (menu && !menu.contains(e.target)) menu.open = false; });
  document.addEventListener("keydown", (e) => { const menu = document.querySelector("details.menu[open]"); if (e.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); } });

  // Parts of a page with data-live="topic topic" are fetched again when the server tells of such a topic, and each minute while somebody may see them, for what it tells nobody: a terminal that
  // drops, a device that answers again. htmx swaps them by "live" events. What somebody types there, or has typed and not sent, is not taken from them: such a part waits.
  const MINUTE = 60_000, LATER = 5_000, due = new Map();
  const typed = (f) => f.type === "checkbox" ? f.checked !== f.defaultChecked : f.localName === "select" ? f.selectedIndex !== Math.max(0, [...f.options].findIndex((o) => o.defaultSelected)) : f.value !== f.defaultValue;
  const inWork = (part) => [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].some((f) => f === document.activeElement || (!f.closest("[role=search]") && typed(f)));
  const tell = ({ id }, wait = 400) => { if (!due.has(id)) due.set(id, setTimeout(() => refresh(id), wait)); };
  function refresh(id) {
    due.delete(id);
    const part = document.getElementById(id);
    if (!part || document.visibilityState !== "visible") return;
    if (inWork(part)) tell(part, LATER); else htmx.trigger(part, "live");
  }
  // Sorted and filtered as it is now, not as the page came.
  document.addEventListener("htmx:configRequest", (e) => { if (e.target.matches("[data-live]")) e.detail.path = location.pathname + location.search; });

  // A part that is replaced gives the focus back to what had it: the same link, the same words, or what stands in its place. What was unfolded or scrolled there by hand stays so.
  const CAN = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (e) => {
    const part = e.detail.target, all = [...part.querySelectorAll(CAN)], at = all.indexOf(document.activeElement);
    kept = part.id === "" ? null : { id: part.id, at, href: all[at]?.getAttribute("href"), text: all[at]?.textContent, lefts: [...part.querySelectorAll(".scroll")].map((s) => s.scrollLeft), folds: e.detail.requestConfig?.elt.matches("[data-live]") ? [...part.querySelectorAll("details")].map((d) => d.open) : [] };
  });
  document.addEventListener("htmx:afterSwap", () => {
    const part = kept && document.getElementById(kept.id), { at, href, text, lefts, folds } = kept ?? {};
    kept = null;
    if (!part) return;
    part.querySelectorAll(".scroll").forEach((s, i) => { s.scrollLeft = lefts[i] ?? 0; });
    const details = part.querySelectorAll("details");
    if (details.length === folds.length) details.forEach((d, i) => { d.open = folds[i]; });
    if (at < 0 || part.contains(document.activeElement)) return;
    const all = [...part.querySelectorAll(CAN)];
    ((href && all.find((e) => e.getAttribute("href") === href)) || all.find((e) => e.textContent === text && text.trim()) || all[at])?.focus({ preventScroll: true });
  });
  function live() {
    const parts = document.querySelectorAll("[data-live]");
    if (parts.length === 0) return;
    setInterval(() => document.querySelectorAll("[data-live]").forEach((p) => tell(p)), MINUTE);
    if (!window.EventSource) return;
    const source = new EventSource("/live?self=1");
    const topics = new Set([...parts].flatMap((p) => p.dataset.live.split(" ")));
    topics.forEach((topic) => source.addEventListener(topic, () => document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`).forEach((p) => tell(p))));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") document.querySelectorAll("[data-live]").forEach((p) => tell(p)); });
    addEventListener("pagehide", () => source.close());
  }
})();
