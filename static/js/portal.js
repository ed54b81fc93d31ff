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

  // On a phone, filters that narrow nothing are folded, so that the list begins on the first screen.
  const phone = window.matchMedia("(width < 576px)");
  const foldFilters = () => {
    for (const filters of document.querySelectorAll(".filter-fold")) {
      filters.open = !phone.matches || window.location.search !== "";
    }
  };
  foldFilters();
  phone.addEventListener("change", foldFilters);

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
    if (event.defaultPrevented || form.method !== "post" || event.submitter?.hasAttribute("data-download")) {
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

  // Rows of a list: all on the page at once, a range with Shift, and how many are selected.
  const boxes = (form) => [...document.querySelectorAll(`input[name='row'][form='${form}']`)];
  const showSelection = () => {
    const told = document.querySelector("[data-selection]");
    const all = document.querySelector("[data-select-all]");
    const rows = boxes("selection");
    const count = rows.filter((box) => box.checked).length;
    if (told) {
      told.dataset.none = told.dataset.none || told.textContent;
      const text = count === 1 ? told.dataset.one : told.dataset.many;
      told.textContent = count ? text.replace("{count}", count) : told.dataset.none;
    }
    if (all) {
      all.hidden = false;
      all.checked = count > 0 && count === rows.length;
      all.indeterminate = count > 0 && count < rows.length;
    }
  };
  let lastBox = null;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box.matches("[data-select-all]")) {
      boxes("selection").forEach((row) => { row.checked = box.checked; });
    } else if (box.matches("input[name='row'][form]")) {
      const rows = boxes("selection");
      if (event.shiftKey && lastBox && lastBox.isConnected) {
        const [first, last] = [rows.indexOf(lastBox), rows.indexOf(box)].sort((a, b) => a - b);
        rows.slice(first, last + 1).forEach((row) => { row.checked = box.checked; });
      }
      lastBox = box;
    } else {
      return;
    }
    showSelection();
  });
  showSelection();
  document.addEventListener("htmx:afterSettle", showSelection);
  window.addEventListener("pageshow", showSelection);

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
