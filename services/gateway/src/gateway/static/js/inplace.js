// Fields edited where they stand: Enter or leaving one saves it, Esc puts back what was there, Tab goes on. What is typed while a save is
// under way is put into what its answer brings, and saved next.
const controls = (part) => [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((control) => control.name && control.id);
const ticked = (control) => control.type === "checkbox" || control.type === "radio";
const value = (control) => (ticked(control) ? control.checked : control.value);

function begun(control) {
  if (ticked(control)) return control.defaultChecked;
  if (control.tagName !== "SELECT") return control.defaultValue;
  return ([...control.options].find((option) => option.defaultSelected) ?? control.options[0])?.value;
}

const isDirty = (form) => controls(form).some((control) => value(control) !== begun(control));

function put(control, wanted) {
  if (ticked(control)) control.checked = wanted;
  else control.value = wanted;
}

function leave(form) {
  const leaves = form.querySelector("[data-leave]");
  if (leaves) leaves.click();
  else {
    form.reset();
    form.querySelector(".alike")?.replaceChildren(); // it was about what was typed
  }
}

export function editInPlace() {
  const sent = new WeakMap();
  const wanted = new WeakSet();
  let later = [];
  let byKey = false;

  const save = (form) => {
    if (!form.isConnected) return;
    if (form.classList.contains("htmx-request")) wanted.add(form);
    else if (isDirty(form)) form.requestSubmit();
  };

  document.addEventListener("keydown", (event) => {
    byKey = true;
    const form = event.target.closest?.("form[data-inplace]");
    if (!form) return;
    if (event.key === "Escape") {
      event.preventDefault();
      leave(form);
      event.target.blur();
    } else if (event.key === "Enter" && event.target.tagName === "SELECT" && isDirty(form)) {
      event.preventDefault();
      save(form);
    }
  });
  document.addEventListener("pointerdown", () => (byKey = false));

  // Arrows walk through the options of a closed list: only leaving it, or Enter, says that the walk is over.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-inplace]");
    if (form && !byKey && event.target.matches("select, [type=checkbox]")) save(form);
  });
  document.addEventListener("focusout", (event) => {
    const form = event.target.closest("form[data-inplace]");
    if (form && !form.contains(event.relatedTarget)) save(form);
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-inplace].htmx-request")) wanted.add(event.target);
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches("form[data-inplace]")) sent.set(form, new Map(controls(form).map((control) => [control.id, value(control)])));
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    const asked = requestConfig.elt;
    if (!event.detail.shouldSwap || target.closest("dialog") || !target.closest("#details")) return;
    const of = sent.get(asked);
    later = controls(target)
      .filter((control) => value(control) !== (of?.has(control.id) && asked.contains(control) ? of.get(control.id) : begun(control)))
      .filter((control) => !(control.name === "add" && !control.value) && !asked.matches("[data-leave]"))
      .map((control) => ({ id: control.id, typed: value(control), again: !asked.contains(control) || wanted.has(asked) }));
  });
  document.addEventListener("htmx:afterSwap", () => {
    const kept = later;
    later = [];
    for (const { id, typed, again } of kept) {
      const control = document.getElementById(id);
      if (!control || value(control) === typed) continue;
      put(control, typed);
      const form = control.closest("form[data-inplace]");
      if (form && (again || !form.contains(document.activeElement)) && !form.matches("[data-unsaved]")) save(form);
    }
    if (document.activeElement === document.body) document.querySelector("#details [data-saved] input:not([type=hidden])")?.focus();
  });
}
