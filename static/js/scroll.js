// A table that fits its page is no stop on the way with Tab and no landmark: only one that must be scrolled is.
const ATTRIBUTES = ["tabindex", "role", "aria-label", "aria-labelledby"];
const written = new Map();

const watch = new ResizeObserver((changes) => {
  for (const { target: box } of changes) {
    const fits = box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight;
    for (const [name, value] of written.get(box)) {
      if (fits && box !== document.activeElement) box.removeAttribute(name);
      else box.setAttribute(name, value);
    }
  }
});

for (const box of document.querySelectorAll(".scroll[tabindex]")) {
  const there = ATTRIBUTES.filter((name) => box.hasAttribute(name));
  written.set(box, there.map((name) => [name, box.getAttribute(name)]));
  watch.observe(box);
}
