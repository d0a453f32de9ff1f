/* Only comfort lives here: every page works without it. Under 5 KB, no eval, no inline code. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  function all(selector, from) {
    return Array.prototype.slice.call((from || document).querySelectorAll(selector));
  }

  /* Characters, not UTF-16 units: a rare ideograph counts once, as it does on the server. */
  function count(control) {
    var out = document.getElementById(control.id + "-c");
    if (out) { out.textContent = out.dataset.form.replace("#", Array.from(control.value).length); }
  }

  function tally(form) {
    var boxes = all('input[name="id"]', form);
    var on = boxes.filter(function (box) { return box.checked; });
    var head = form.querySelector("[data-all]");
    if (head) {
      head.checked = boxes.length > 0 && on.length === boxes.length;
      head.indeterminate = on.length > 0 && on.length < boxes.length;
    }
    var sum = form.querySelector("[data-chosen]");
    if (sum) { sum.textContent = on.length ? sum.dataset.chosen.replace("#", on.length) : ""; }
    boxes.forEach(function (box) {
      var row = box.closest("tr");
      if (row) { row.classList.toggle("is-on", box.checked); }
    });
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea[data-max]")) { count(event.target); }
  });

  document.addEventListener("change", function (event) {
    var box = event.target, form = box.form;
    if (!form || box.type !== "checkbox") { return; }
    if (box.matches("[data-all]")) {
      all('input[name="id"]', form).forEach(function (one) { one.checked = box.checked; });
    }
    if (box.matches('[data-all], input[name="id"]')) { tally(form); }
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-print]");
    if (button) { window.print(); }
    all("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    all("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* What could not be read or sent is said in place; what was typed stays. */
  function tell(name, on) {
    var place = document.getElementById(name);
    if (!place) { return; }
    place.hidden = !on;
    if (on && name === "offline") { place.focus(); }
  }
  ["sendError", "timeout", "responseError"].forEach(function (kind) {
    document.addEventListener("htmx:" + kind, function () { tell("lost", true); });
  });
  window.addEventListener("online", function () { tell("offline", false); });

  /* One form is sent once. The button is marked, not disabled: it must stay in the data. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (navigator.onLine === false) { event.preventDefault(); tell("offline", true); return; }
    if (form.method !== "post") { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    var button = event.submitter;
    if (button) { button.setAttribute("aria-busy", "true"); }
  });

  /* Coming back with the browser's button finds the form ready again. */
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    all(".btn[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
  });

  /* An answer that refuses is still an answer: show it, and go to what is wrong. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    var status = event.detail.xhr.status;
    if (status === 409 || status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    tell("lost", false);
    var part = event.detail.elt;
    var summary = document.querySelector(".error-summary");
    if (summary) { summary.focus(); } else if (part && part.matches("[tabindex]")) { part.focus(); }
    ready(part);
  });

  function ready(part) {
    all("textarea[data-max]", part || document).forEach(count);
    all("form", document).forEach(function (form) {
      if (form.querySelector('input[name="id"]')) { tally(form); }
    });
  }

  ready();
  var first = document.querySelector(".error-summary");
  if (first) { first.focus(); }
})();
