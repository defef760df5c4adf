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
  // drops, a device that answers again. htmx swaps them by "live" events.
  const MINUTE = 60_000, due = new Map();
  const tell = (part) => { if (!due.has(part)) due.set(part, setTimeout(() => { due.delete(part); if (document.visibilityState === "visible") htmx.trigger(part, "live"); }, 400)); };
  function live() {
    const parts = document.querySelectorAll("[data-live]");
    if (parts.length === 0) return;
    setInterval(() => document.querySelectorAll("[data-live]").forEach(tell), MINUTE);
    if (!window.EventSource) return;
    const source = new EventSource("/live?self=1");
    const topics = new Set([...parts].flatMap((p) => p.dataset.live.split(" ")));
    topics.forEach((topic) => source.addEventListener(topic, () => document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`).forEach(tell)));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") document.querySelectorAll("[data-live]").forEach(tell); });
    addEventListener("pagehide", () => source.close());
  }
})();
