// What helps where there is a script: asking before what can't be undone, and looking again by itself.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  // Once is enough: the second press of an impatient finger does nothing.
  if (form.method === "post") {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// An element with an id and data-refresh="5" is fetched anew every five seconds, as long as the page is looked at.
// What the server leaves without data-refresh is finished.
async function refresh(id) {
  const old = document.getElementById(id);
  if (!old || !old.dataset.refresh) return;
  const busy = document.hidden || old.contains(document.activeElement);
  if (!busy) {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(id);
        if (fresh) old.replaceWith(fresh);
      }
    } catch {
      // Looked at again next time.
    }
  }
  later(id);
}
function later(id) {
  const element = document.getElementById(id);
  const seconds = element ? Number(element.dataset.refresh) : 0;
  if (seconds) setTimeout(refresh, seconds * 1000, id);
}
for (const element of document.querySelectorAll("[data-refresh][id]")) later(element.id);
