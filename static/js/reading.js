// The reading room: the one button of the bar follows how far down the page one is. Without scripts each section has its own.
(() => {
  "use strict";

  for (const fold of document.querySelectorAll("details[data-open-wide]")) {
    fold.open = matchMedia("(min-width: 992px)").matches;
  }

  const bar = document.querySelector("form[data-reading]");
  if (!bar) {
    return;
  }
  const button = bar.querySelector("button[type='submit']");
  const unread = bar.dataset.unread.split(",").map(Number);
  const first = unread[0];
  const last = unread[unread.length - 1];

  // The last unread section whose end has come into view, and the first one before that.
  const reached = () => {
    const line = window.innerHeight - bar.offsetHeight;
    const ended = unread.filter((number) => {
      const end = document.getElementById(`read-${number}`);
      return end && end.getBoundingClientRect().top <= line;
    });
    return ended.length ? ended[ended.length - 1] : first;
  };

  const say = () => {
    const to = reached();
    let text = bar.dataset.one;
    let name = "section";
    let value = String(to);
    if (to === last && unread.length > 1) {
      text = bar.dataset.all;
      value = "all";
    } else if (to !== first) {
      text = bar.dataset.several;
      name = "upto";
    }
    text = text.replace("{from}", first).replace("{to}", to);
    if (button.textContent !== text) {
      button.textContent = text;
      button.name = name;
      button.value = value;
    }
  };

  let waiting = false;
  const later = () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        say();
      });
    }
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later, { passive: true });
  say();
})();
