// What is done with a story is done in place: the page stays where it is. Without this the same buttons lead to the
// next page and back.
"use strict";
(() => {
  const told = document.querySelector(".just-done");

  // Menus close like menus.
  const close = (but) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== but) menu.open = false;
    }
  };
  document.addEventListener("click", ({ target }) => close(target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    const had = menu.contains(document.activeElement);
    menu.open = false;
    if (had) menu.querySelector("summary").focus();
  });

  const put = (story, html) => {
    for (const deeds of document.querySelectorAll(`.deeds[data-story="${story}"]`)) {
      const had = deeds.contains(document.activeElement);
      const holder = document.createElement("template");
      holder.innerHTML = html;
      const fresh = holder.content.firstElementChild;
      deeds.replaceWith(fresh);
      if (had) fresh.querySelector("button, summary").focus();
    }
  };

  // Gives what the service answers, or nothing where the usual way has to be gone.
  const send = async (address, body) => {
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { "x-in-place": "1" } });
      return answer.ok && !answer.redirected ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  };

  const tell = (done) => {
    told.innerHTML = done;
  };

  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.id !== "deeds" || !submitter || submitter.name !== "state") return;
    const address = submitter.getAttribute("formaction");
    const story = address.split("/")[2];
    event.preventDefault();
    const body = new URLSearchParams({ back: form.elements.back.value, state: submitter.value });
    const parts = await send(address, body);
    if (!parts) {
      // As if there were no script; with what the button says, which a form sends by itself only when clicked.
      form.action = address;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "state", value: submitter.value });
      form.append(field);
      form.submit();
      return;
    }
    put(story, parts.deeds);
    tell(parts.done);
  });

  // All that are on the page.
  const all = document.querySelector(".pick-all");
  if (all) {
    all.hidden = false;
    all.querySelector("input").addEventListener("change", ({ target }) => {
      for (const box of document.querySelectorAll(".pick input")) box.checked = target.checked;
    });
  }

  window.peerscopeDeeds = { send, tell };
})();
