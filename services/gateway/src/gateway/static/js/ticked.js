// How many rows are ticked, and where they can be taken together.
const MOST_COMPARED = 10;

function recount() {
  for (const part of document.querySelectorAll("[data-ticked]")) {
    const ticked = [...part.querySelectorAll("[data-tick]:checked")].map((tick) => tick.value);
    const count = part.querySelector("[data-count]");
    if (count && count.textContent !== String(ticked.length)) count.textContent = ticked.length;
    const bar = part.querySelector("[data-ticked-bar]");
    if (!bar) continue;
    bar.hidden = ticked.length === 0;
    const compare = bar.querySelector("[data-compare]");
    compare.hidden = ticked.length < 2 || ticked.length > MOST_COMPARED;
    compare.href = `/merge?ids=${ticked.map(encodeURIComponent).join(",")}`;
  }
}

export function countTicked() {
  document.addEventListener("change", (event) => event.target.matches("[data-tick]") && recount());
  document.addEventListener("htmx:afterSettle", recount);
  window.addEventListener("pageshow", recount);
}
