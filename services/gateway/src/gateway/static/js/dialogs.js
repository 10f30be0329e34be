// The drawer, the help sheet and the menus: opened, closed by Esc or a click beside them, focus given back by the browser.
function isBeside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

export function manageDialogs() {
  document.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.detail.target;
    if (!dialog.matches("dialog")) return;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector("[data-focus]") ?? dialog.querySelector("[autofocus]"))?.focus();
  });

  // A dialog that has done what it is for closes when the answer goes to the page behind it.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (event.detail.successful && form.matches("[data-closes]")) form.closest("dialog")?.close();
  });
  document.addEventListener("done", () => document.getElementById("sheet")?.close());

  document.addEventListener("click", (event) => {
    const dialog = event.target.closest("dialog");
    if (event.target.closest("[data-close]")) dialog?.close();
    else if (dialog && event.target === dialog && isBeside(dialog, event)) dialog.close();
    if (event.target.closest("[data-open-help]")) document.getElementById("help")?.showModal();
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target) || event.target.closest("[data-menu] button")) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
