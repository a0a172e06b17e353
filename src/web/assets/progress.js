// Keeps the page of a round up to date while it goes on. Without it the page loads itself again.
"use strict";
(() => {
  const page = document.querySelector("[data-events]");
  if (!page || !window.EventSource) return;
  const byId = (id) => document.getElementById(id);
  const events = new EventSource(page.dataset.events);
  let wasRunning = false;

  const tell = ({ id, step, told, detail = "" }) => {
    const row = byId("source-" + id);
    if (!row) return false;
    row.dataset.step = step;
    row.querySelector(".told").textContent = told;
    row.querySelector(".detail").textContent = detail;
    return true;
  };

  events.onmessage = ({ data }) => {
    const { line, is_running, is_ready, done, all, sources } = JSON.parse(data);
    const onlyWaits = page.dataset.after === "reload";
    // A round over other sources began: the page that names them comes from the service.
    if (!onlyWaits && !sources.map(tell).every(Boolean)) {
      events.close();
      location.reload();
      return;
    }
    const status = byId("progress-line");
    if (status && status.textContent !== line) status.textContent = line;
    const bar = byId("progress-bar");
    if (bar && all > 0) {
      bar.max = all;
      bar.value = done;
    }
    const next = byId("progress-next");
    if (next) next.hidden = !is_ready;
    // A page that only waits for the end of a visit shows what came of it.
    if (onlyWaits && wasRunning && !is_running) {
      events.close();
      location.reload();
    }
    wasRunning = is_running;
  };
  addEventListener("pagehide", () => events.close());
})();
