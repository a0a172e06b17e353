// Saves what is typed into a note's editor while it is typed: on the server, and in this browser while
// the server cannot be reached. Without it, the editor keeps nothing until it is sent.
"use strict";
(() => {
  // In milliseconds after the last letter.
  const PAUSE = 2500;
  const PREFIX = "peerscope-draft:";

  const local = {
    put: (tab, draft) => { try { localStorage.setItem(PREFIX + tab, JSON.stringify(draft)); } catch { /* Full, or forbidden: the page still holds it. */ } },
    drop: (tab) => { try { localStorage.removeItem(PREFIX + tab); } catch { /* Nothing is there. */ } },
    of: (note) => {
      const found = [];
      try {
        for (let at = 0; at < localStorage.length; at++) {
          const key = localStorage.key(at);
          if (!key.startsWith(PREFIX)) continue;
          const draft = JSON.parse(localStorage.getItem(key));
          if (draft.note === note) found.push({ tab: key.slice(PREFIX.length), ...draft });
        }
      } catch { /* Not ours, or forbidden. */ }
      return found.sort((a, b) => b.typed - a.typed);
    },
  };

  // A page that says that a note was kept: its copy here is not needed any more.
  const kept = document.querySelector("[data-kept]");
  if (kept?.dataset.kept) local.drop(kept.dataset.kept);

  const form = document.getElementById("editor");
  if (!form) return;
  const told = document.getElementById("draft-state");
  const note = Number(form.dataset.note) || null;
  const inherited = form.elements.tab.value;
  const tab = inherited || crypto.randomUUID?.() || Array.from(crypto.getRandomValues(new Uint32Array(4)), (it) => it.toString(16).padStart(8, "0")).join("");
  form.elements.tab.value = tab;
  const put = (tab, draft, options = {}) => fetch("/api/v1/drafts/" + tab, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(draft),
    redirect: "manual",
    ...options,
  });

  const fields = () => {
    const typed = {};
    for (const [name, value] of new FormData(form)) {
      if (name === "tab" || name === "revision") continue;
      typed[name] = name in typed ? typed[name] + "\n" + value : value;
    }
    return typed;
  };
  const now = () => JSON.stringify(fields());
  const draft = () => ({ note, revision: Number(form.elements.revision.value) || 0, fields: fields() });

  // What the page came with counts as saved, unless it was refused.
  let saved = "changed" in form.dataset ? "" : now();
  let waiting;
  let isSending = false;

  const save = async (options = {}) => {
    clearTimeout(waiting);
    const typed = now();
    if (typed === saved || isSending) return;
    isSending = true;
    local.put(tab, { typed: Date.now(), ...draft() });
    try {
      const answer = await put(tab, draft(), options);
      if (answer.ok) {
        saved = typed;
        local.drop(tab);
        told.textContent = form.dataset.saved;
      } else {
        const isOut = answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect";
        told.textContent = isOut ? form.dataset.login : form.dataset.here;
      }
    } catch {
      told.textContent = form.dataset.here;
    }
    isSending = false;
    if (now() !== typed) later();
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  };

  form.addEventListener("input", () => {
    if (now() === saved) return;
    told.textContent = form.dataset.unkept;
    later();
  });
  window.addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => { if (document.hidden) save({ keepalive: true }); });
  // Until the next page says that it was kept, a copy stays here.
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    local.put(tab, { typed: Date.now(), ...draft() });
    saved = now();
  });

  const fill = (typed) => {
    for (const [name, value] of Object.entries(typed)) {
      const field = form.elements[name];
      if (!field || field instanceof RadioNodeList || field.type === "checkbox") continue;
      field.value = value;
    }
    later();
  };

  // What an earlier tab could not hand over.
  const [left] = local.of(note).filter((it) => it.tab !== tab && JSON.stringify(it.fields) !== saved);
  const offer = document.getElementById("left-here");
  if (left && offer) {
    // From where it differs from what the page holds.
    const [held, typed] = [form.elements.text.value, left.fields.text ?? ""];
    let same = 0;
    while (same < typed.length && typed[same] === held[same]) same++;
    offer.querySelector("q").textContent = typed.slice(Math.max(0, same - 20), same + 200);
    offer.hidden = false;
    offer.addEventListener("click", async ({ target }) => {
      if (target.name !== "take" && target.name !== "discard") return;
      if (target.name === "take") {
        // By way of the server it comes back whole, with what it cites and quotes.
        const { revision, fields } = left;
        const answer = await put(left.tab, { note, revision, fields }).catch(() => null);
        if (answer?.ok) {
          local.drop(left.tab);
          location.assign(`${note ? `/journal/${note}/edit` : "/journal/new"}?draft=${left.tab}`);
          return;
        }
        fill(fields);
        form.elements.revision.value = revision;
      }
      local.drop(left.tab);
      offer.hidden = true;
      form.elements.text.focus();
    });
  }
})();
