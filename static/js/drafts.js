// Keeps what is being typed until it has been sent: through a lost network, Back, a reload, and an answer that fails.
// In this tab only (sessionStorage), for one account, for twelve hours; gone at sign-out. Never passwords, codes or signatures:
// only forms without data-no-draft, and of them text areas and lines of text.
(() => {
  "use strict";

  const PREFIX = "draft|";
  const SENT = "draft-sent";
  const HOURS = 12 * 60 * 60 * 1000;
  const writer = document.body.dataset.writer || "";
  const words = document.getElementById("draft-words").dataset;
  const page = location.pathname + location.search;

  const fieldsOf = (form) =>
    [...form.elements].filter(
      (field) =>
        field.name &&
        (field.matches("textarea") || field.matches("input[type='text'], input:not([type])")) &&
        !field.matches("[autocomplete='one-time-code'], [autocomplete='username']"),
    );
  const holds = (form) =>
    form.method === "post" && !form.matches("[data-no-draft]") && [...form.elements].some((field) => field.matches("textarea, input[type='text']"));
  const keyOf = (form) => {
    const same = [...document.forms].filter((other) => other.action === form.action);
    return `${PREFIX}${writer}|${page}|${new URL(form.action).pathname}|${same.indexOf(form)}`;
  };
  const read = (key) => JSON.parse(sessionStorage.getItem(key) || "null");
  const drop = (key) => sessionStorage.removeItem(key);

  const save = (form) => {
    const values = fieldsOf(form).map((field) => [field.name, field.value, field.value !== field.defaultValue]);
    if (values.some(([, , changed]) => changed)) {
      sessionStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), page, values: values.map(([name, value]) => [name, value]) }));
    } else {
      drop(keyOf(form));
    }
  };

  const restore = (form, draft) => {
    const fields = fieldsOf(form);
    for (const [name, value] of draft.values) {
      const at = fields.findIndex((field) => field.name === name);
      if (at >= 0) {
        const [field] = fields.splice(at, 1);
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) {
          fold.open = true;
        }
      }
    }
  };

  const button = (label, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-secondary btn-sm";
    made.textContent = label;
    made.addEventListener("click", press);
    return made;
  };

  // A sentence in place, which screen readers say at once.
  const say = (form, role, sentence, ...buttons) => {
    form.querySelector(".draft-notice")?.remove();
    const notice = document.createElement("div");
    notice.className = "notice draft-notice";
    notice.setAttribute("role", role);
    const said = document.createElement("p");
    notice.append(said, ...buttons);
    form.prepend(notice);
    said.textContent = sentence;
    return notice;
  };

  const offer = (form) => {
    const key = keyOf(form);
    const draft = read(key);
    if (!draft) {
      return;
    }
    const now = new Map(fieldsOf(form).map((field) => [field.name, field.value]));
    if (Date.now() - draft.at > HOURS || draft.values.every(([name, value]) => !now.has(name) || now.get(name) === value)) {
      drop(key);
      return;
    }
    for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    const time = new Date(draft.at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
    const notice = say(
      form,
      "status",
      words.kept.replace("{time}", time),
      button(words.restore, () => {
        restore(form, draft);
        notice.remove();
      }),
      button(words.discard, () => {
        drop(key);
        notice.remove();
      }),
    );
  };

  // What was sent and led to another page has arrived. Going back to the form, or to an error page, is no arrival.
  const arrived = () => {
    const key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    const draft = key && read(key);
    const [way] = performance.getEntriesByType("navigation");
    if (!draft || !way || way.type !== "navigate" || way.responseStatus >= 400 || document.querySelector("[data-takes-focus]")) {
      return;
    }
    const from = document.referrer && new URL(document.referrer);
    if (from && from.origin === location.origin && from.pathname + from.search === draft.page) {
      drop(key);
    }
  };

  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && writer && !key.startsWith(`${PREFIX}${writer}|`)) {
      drop(key); // somebody else's, on a shared computer
    }
  }
  arrived();
  [...document.forms].filter(holds).forEach(offer);

  // A form that comes with a part of the page: the part is opened, and the form offers what was typed when it has come.
  addEventListener("load", () => {
    const present = new Set([...document.forms].map(keyOf));
    for (const key of Object.keys(sessionStorage)) {
      if (!key.startsWith(`${PREFIX}${writer}|${page}|`) || present.has(key)) {
        continue;
      }
      if (Date.now() - read(key).at > HOURS) {
        drop(key);
        continue;
      }
      const action = key.split("|").at(-2);
      const opener = [...document.querySelectorAll("[hx-get]")].find((part) => action.startsWith(part.getAttribute("hx-get")));
      if (opener?.matches("details")) {
        opener.open = true;
      } else if (window.htmx) {
        opener?.click();
      }
    }
  });

  let timer;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && holds(form)) {
      clearTimeout(timer);
      timer = setTimeout(() => save(form), 300);
    }
  });

  const free = (form) => {
    for (const pressed of form.querySelectorAll("button[aria-busy='true']")) {
      pressed.removeAttribute("aria-busy");
      pressed.disabled = false;
    }
  };

  // Before portal.js, which disables the buttons of a form that is on its way.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.matches("form[data-signs-out]")) {
        Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach(drop);
        return;
      }
      if (form.method !== "post") {
        return;
      }
      if (holds(form)) {
        clearTimeout(timer);
        save(form);
      }
      if (navigator.onLine === false) {
        event.preventDefault();
        event.stopImmediatePropagation();
        say(form, "alert", words.offline);
      } else if (holds(form) && !form.matches("[hx-post]")) {
        sessionStorage.setItem(SENT, keyOf(form));
      }
    },
    true,
  );

  // htmx says nothing by itself when a request fails: the button seemed to do nothing.
  const failed = (event) => {
    const form = event.detail.elt.closest("form");
    if (!form) {
      say(event.detail.elt.parentElement, "alert", words.unloaded);
      return;
    }
    free(form);
    say(form, "alert", navigator.onLine === false ? words.offline : words.failed);
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, failed);
  }

  // An answer replaces a part of the page; what is being typed in other forms of that part stays.
  let typed = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    const sent = event.detail.requestConfig?.elt?.closest("form");
    typed = [...event.detail.target.querySelectorAll("textarea")]
      .filter((field) => field.id && field.form !== sent && field.value !== field.defaultValue)
      .map((field) => [field.id, field.value]);
    if (sent && holds(sent) && event.detail.xhr.status < 400) {
      clearTimeout(timer);
      drop(keyOf(sent));
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    for (const [id, value] of typed.splice(0)) {
      const field = document.getElementById(id);
      if (field && field.value === field.defaultValue) {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    [...event.target.querySelectorAll("form")].filter(holds).forEach(offer);
  });
})();
