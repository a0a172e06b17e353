// Lets ideas be dragged from column to column: it sends the form that each of them has.
"use strict";
(() => {
  const board = document.querySelector(".board");
  if (!board) return;
  let dragged = null;
  for (const idea of board.querySelectorAll(".idea")) {
    idea.draggable = true;
    idea.addEventListener("dragstart", (event) => {
      dragged = idea;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", idea.id);
    });
    idea.addEventListener("dragend", () => { dragged = null; });
  }
  for (const column of board.querySelectorAll(".column")) {
    column.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      column.classList.add("over");
    });
    column.addEventListener("dragleave", (event) => {
      if (!column.contains(event.relatedTarget)) column.classList.remove("over");
    });
    column.addEventListener("drop", (event) => {
      event.preventDefault();
      column.classList.remove("over");
      if (!dragged || column.contains(dragged)) return;
      const form = dragged.querySelector("form.move");
      form.elements.state.value = column.dataset.state;
      form.submit();
    });
  }
})();
