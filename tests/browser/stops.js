/* What of a page ought to be a stop of the Tab key, in the order of the page; a group of radio
   buttons is one. Regions that scroll are stops as well. Asked about one of them, it tells how many
   lie between the focus and that one. */
(wanted) => {
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']",
  )];
  const groups = new Set();
  const seen = all.filter((at) => {
    if (at.tabIndex < 0 || at.disabled || !at.checkVisibility({ visibilityProperty: true })) {
      return false;
    }
    if (at.type !== "radio") { return true; }
    const chosen = at.form.querySelector(`[name="${at.name}"]:checked`);
    if (groups.has(at.name) || (chosen && chosen !== at)) { return false; }
    groups.add(at.name);
    return true;
  });
  if (wanted) {
    const at = document.activeElement;
    const after = (one, other) => one.compareDocumentPosition(other)
      & Node.DOCUMENT_POSITION_FOLLOWING;
    return at === document.body ? 0 : seen.filter((one) => after(at, one)
      && after(one, wanted)).length;
  }
  return seen.map((at) => {
    const place = at.form ? [...at.form.elements].indexOf(at) : -1;
    return `${at.tagName} ${at.name || at.getAttribute("href") || ""} ${at.value || ""} `
      + `${(at.innerText || "").trim().slice(0, 30)} ${place}`;
  });
}
