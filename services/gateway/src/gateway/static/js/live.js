// Parts that follow what happens: each asks again after its own pause, only while the page is seen and nothing of it is under way.
const TICK = 250;
const READER_IS_DOWN = 600;

function busy(part) {
  return part.classList.contains("htmx-request") || part.querySelector("details[open], :focus-visible") !== null;
}

// Somebody who loaded more lines, or reads far down, is not to lose their place: they get a bar that says how much is new.
function peeks(part) {
  return part.dataset.expanded !== undefined || (part.id === "activity" && window.scrollY > READER_IS_DOWN);
}

export function keepLive() {
  const asked = new WeakMap();

  setInterval(() => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-live]")) {
      const last = asked.get(part) ?? performance.now();
      if (!asked.has(part)) asked.set(part, last);
      if (performance.now() - last < Number(part.dataset.live) || busy(part)) continue;
      asked.set(part, performance.now());
      htmx.trigger(part, "live");
    }
  }, TICK);

  document.addEventListener("htmx:configRequest", (event) => {
    const part = event.detail.elt;
    if (part.dataset.live !== undefined && peeks(part)) event.detail.parameters.peek = "1";
    if (part.dataset.more !== undefined) part.closest("[data-live]").dataset.expanded = "";
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const part = event.detail.elt;
    if (part.dataset.live !== undefined) part.toggleAttribute("data-stale", !event.detail.successful);
  });
}
