// Moves readings by dragging, or with Alt and the arrows. Without this, buttons do it.
"use strict";
(() => {
  const list = document.querySelector("[data-sortable]");
  if (!list) return;
  const { send, tell } = window.peerscopeDeeds;
  const back = document.querySelector("#deeds").elements.back.value;

  // The list shows at once what was asked for; where it was not done, the page is asked what is.
  const move = async (row, place) => {
    const body = new URLSearchParams({ back, place });
    const parts = await send(`/stories/${row.dataset.story}/reading`, body);
    if (parts) tell(parts.done);
    else location.reload();
  };

  list.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const row = event.target.closest("li");
    const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    event.preventDefault();
    if (!other) return;
    const had = document.activeElement;
    const side = event.key === "ArrowUp" ? "before" : "after";
    other[side](row);
    had.focus();
    row.scrollIntoView({ block: "nearest" });
    move(row, `${side}:${other.dataset.story}`);
  });

  let dragged;
  const clear = () => {
    for (const row of list.children) row.classList.remove("is-before", "is-after", "is-dragged");
  };
  for (const row of list.children) row.draggable = true;
  list.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("li");
    // A link or a text in a card is dragged as itself.
    if (event.target !== row) return;
    dragged = row;
    row.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  const side = (row, event) => {
    const { top, height } = row.getBoundingClientRect();
    return event.clientY < top + height / 2 ? "before" : "after";
  };
  list.addEventListener("dragover", (event) => {
    const row = event.target.closest("li");
    if (!dragged || !row) return;
    event.preventDefault();
    const place = side(row, event);
    for (const other of list.children) other.classList.remove("is-before", "is-after");
    if (row !== dragged) row.classList.add(`is-${place}`);
  });
  list.addEventListener("drop", (event) => {
    const row = event.target.closest("li");
    if (!dragged || !row || row === dragged) return;
    event.preventDefault();
    const place = side(row, event);
    row[place](dragged);
    move(dragged, `${place}:${row.dataset.story}`);
  });
  list.addEventListener("dragend", () => {
    clear();
    dragged = undefined;
  });
})();
