// Choosing a person: a combobox whose results come as one types. A chosen person stands below it as a checked radio button,
// which is what the form sends. Without script the button "Find" lists the people.
(() => {
  "use strict";

  const begin = (picker) => {
    const text = picker.querySelector("input[type='text']");
    const list = picker.querySelector("[role='listbox']");
    const status = picker.querySelector("[data-picker-status]");
    const people = picker.querySelector(".picker-people");
    const template = picker.querySelector(":scope > template");

    const options = () => [...list.querySelectorAll("[role='option']")];
    const active = () => list.querySelector("[aria-selected='true']");
    const mark = (option) => {
      active()?.setAttribute("aria-selected", "false");
      if (option) {
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        text.setAttribute("aria-activedescendant", option.id);
      } else {
        text.removeAttribute("aria-activedescendant");
      }
    };
    const open = (isOpen) => {
      list.hidden = !isOpen;
      text.setAttribute("aria-expanded", String(isOpen));
      mark(null);
    };

    const radioOf = (option) => {
      const known = people.querySelector(`input[value="${option.dataset.person}"]`);
      if (known) {
        return known;
      }
      const row = template.content.firstElementChild.cloneNode(true);
      const radio = row.querySelector("input");
      const label = row.querySelector("label");
      radio.value = option.dataset.person;
      radio.id = label.htmlFor = `${text.id}-${option.dataset.person}`;
      label.prepend(option.children[0].textContent);
      label.children[0].textContent = option.children[1].textContent;
      people.querySelector("p")?.remove();
      people.prepend(row);
      return radio;
    };
    const check = (radio) => {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const choose = (option) => {
      open(false);
      if ("new" in option.dataset) {
        addNew(option.dataset.new);
      } else {
        check(radioOf(option));
        status.textContent = `${status.dataset.chosen} ${option.children[0].textContent}`;
      }
    };
    const addNew = (typed) => {
      const field = (name) => text.form.querySelector(`[name="${name}"]:not([type="radio"])`);
      const isAddress = typed.includes("@");
      const who = text.form.querySelector('[name="who"][value="new"]');
      if (who) {
        check(who);
      }
      const filled = field(isAddress ? "email" : "name");
      if (filled) {
        filled.value = typed;
      }
      field(isAddress ? "name" : "email")?.focus();
    };

    text.setAttribute("role", "combobox");
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", list.id);
    text.setAttribute("aria-expanded", "false");
    // No submit button any more: as the form's first one, Enter in any other field would press it.
    const find = picker.querySelector("button");
    find.hidden = true;
    find.type = "button";

    text.addEventListener("keydown", (event) => {
      const all = options();
      const place = all.indexOf(active());
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        open(false);
      } else if (event.key === "Enter") {
        // The form isn't sent from here: Enter chooses.
        event.preventDefault();
        if (!list.hidden && active()) {
          choose(active());
        }
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden || !all.length) {
          text.dispatchEvent(new Event("picker-open"));
        } else {
          const step = event.key === "ArrowDown" ? 1 : -1;
          mark(all[(place < 0 && step < 0 ? all.length - 1 : place + step + all.length) % all.length]);
        }
      }
    });
    text.addEventListener("blur", () => open(false));
    // Before the field loses its focus, and with it the list.
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role='option']");
      if (option) {
        choose(option);
      }
    });
    list.addEventListener("mousemove", (event) => {
      const option = event.target.closest("[role='option']");
      if (option && option !== active()) {
        mark(option);
      }
    });
    list.addEventListener("htmx:afterSwap", () => {
      open(options().length > 0 && document.activeElement === text);
      status.textContent = list.querySelector("[data-found]")?.content.textContent ?? "";
    });
    for (const failure of ["htmx:responseError", "htmx:sendError"]) {
      picker.addEventListener(failure, () => {
        open(false);
        find.hidden = false;
        find.type = "submit";
        status.textContent = status.dataset.failed;
      });
    }
  };

  for (const picker of document.querySelectorAll("[data-picker]")) {
    begin(picker);
  }
})();
