// Offers what a search may be for, while one types. The search boxes work without it.
"use strict";
(() => {
  // In milliseconds, so that nobody is asked between two letters of a quick typist.
  const PAUSE = 120;
  const list = document.createElement("datalist");
  list.id = "suggestions";
  document.body.append(list);
  let waiting;
  let asking;

  const option = ({ text, query }) => {
    const option = document.createElement("option");
    option.value = query;
    if (text !== query) option.label = text;
    return option;
  };

  const ask = async (typed) => {
    asking = new AbortController();
    try {
      const address = "/api/v1/suggestions?q=" + encodeURIComponent(typed);
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      list.replaceChildren(...suggestions.map(option));
    } catch {
      // A newer question took its place, or nobody answers: what was offered stays.
    }
  };

  const typed = ({ target, isComposing, inputType }) => {
    // One of the options was chosen, or a letter of several keys is not there yet.
    if (isComposing || inputType === "insertReplacementText") return;
    clearTimeout(waiting);
    asking?.abort();
    waiting = setTimeout(ask, PAUSE, target.value);
  };

  for (const box of document.querySelectorAll("input[type=search][name=q]")) {
    box.setAttribute("list", list.id);
    box.addEventListener("input", typed);
    box.addEventListener("compositionend", typed);
  }
})();
