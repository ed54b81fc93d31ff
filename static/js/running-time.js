// Counts on from the time that a page shows in hours and minutes. It goes by how long the page has been open, because a phone's clock
// may be wrong. Without this script the page shows the time at which it was opened.
(() => {
  "use strict";

  const EVERY = 15 * 1000;
  const opened = Date.now();
  const clocks = document.querySelectorAll("[data-running]");
  const show = () => {
    for (const clock of clocks) {
      const minutes = Math.floor((Number(clock.dataset.running) + Math.max(0, Date.now() - opened) / 1000) / 60);
      const words = clock.dataset.pattern
        .replace("%h", String(Math.floor(minutes / 60)))
        .replace("%m", String(minutes % 60).padStart(2, "0"));
      if (clock.textContent !== words) {
        clock.textContent = words;
      }
    }
  };

  if (clocks.length) {
    setInterval(show, EVERY);
  }
})();
