// Quick jump: "/" and Ctrl+K open a dialog whose results come as one types; "?" shows the shortcuts.
// Without script the opener is a link to /search/.
(() => {
  "use strict";

  const jump = document.getElementById("jump");
  const keys = document.getElementById("keyboard-help");
  const opener = document.getElementById("site-search");
  if (!jump || !keys || !opener) {
    return;
  }
  const text = document.getElementById("jump-text");
  const list = document.getElementById("jump-list");
  const status = document.getElementById("jump-status");
  let openWhenAnswered = false;

  const hits = () => [...list.querySelectorAll("[role='option']")];
  const chosen = () => list.querySelector("[aria-selected='true']");
  const answered = () => list.querySelector(".jump-answer")?.dataset.text ?? "";

  const choose = (hit) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (hit) {
      hit.setAttribute("aria-selected", "true");
      hit.scrollIntoView({ block: "nearest" });
      text.setAttribute("aria-activedescendant", hit.id);
    } else {
      text.removeAttribute("aria-activedescendant");
    }
  };
  const show = () => {
    const any = hits().length > 0;
    list.hidden = !any;
    text.setAttribute("aria-expanded", String(any));
    status.textContent = list.querySelector(".jump-answer")?.dataset.status.trim() || status.dataset.start;
    choose(hits()[0]);
  };

  const open = (dialog) => {
    for (const other of [jump, keys]) {
      if (other !== dialog && other.open) {
        other.close();
      }
    }
    if (!dialog.open) {
      dialog.showModal();
    }
    if (dialog === jump) {
      text.focus();
      text.select();
    }
  };

  opener.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(jump);
    }
  });
  for (const dialog of [jump, keys]) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-closes]")) {
        dialog.close();
      }
    });
  }

  // Shortcuts of a single key can be switched off on this device (WCAG 2.1.4).
  const SWITCH = "single-keys-off";
  const singleKeys = document.getElementById("single-keys");
  singleKeys.checked = !localStorage.getItem(SWITCH);
  singleKeys.addEventListener("change", () => {
    if (singleKeys.checked) {
      localStorage.removeItem(SWITCH);
    } else {
      localStorage.setItem(SWITCH, "1");
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open(jump);
      return;
    }
    const writing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
    // Focus may still be in the field of a dialog that has just closed: the browser takes it away with the next frame.
    const isWriting = writing?.checkVisibility();
    const unused = event.target === text && text.value === "" && event.key === "?";
    if ((isWriting && !unused) || event.ctrlKey || event.metaKey || event.altKey || !singleKeys.checked) {
      return;
    }
    if (event.key === "/" || event.key === "?") {
      event.preventDefault();
      open(event.key === "/" ? jump : keys);
    }
  });

  // Arrows choose, Enter opens; before the answer to what was typed has come, Enter waits for it.
  text.addEventListener("keydown", (event) => {
    const all = hits();
    const place = all.indexOf(chosen());
    const to = { ArrowDown: (place + 1) % all.length, ArrowUp: (place - 1 + all.length) % all.length }[event.key];
    if (to !== undefined && all.length) {
      event.preventDefault();
      choose(all[to]);
    } else if (event.key === "Escape") {
      jump.close();
    } else if (event.key === "Enter" && text.value.trim()) {
      if (answered() !== text.value.trim()) {
        event.preventDefault();
        openWhenAnswered = true;
      } else if (chosen()) {
        event.preventDefault();
        chosen().click();
      }
    }
  });
  text.addEventListener("input", () => {
    openWhenAnswered = false;
  });
  list.addEventListener("mousemove", (event) => {
    const hit = event.target.closest("[role='option']");
    if (hit && hit !== chosen()) {
      choose(hit);
    }
  });
  jump.addEventListener("htmx:afterSwap", () => {
    show();
    if (openWhenAnswered) {
      openWhenAnswered = false;
      const first = chosen();
      if (first) {
        first.click();
      } else {
        text.form.submit();
      }
    }
  });
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    jump.addEventListener(failure, () => {
      list.replaceChildren();
      list.hidden = true;
      text.setAttribute("aria-expanded", "false");
      text.removeAttribute("aria-activedescendant");
      status.textContent = status.dataset.failed;
      if (openWhenAnswered) {
        text.form.submit();
      }
    });
  }
})();
