// Saves a step of the intake quietly when one leaves a field. Without this the button does it.
(() => {
  "use strict";

  const WAS = "was_";

  const watch = (room) => {
    const form = room.querySelector("form");
    const status = room.querySelector("[data-save-status]");
    if (!form || !status) {
      return;
    }
    let queue = Promise.resolve();
    let stopped = false;
    let sent = false;
    const held = new Map(); // fields that somebody else changed too, with what was said of them
    status.textContent = status.dataset.idle;

    const gathered = () => {
      const data = new FormData(form);
      data.delete("submission");
      for (const name of held.keys()) {
        data.delete(name);
        data.delete(WAS + name);
      }
      return data;
    };

    const valueOf = (data, name) => (data.get(name) ?? "").replace(/\r\n/g, "\n");

    const changed = (data) =>
      [...data.keys()].some((name) => data.has(WAS + name) && valueOf(data, name) !== valueOf(data, WAS + name));

    const accept = (sent, errors) => {
      for (const name of sent.keys()) {
        const was = form.elements[WAS + name];
        if (was && !(name in errors)) {
          was.value = sent.get(name);
        }
      }
    };

    const showProgress = ({ done, total }) => {
      for (const place of document.querySelectorAll("[data-progress]")) {
        const bar = place.querySelector("progress");
        const words = place.querySelector(".tabular");
        if (bar && words) {
          words.textContent = words.textContent.replace(/\d+/, done).replace(/\d+(?=\D*$)/, total);
          bar.value = done;
          bar.max = total;
        }
      }
    };

    const showMissing = (missing) => {
      const panel = document.querySelector("[data-missing]");
      if (!panel) {
        return;
      }
      panel.hidden = missing.length === 0;
      panel.querySelector("ul").replaceChildren(
        ...missing.map(([url, message, remedy]) => {
          const item = document.createElement("li");
          const link = document.createElement("a");
          link.href = url;
          link.textContent = message;
          item.append(link, ` ${remedy}`);
          return item;
        }),
      );
    };

    const save = async (leaving) => {
      const data = gathered();
      if (stopped || !changed(data)) {
        return;
      }
      status.textContent = status.dataset.busy;
      try {
        const response = await fetch(form.action, {
          method: "POST",
          body: data,
          headers: { "X-Quiet": "1", Accept: "application/json" },
          redirect: "manual",
          keepalive: Boolean(leaving),
        });
        if (response.type === "opaqueredirect") {
          status.textContent = status.dataset.signedOut;
          return;
        }
        const told = await response.json();
        if (told.refused) {
          const fresh = told.conflicts.filter((name) => !held.has(name));
          fresh.forEach((name) => held.set(name, told.refused));
          stopped = fresh.length === 0;
          status.textContent = told.refused;
          if (!stopped) {
            await save(leaving); // the other fields go on
          }
          return;
        }
        accept(data, told.errors);
        showProgress(told);
        showMissing(told.missing);
        const faults = Object.entries(told.errors).filter(([name]) => data.has(name));
        const said = faults.length ? faults.map(([, words]) => words) : [told.saved];
        status.textContent = [...said, ...new Set(held.values())].filter(Boolean).join(" ");
      } catch {
        status.textContent = status.dataset.failed;
      }
    };

    const saveNext = () => {
      queue = queue.then(() => save(false));
    };
    form.addEventListener("change", saveNext);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        queue = queue.then(() => save(true));
      }
    });
    form.addEventListener("submit", () => {
      stopped = true;
      sent = true;
    });
    window.addEventListener("beforeunload", (event) => {
      if (!sent && (held.size || stopped) && changed(new FormData(form))) {
        event.preventDefault();
      }
    });
    saveNext(); // what was typed before this script arrived
  };

  document.querySelectorAll("[data-autosave]").forEach(watch);
})();
