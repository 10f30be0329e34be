// What is chosen before htmx listens, or put back by the browser, is a choice too: the merge page asks for its preview once it can.
const CHOSEN_EARLY = "#merge input[type=radio]:checked:not(:default)";

export function followEarlyChoices() {
  document.addEventListener("DOMContentLoaded", () => {
    for (const choice of document.querySelectorAll(CHOSEN_EARLY)) choice.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
