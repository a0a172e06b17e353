// Offers to highlight what is selected in an article, or to write a note on it. A form below the article does
// the same without a script.
"use strict";
(() => {
  const beside = document.querySelector(".beside[data-entry]");
  const body = document.querySelector("article.entry > .body");
  if (!beside || !body) return;
  const AROUND = 60;
  const entry = Number(beside.dataset.entry);

  const bar = document.createElement("div");
  bar.className = "quote-bar";
  bar.hidden = true;
  const button = (label) => {
    const it = document.createElement("button");
    it.type = "button";
    it.textContent = label;
    bar.append(it);
    return it;
  };
  const highlight = button(beside.dataset.highlight);
  const write = button(beside.dataset.note);
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  bar.append(said);
  document.body.append(bar);

  // The words, what stands around them, and how many characters stand before.
  const selected = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!body.contains(range.commonAncestorContainer)) return null;
    const quote = selection.toString().trim();
    if (!quote || [...quote].length > 5000) return null;
    const before = range.cloneRange();
    before.selectNodeContents(body);
    before.setEnd(range.startContainer, range.startOffset);
    const behind = range.cloneRange();
    behind.selectNodeContents(body);
    behind.setStart(range.endContainer, range.endOffset);
    const letters = [...before.toString()];
    return {
      entry,
      quote,
      prefix: letters.slice(-AROUND).join(""),
      suffix: [...behind.toString()].slice(0, AROUND).join(""),
      start: letters.length,
      place: range.getBoundingClientRect(),
    };
  };

  let found = null;
  const show = () => {
    found = selected();
    bar.hidden = !found;
    if (!found) return;
    said.textContent = "";
    const { bottom, left } = found.place;
    const width = bar.offsetWidth;
    bar.style.top = `${window.scrollY + bottom + 8}px`;
    bar.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`;
  };
  let waiting;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  });
  // A click on the bar must not take away what is selected.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());

  highlight.addEventListener("click", async () => {
    if (!found) return;
    const { place, ...sent } = found;
    const headers = { "Content-Type": "application/json" };
    try {
      const answer = await fetch("/api/v1/highlights", { method: "POST", headers, body: JSON.stringify(sent) });
      if (!answer.ok) throw new Error(answer.statusText);
      location.reload();
    } catch {
      said.textContent = beside.dataset.failed;
    }
  });
  write.addEventListener("click", () => {
    if (!found) return;
    const { place, ...sent } = found;
    location.assign("/journal/new?" + new URLSearchParams(sent));
  });
})();
