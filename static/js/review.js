// Keys 1 to 6 jump to a condition, unless one is writing. The links do the same.
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
