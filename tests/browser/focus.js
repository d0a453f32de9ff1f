/* Where the focus is, whether that is what is wanted, and what keeps people from seeing it. */
(wanted) => {
  const at = document.activeElement;
  if (!at || at === document.body) {
    return { here: false, outside: true, fault: null, name: "" };
  }
  const place = at.form ? [...at.form.elements].indexOf(at) : -1;
  const name = `${at.tagName} ${at.name || at.getAttribute("href") || ""} ${at.value || ""} `
    + `${(at.innerText || "").trim().slice(0, 30)} ${place}`;
  const group = wanted && wanted.type === "radio" && at.type === "radio"
    && at.name === wanted.name && at.form === wanted.form;
  if (at.matches("main, .error-summary")) {
    return { here: at === wanted, outside: false, fault: null, name };
  }
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  let fault = null;
  if (at.type === "date" && !at.matches(":focus")) {
    /* A part of the field that no script can see, the button for its calendar, has the focus. */
    return { here: at === wanted, outside: false, fault, name };
  }
  if (!at.matches(":focus-visible") || style.outlineStyle === "none"
      || parseFloat(style.outlineWidth) < 2) {
    fault = "the focus is not drawn";
  } else if (box.width < 4 || box.height < 4) {
    fault = "the focus is on something too small to be seen";
  } else {
    const spots = [...at.getClientRects()].flatMap((part) => [
      [part.left + part.width / 2, part.top + part.height / 2],
      [part.left + 2, part.top + 2], [part.right - 2, part.bottom - 2],
    ]);
    const seen = spots.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (at.contains(top) || top.contains(at) && top.matches("label, summary"));
    });
    if (!seen) { fault = "the focus is out of sight"; }
  }
  return { here: at === wanted || !!group, outside: false, fault, name };
}
