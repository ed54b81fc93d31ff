// The preview of a text follows what is typed, a moment later; without this the button does it.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  const PAUSE = 400;
  const button = document.querySelector("[data-preview]");
  if (!button) {
    return;
  }
  let frame = document.getElementById(button.dataset.preview);
  let waiting = 0;
  let shown = 0;

  // A frame of its own each time, so that the browser's Back button leads away from the page and not through previews.
  const show = () => {
    const next = frame.cloneNode();
    next.removeAttribute("src");
    next.name = `preview-${++shown}`;
    frame.replaceWith(next);
    frame = next;
    button.formTarget = next.name;
    button.form.requestSubmit(button);
  };

  button.form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
});
