// Counts taps at a site's counter. Each has a key of its own and stays in this browser until the portal has it, so that a lost network,
// a reload or an answer that never came loses none; the portal counts a key once, however often it is sent.
(() => {
  "use strict";

  const status = document.querySelector("[data-counter]");
  if (!status) {
    return;
  }
  const url = status.dataset.counter;
  const PREFIX = `tap|${url}|`;
  const AGAIN = 10 * 1000;
  const TWICE = 600; // two presses of a button within so many milliseconds are one
  const MOST = 200;
  let sending = false;
  let pressed = { button: null, at: 0 };

  const waiting = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  const say = (words) => {
    status.textContent = words.replace("%s", String(waiting().length));
  };
  const tell = () => say(waiting().length ? status.dataset.waiting : status.dataset.sent);

  const send = async () => {
    const names = waiting().slice(0, MOST);
    if (sending || !names.length) {
      return;
    }
    sending = true;
    try {
      // How long ago, not when: this device's clock may be wrong.
      const taps = names.map((name) => {
        const { at, ...tap } = JSON.parse(localStorage.getItem(name));
        return { ...tap, ago: Math.max(0, Date.now() - at) / 1000 };
      });
      const token = document.querySelector("form[data-tap] [name='csrfmiddlewaretoken']").value;
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(taps),
      });
      const isAnswer = answer.ok && !answer.redirected && (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (isAnswer) {
        await answer.json();
        names.forEach((name) => localStorage.removeItem(name));
        tell();
      } else {
        say(answer.status >= 500 ? status.dataset.waiting : status.dataset.signedOut);
      }
    } catch {
      tell(); // no network: tried again later
    } finally {
      sending = false;
    }
    if (waiting().length && navigator.onLine && !names.some((name) => localStorage.getItem(name))) {
      send(); // more came while these were on their way
    }
  };

  const count = (event) => {
    const form = event.target;
    if (!form.matches("[data-tap]")) {
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    const now = Date.now();
    if (pressed.button === button && now - pressed.at < TWICE) {
      return;
    }
    pressed = { button, at: now };
    const fields = new FormData(form, button);
    const key = crypto.randomUUID();
    const tap = { key, service: fields.get("service"), kind: fields.get("kind"), score: fields.get("score"), at: now };
    localStorage.setItem(PREFIX + key, JSON.stringify(tap));
    tell();
    send();
  };
  // While the event is on its way down, so that portal.js finds it prevented and leaves the buttons as they are.
  document.addEventListener("submit", count, true);
  window.addEventListener("online", send);
  setInterval(send, AGAIN);
  if (waiting().length) {
    tell();
    send();
  }
})();
