// A request that failed says so, in words and for a screen reader too. Parts that follow by themselves have their own sign.
const SHOWN = 6000;

function say(text) {
  const toast = document.createElement("div");
  toast.className = "notice is-hold";
  toast.textContent = text;
  document.getElementById("toasts")?.append(toast);
  setTimeout(() => toast.remove(), SHOWN);
}

function follows(event) {
  return event.detail.elt.dataset.live !== undefined;
}

export function showFailures() {
  // Only parts of a page take a place on it; problem details are said instead, and what was typed stays.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const type = event.detail.xhr.getResponseHeader("Content-Type") ?? "";
    if (!event.detail.shouldSwap || type.startsWith("text/html")) return;
    event.detail.shouldSwap = false;
    event.detail.isError = true;
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!follows(event)) say("The server can’t be reached. What you typed is still here.");
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (follows(event)) return;
    let detail = "That did not work. Try again in a moment.";
    try {
      detail = JSON.parse(event.detail.xhr.responseText).detail ?? detail;
    } catch {
      // not problem details: the sentence above will do
    }
    say(detail);
  });
}
