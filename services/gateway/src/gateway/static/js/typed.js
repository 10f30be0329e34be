// What is typed for a new contact outlives the drawer, the page and the session's end, in this tab only: it is put back when the drawer
// opens again, and goes along to a contact that is here already, to be compared there.
const key = () => `typed:${document.body.dataset.me}`;
const read = () => JSON.parse(sessionStorage.getItem(key()) ?? "null");
const keep = (typed) => sessionStorage.setItem(key(), JSON.stringify(typed));
const forget = () => sessionStorage.removeItem(key());

const NOT_TYPED = new Set(["once", "reason", "csrf_token"]);
const form = () => document.querySelector("form[data-typed]");
const fields = (of) => [...new FormData(of)].filter(([name]) => !NOT_TYPED.has(name));

function fill(typed) {
  for (const control of form().elements) {
    if (!control.name || control.type === "hidden" || NOT_TYPED.has(control.name)) continue;
    const values = typed.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "checkbox") control.checked = values.includes(control.value);
    else if (values.length) control.value = values[0];
  }
  form().querySelector("[data-kept]").hidden = false;
  htmx.trigger(form(), "input");
}

function compare(typed, how) {
  const from = document.querySelector("[data-typed-for]");
  const values = { how };
  for (const [name, value] of typed.fields) values[name] = name in values ? [].concat(values[name], value) : value;
  htmx.ajax("POST", from.dataset.from, { target: "#drawer", values });
}

export function keepTyped() {
  const here = document.querySelector("[data-typed-for]");
  const typed = read();
  if (here && typed?.to === here.dataset.typedFor) {
    here.hidden = false;
    if (typed.how === "update") {
      keep({ ...typed, how: "open" });
      compare(typed, "update");
    }
  }

  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-typed]")) keep({ fields: fields(form()) });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const kept = read();
    if (event.detail.target.id === "drawer" && event.detail.requestConfig.verb === "get" && form() && kept) fill(kept);
  });

  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-keep]");
    if (way && form()) keep({ fields: fields(form()), to: decodeURIComponent(way.pathname.split("/").pop()), how: way.dataset.keep });
    if (event.target.closest("[data-compare-typed]")) compare(read(), "update");
    if (event.target.closest("[data-drop-typed]")) {
      forget();
      document.getElementById("drawer").close();
      here.hidden = true;
    }
    if (event.target.closest("[data-start-over]")) {
      forget();
      document.querySelector("[data-new]")?.click();
    }
  });
  document.addEventListener("typed-done", forget);
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") === "/sign-out") forget();
  });
}
