// Remembers how far an article on the list is read: the block at the top of what is seen. It says nothing of whether
// it was read.
"use strict";
(() => {
  const body = document.querySelector(".body[data-story]");
  if (!body) return;
  // In milliseconds.
  const PAUSE = 3000;
  const { story, entry } = body.dataset;
  const places = [...body.querySelectorAll("span.place[id^=b]")];
  if (!places.length) return;
  let kept;
  let waiting;

  // Places stand above one another, so that the last one above the edge is found by halves.
  const here = () => {
    const edge = Math.min(innerHeight / 4, 160);
    const top = (at) => places[at].getBoundingClientRect().top;
    if (top(0) > edge) return undefined;
    let [from, to] = [0, places.length - 1];
    while (from < to) {
      const middle = Math.ceil((from + to) / 2);
      if (top(middle) <= edge) from = middle;
      else to = middle - 1;
    }
    const end = from + 1 < places.length ? top(from + 1) : body.getBoundingClientRect().bottom;
    // With the end of the article in sight, nothing is left of it.
    if (body.getBoundingClientRect().bottom <= innerHeight) return { block: places.length - 1, within: 1000 };
    const length = Math.max(end - top(from), 1);
    const within = Math.round((1000 * (edge - top(from))) / length);
    return { block: from, within: Math.min(Math.max(within, 0), 1000) };
  };

  const keep = () => {
    clearTimeout(waiting);
    waiting = undefined;
    const place = here();
    if (!place || (kept && kept.block === place.block && Math.abs(kept.within - place.within) < 50)) return;
    kept = place;
    fetch(`/api/v1/readings/${story}/position`, {
      method: "PUT",
      keepalive: true,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ entry: Number(entry), ...place }),
    }).catch(() => {
      // Nobody answers: the next place is tried again.
      kept = undefined;
    });
  };

  addEventListener("scroll", () => (waiting ??= setTimeout(keep, PAUSE)), { passive: true });
  addEventListener("pagehide", () => waiting && keep());
  document.addEventListener("visibilitychange", () => document.hidden && waiting && keep());
})();
