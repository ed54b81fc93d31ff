// Small comforts. Every page does its work without them.
(() => {
  "use strict";

  // Esc closes the menu that one is in.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });

  // A press beside an open menu closes it.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });

  // In a row of tabs wider than the screen, the present one is in view.
  for (const tab of document.querySelectorAll(".tabs-link[aria-current]")) {
    const row = tab.closest(".tabs-list");
    row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;
  }

  // What went wrong is read first, after a page or a part of one has come.
  const readErrors = (root) => {
    const summary = root.querySelector("[data-takes-focus]");
    if (summary) {
      summary.focus();
    }
  };
  readErrors(document);
  document.addEventListener("htmx:afterSettle", (event) => readErrors(event.target));

  // A link in the summary puts the cursor into the field, not only into view.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) {
      event.preventDefault();
      field.scrollIntoView({ block: "center" });
      field.focus({ preventScroll: true });
    }
  });

  // Written and not sent: ask before leaving.
  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) {
      changed.add(form);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) {
      event.preventDefault();
    }
  });

  // One press is enough. The server acts once whatever happens here.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    changed.delete(form);
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    setTimeout(() => {
      for (const button of form.querySelectorAll("button[type='submit']")) {
        button.setAttribute("aria-busy", "true");
        button.disabled = true;
      }
    });
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy='true']")) {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  });

  // Words to count: <textarea data-words="300" aria-describedby="… counter">.
  const count = (text) => {
    const counter = document.getElementById(`${text.id}_words`);
    if (counter) {
      const words = (text.value.match(/\S+/g) || []).length;
      counter.textContent = counter.dataset.text.replace("{words}", words);
      counter.classList.toggle("text-danger", words > Number(text.dataset.words));
    }
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-words]")) {
      count(event.target);
    }
  });
  document.querySelectorAll("textarea[data-words]").forEach(count);
})();
