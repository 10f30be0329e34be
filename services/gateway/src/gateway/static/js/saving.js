// A form is out of use while it is sent, so that the form an answer brings has everything that was typed. Where no answer came and
// the form stays, the cursor is put back where it was.
export function keepPlace() {
  let place = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("form:not([data-inplace])")) place = document.activeElement;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form:not([data-inplace])") && !event.detail.successful && place?.isConnected) place.focus();
  });
}
