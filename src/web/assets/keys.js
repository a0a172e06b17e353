// The keyboard: from card to card, to places, and a dialog that tells which keys there are. All of it can
// be done without, by tabulator and links.
"use strict";
(() => {
  // In milliseconds: within which the second key of two is taken.
  const SECOND_KEY = 1500;
  const PLACES = {
    t: "/", s: "/search", l: "/list", j: "/journal", a: "/landscape",
    d: "/digests", i: "/ideas", p: "/peers", o: "/sources", e: "/settings",
  };
  let goesTo = 0;

  const cards = () => [...document.querySelectorAll(".card")].filter((it) => it.offsetParent);
  const titleOf = (card) => card.querySelector("a.title");
  const present = () => document.activeElement?.closest(".card");

  // The focus is what tells where one is: so Enter opens, and the tabulator goes on from there.
  const move = (by) => {
    const all = cards();
    if (all.length === 0) return;
    const at = all.indexOf(present());
    const next = at < 0 ? (by > 0 ? firstInView(all) : all.length - 1) : at + by;
    const card = all[Math.min(Math.max(next, 0), all.length - 1)];
    const title = titleOf(card);
    title.focus({ preventScroll: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    card.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  };
  const firstInView = (all) => {
    const at = all.findIndex((it) => it.getBoundingClientRect().bottom > 0);
    return at < 0 ? 0 : at;
  };

  // What a card, or the page of an entry, offers under a name: a button to press, a field to write in.
  const act = (name) => {
    const around = present() ?? document.querySelector("article.entry") ?? null;
    const target = around?.querySelector(`[data-key="${name}"]`);
    if (!target) return false;
    if (target.matches("button, [type=submit], summary, a")) target.click();
    else target.focus();
    return true;
  };

  const open = () => {
    const title = present() && titleOf(present());
    if (!title) return false;
    title.click();
    return true;
  };

  const search = () => {
    const box = document.querySelector("main input[type=search]") ??
      document.querySelector("input[type=search]");
    const seen = box?.offsetParent;
    if (!seen) {
      location.assign("/search");
      return true;
    }
    box.focus();
    box.select();
    return true;
  };

  let dialog;
  const help = async () => {
    if (!dialog) {
      const answer = await fetch("/keys");
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      dialog = document.createElement("dialog");
      dialog.className = "keys-dialog";
      const heading = page.querySelector("h1");
      heading.id = "keys-heading";
      dialog.setAttribute("aria-labelledby", heading.id);
      const form = document.createElement("form");
      form.method = "dialog";
      const close = document.createElement("button");
      close.className = "quiet";
      close.textContent = page.querySelector("#keys").dataset.close;
      form.append(close);
      dialog.append(heading, page.querySelector("#keys"), form);
      document.body.append(dialog);
      // A click beside it closes it.
      dialog.addEventListener("click", (event) => {
        if (event.target === dialog) dialog.close();
      });
    }
    if (dialog.open) dialog.close();
    else dialog.showModal();
  };

  const go = (key) => {
    goesTo = 0;
    const place = PLACES[key];
    // Only places that there are: the navigation names them.
    if (!place || !document.querySelector(`nav a[href="${place}"]`)) return false;
    location.assign(place);
    return true;
  };

  const ACTS = {
    j: () => (move(1), true),
    k: () => (move(-1), true),
    o: open,
    m: () => act("queue"),
    s: () => act("studied"),
    n: () => act("note"),
    "/": search,
    "?": () => (help(), true),
    g: () => ((goesTo = Date.now()), true),
  };

  const types = (element) =>
    element?.isContentEditable || element?.matches?.("input, textarea, select");

  addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, altKey, metaKey, isComposing, defaultPrevented } = event;
    if (defaultPrevented || isComposing || ctrlKey || altKey || metaKey) return;
    const menu = document.querySelector("details.more[open]");
    if (key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    if (types(target)) return;
    if (dialog?.open && key !== "?") return;
    const isSecond = goesTo > 0 && Date.now() - goesTo < SECOND_KEY;
    const done = isSecond ? go(key) : ACTS[key]?.();
    if (done) event.preventDefault();
  });

  // The menu closes when one goes on elsewhere.
  addEventListener("click", ({ target }) => {
    const menu = document.querySelector("details.more[open]");
    if (menu && !menu.contains(target)) menu.open = false;
  });
  for (const link of document.querySelectorAll("a[data-help]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      help();
    });
  }
})();
