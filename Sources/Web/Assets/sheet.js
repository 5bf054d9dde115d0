// The grid of an import preview. Arrows move between cells; Enter, F2 or a double click edits; Enter or leaving the cell
// sends, Escape takes back. table[data-edit-url] receives POST {row, column, value} and answers with the row's HTML.
"use strict";
(() => {
  const all = (selector, within) => [...within.querySelectorAll(selector)];
  const on = (type, selector, act) => document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });
  // The column of the last correction that was sent.
  let sent = "";
  const moveTo = (cell) => {
    if (!cell) return;
    for (const old of all('td[tabindex="0"]', cell.closest("table"))) old.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  };
  const edit = (cell) => {
    if (cell.classList.contains("editing")) return;
    const before = [...cell.childNodes], old = cell.dataset.value ?? cell.textContent.trim();
    const input = Object.assign(document.createElement("input"), { className: "input", value: old, dir: "auto" });
    input.setAttribute("aria-label", cell.dataset.label || cell.dataset.edit);
    let done = false;
    const finish = (keep, refocus) => {
      if (done) return;
      done = true;
      cell.classList.remove("editing");
      cell.replaceChildren(...before);
      if (refocus) moveTo(cell);
      const table = cell.closest("table"), value = input.value;
      if (!keep || value === old || !table.dataset.editUrl || !window.htmx) return;
      sent = cell.dataset.edit;
      htmx.ajax("POST", table.dataset.editUrl, {
        source: cell, target: cell.closest("tr"), swap: "outerHTML",
        values: { row: cell.closest("tr").dataset.row, column: cell.dataset.edit, value },
      });
    };
    cell.classList.add("editing");
    cell.replaceChildren(input);
    input.focus();
    input.select();
    input.addEventListener("blur", () => finish(true, false));
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); finish(true, true); }
      if (event.key === "Escape") finish(false, true);
    });
  };
  on("dblclick", "table.sheet td[data-edit]", edit);
  on("keydown", "table.sheet td", (cell, event) => {
    if (event.target !== cell) return;
    if ((event.key === "Enter" || event.key === "F2") && cell.dataset.edit !== undefined) { event.preventDefault(); edit(cell); return; }
    const rtl = getComputedStyle(cell).direction === "rtl";
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, rtl ? 1 : -1], ArrowRight: [0, rtl ? -1 : 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const row = cell.parentElement, other = row.parentElement.rows[row.sectionRowIndex + step[0]];
    const next = other?.cells[cell.cellIndex + step[1]];
    if (next?.tagName === "TD") moveTo(next);
  });
  on("focusin", "table.sheet td", (cell) => { if (cell.tabIndex < 0) moveTo(cell); });

  // One cell of each sheet is reached with Tab. A row that came back from the server takes the focus where it was lost.
  const arrive = (within) => {
    for (const sheet of all("table.sheet", within)) all("tbody td", sheet).forEach((cell, i) => { cell.tabIndex = i ? -1 : 0; });
    const row = within instanceof Element && within.closest("table.sheet tbody tr");
    if (!row) return;
    for (const cell of row.cells) if (cell.tagName === "TD") cell.tabIndex = -1;
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (sent && isLost) moveTo(all("td[data-edit]", row).find((cell) => cell.dataset.edit === sent));
    sent = "";
  };
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) arrive(event.target); });
  arrive(document);
})();
