// What a page of the crawl is asked: where its content begins, its filled buttons, menu items and tabs, its width.
() => {
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true });
  };
  const filled = (button) => {
    const [red, green, blue, alpha = 1] = getComputedStyle(button).backgroundColor.match(/[\d.]+/g).map(Number);
    return alpha > 0.5 && 0.2126 * red + 0.7152 * green + 0.0722 * blue < 140;
  };
  const first = [...document.querySelectorAll("#content *")].find(shown);
  const count = (selector) => [...document.querySelectorAll(selector)].filter(shown).length;
  return {
    begins: first ? Math.round(first.getBoundingClientRect().top + scrollY) : null,
    filled: [...document.querySelectorAll("main :is(.btn, button, input[type=submit])")].filter((button) => shown(button) && filled(button)).map((button) => button.innerText.trim()),
    menu: Math.max(...[".site-nav a", ".site-menu-nav a"].map((list) => document.querySelectorAll(list).length)),
    tabs: count(".subject-tabs .tabs a"),
    width: document.documentElement.scrollWidth,
    footer: Math.round(document.querySelector(".site-footer").getBoundingClientRect().height),
    acknowledges: Boolean(document.querySelector(".acknowledgement")),
    text: document.querySelector("main").innerText,
  };
}
