// The keyboard: / search, N new, J and K rows, X select, ? help. Letters never act while somebody types, a dialog is open or a form is being sent.
function typing(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const links = [...document.querySelectorAll("[data-row] .row-link")];
  if (links.length === 0) return;
  const here = document.activeElement.closest("[data-row]")?.querySelector(".row-link");
  const next = links[Math.min(Math.max(links.indexOf(here) + by, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function writeNote() {
  const field = document.querySelector("[data-note]");
  if (field) return field.focus();
  const tab = document.querySelector("[data-tab=notes]");
  if (!tab) return;
  document.addEventListener("htmx:afterSettle", () => document.querySelector("[data-note]")?.focus(), { once: true });
  tab.click();
}

const actions = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("help")?.showModal(),
  j: () => step(1),
  k: () => step(-1),
  n: () => (document.querySelector("[data-new]") ? document.querySelector("[data-new]").click() : writeNote()),
  x: () => document.activeElement.closest("[data-row]")?.querySelector("[data-tick]")?.click(),
  e: () => document.querySelector("#details form input:not([type=hidden])")?.focus(),
};

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") event.target.closest("form")?.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open], form.htmx-request")) return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
