// Lists of records: picking ranges of rows, the panel of conditions, export of the columns that are shown, and fields that
// are edited in place. Everything listens on the document, so that rows which htmx brings need no setting up.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const on = (type, selector, act, options) => document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  }, options);
  const picks = (box) => all("tbody .pick input", box.closest("table"));
  const tell = (box) => box.dispatchEvent(new Event("change", { bubbles: true }));

  // Shift and a click pick every row between the last one and this; arrows move from box to box, with Shift they pick.
  let last = null;
  on("click", "tbody .pick input", (box, event) => {
    const boxes = picks(box), from = boxes.indexOf(last), to = boxes.indexOf(box);
    if (event.shiftKey && from >= 0) {
      for (const one of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
      tell(box);
    }
    last = box;
  });
  on("keydown", "tbody .pick input", (box, event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const boxes = picks(box), next = boxes[boxes.indexOf(box) + step];
    if (!next) return;
    if (event.shiftKey) { box.checked = next.checked = true; tell(next); }
    next.focus();
    last = next;
  });

  // The condition is added to what the list shows now, which may be more than when the page came.
  on("submit", "form[data-adds]", (form) => { form.elements.to.value = location.search.slice(1); });
  on("toggle", "details.popover", (details) => {
    if (details.open) details.querySelector("form[data-adds] select")?.focus();
  }, true);

  // Columns that this browser hides are left out of an export of what is shown.
  const shown = () => all("table.data thead [data-col]").filter((cell) => !cell.hidden).map((cell) => cell.dataset.col);
  on("click", "a[data-shown]", (link) => {
    const url = new URL(link.href);
    url.searchParams.set("columns", shown().join(",") || "none");
    link.href = url;
  });
  on("submit", "form.bulk", (form) => { if (form.elements.columns) form.elements.columns.value = shown().join(","); });

  // Fields in place. A cell or a fact with data-edit is reached with Tab or the arrows; Enter, F2 or a double click brings
  // its input from the server, Enter sends it, Escape takes it back. Without this script nothing offers itself.
  const editable = "[data-edit]";
  const token = () => document.querySelector('meta[name="csrf"]')?.content || "";
  const draw = (cell, html, isForm) => {
    cell.innerHTML = html;
    cell.classList.toggle("editing", isForm);
    if (!isForm) { cell.focus(); return; }
    const field = cell.querySelector("input:not([type=hidden]), select, textarea");
    field?.focus();
    field?.select?.();
  };
  const ask = async (cell, options) => {
    const answer = await fetch(cell.dataset.edit, { headers: { "HX-Request": "true", "X-CSRF-Token": token() }, ...options });
    return { status: answer.status, html: await answer.text() };
  };
  const fail = (cell) => { draw(cell, cell.before, false); document.dispatchEvent(new Event("htmx:responseError")); };
  const open = async (cell) => {
    if (cell.classList.contains("editing") || cell.busy) return;
    cell.busy = true;
    cell.before = cell.innerHTML;
    try {
      const { status, html } = await ask(cell, {});
      if (status === 200) draw(cell, html, true); else fail(cell);
    } catch { fail(cell); } finally { cell.busy = false; }
  };
  const send = async (cell, form) => {
    if (cell.busy) return;
    cell.busy = true;
    try {
      const { status, html } = await ask(cell, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (status === 200) draw(cell, html, false); else if (status === 422) draw(cell, html, true); else fail(cell);
    } catch { fail(cell); } finally { cell.busy = false; }
  };
  on("dblclick", editable, (cell, event) => { if (!event.target.closest("a, form")) open(cell); });
  on("submit", `${editable} form`, (form, event) => { event.preventDefault(); send(form.closest(editable), form); });
  on("keydown", editable, (cell, event) => {
    if (event.key === "Escape" && cell.classList.contains("editing")) {
      event.preventDefault();
      event.stopPropagation();
      return draw(cell, cell.before, false);
    }
    // Enter in an input sends its form by itself; in a list of choices it would only open the list.
    if (event.key === "Enter" && event.target.matches("select")) { event.preventDefault(); return event.target.form.requestSubmit(); }
    if (event.target !== cell) return;
    if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); return open(cell); }
    const rtl = getComputedStyle(cell).direction === "rtl";
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, rtl ? 1 : -1], ArrowRight: [0, rtl ? -1 : 1] }[event.key];
    const row = cell.closest("tr");
    if (!step || !row) return;
    event.preventDefault();
    const cells = (one) => all(editable, one).filter((found) => !found.hidden);
    const to = step[0] ? (step[0] > 0 ? row.nextElementSibling : row.previousElementSibling) : row;
    const next = to && cells(to)[cells(row).indexOf(cell) + step[1]];
    if (next) reach(next);
  });
  // One cell of each table is reached with Tab.
  const reach = (cell) => {
    for (const other of all(`${editable}[tabindex="0"]`, cell.closest("table") || document.createElement("i"))) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  };
  const arrive = () => {
    const hint = document.getElementById("edit-hint");
    for (const cell of all(`${editable}:not([tabindex])`)) {
      const isFirst = !cell.closest("table")?.querySelector(`${editable}[tabindex]`);
      cell.tabIndex = isFirst ? 0 : -1;
      cell.setAttribute("aria-keyshortcuts", "Enter F2");
      if (hint) cell.setAttribute("aria-describedby", hint.id);
    }
  };
  document.addEventListener("htmx:load", arrive);
  arrive();
})();
