// The review of an intake. Keys 1 to 6 jump to a condition, unless one is writing; the links do the same.
// htmx saves a draft as its field is left; what isn't saved yet is asked about before leaving.
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    if (writing || event.ctrlKey || event.metaKey || event.altKey || !/^[1-6]$/.test(event.key)) {
      return;
    }
    const place = document.getElementById(`condition-${event.key}`);
    if (place) {
      event.preventDefault();
      place.scrollIntoView({ block: "start" });
      place.focus({ preventScroll: true });
    }
  });

  const form = document.getElementById("review-form");
  const status = document.getElementById("review-status");
  if (!form || !status) {
    return;
  }
  let unsaved = false;
  let edits = 0;
  let sent = 0;
  let submitted = false;
  form.addEventListener("input", () => {
    unsaved = true;
    edits += 1;
  });
  form.addEventListener("submit", () => {
    unsaved = false;
    submitted = true;
  });
  window.addEventListener("pageshow", () => {
    submitted = false;
  });
  // A press on a button leaves a field, too: the button sends all that is typed, so nothing is sent twice.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (form.contains(event.detail.elt) && submitted) {
      event.preventDefault();
    }
    sent = edits;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target === status) {
      unsaved = sent !== edits || Boolean(status.querySelector("[data-unsaved]"));
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) {
      event.preventDefault();
    }
  });
})();
