// What every page does in the browser beside htmx; sheet.js and charts.js do the rest. Everything listens on the
// document, so that parts which htmx swaps in need no setting up. docs/design.md documents the attributes.
"use strict";
(() => {
  const on = (type, selector, act, options) => document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  }, options);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const word = (name) => document.body.dataset[name] || "";
  const isTyping = (node) => node.isContentEditable || node.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");

  // Requests of htmx carry the token of the session.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf"]');
    if (token) event.detail.headers["X-CSRF-Token"] = token.content;
    // Fields of a filter that nobody filled in do not belong in its address.
    const sent = event.detail.parameters;
    if (event.detail.verb === "get") for (const name of Object.keys(sent)) if (sent[name] === "") delete sent[name];
  });

  // Toasts: shown by the server in #toasts (or out of band), gone after data-timeout ms unless read with pointer or focus.
  const dismissLater = (toast) => {
    const ms = Number(toast.dataset.timeout || 8000);
    if (!ms || toast.dataset.timed) return;
    toast.dataset.timed = "1";
    const retire = () => (toast.matches(":hover, :focus-within") ? setTimeout(retire, 1500) : toast.remove());
    setTimeout(retire, ms);
  };
  const toast = (text, kind = "") => {
    const place = document.getElementById("toasts");
    if (!place || !text) return;
    const node = document.createElement("div");
    node.className = `toast ${kind}`;
    node.append(Object.assign(document.createElement("span"), { textContent: text }));
    place.append(node);
    dismissLater(node);
  };
  on("click", "[data-dismiss]", (button) => button.closest(".toast, .alert")?.remove());
  document.addEventListener("htmx:responseError", () => toast(word("errorText"), "error"));
  document.addEventListener("htmx:sendError", () => toast(word("offlineText"), "error"));
  document.addEventListener("htmx:timeout", () => toast(word("offlineText"), "error"));

  // Dialogs and popovers.
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog?.showModal && !dialog.open) dialog.showModal();
  };
  on("click", "[data-open]", (button) => openDialog(button.dataset.open));
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
  on("click", "dialog", (dialog, event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("click", (event) => {
    for (const open of all("details.popover[open]")) if (!open.contains(event.target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.activeElement?.closest("details.popover[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // Ctrl or Cmd and K: the search across all records. The arrow keys go through its hits.
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyK" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    if (!document.getElementById("search")) return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) openDialog("search");
    document.querySelector("#search[open] input")?.select();
  });
  on("keydown", "#search", (dialog, event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], hits = all(".hits a", dialog);
    if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); hits[0]?.click(); }
    if (!step || !hits.length) return;
    event.preventDefault();
    const stops = [dialog.querySelector("input"), ...hits], at = Math.max(0, stops.indexOf(document.activeElement));
    stops[(at + step + stops.length) % stops.length].focus();
  });
  // Hits that come while one is chosen take the choice over.
  let chosen = -1;
  on("htmx:beforeSwap", "#hits", (list) => { chosen = all("a", list).indexOf(document.activeElement); });
  on("htmx:afterSwap", "#hits", (list) => {
    const hits = all("a", list);
    if (chosen >= 0) (hits[Math.min(chosen, hits.length - 1)] || list.closest("dialog").querySelector("input")).focus();
  });

  // Keys go by their place on the keyboard (event.code), so that they work on an Arabic layout too.
  // data-key="g i": G, then I. data-key="n": N alone. "/" finds [data-search], "?" opens the dialog #shortcuts.
  let prefix = "", prefixTimer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.code === "Slash") {
      event.preventDefault();
      if (event.shiftKey) return openDialog("shortcuts");
      const field = all("[data-search]").find((node) => node.offsetParent !== null);
      if (field) { field.focus(); field.select?.(); }
      return;
    }
    const letter = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1].toLowerCase();
    if (!letter || event.shiftKey) return;
    const wanted = (prefix ? `${prefix} ` : "") + letter;
    clearTimeout(prefixTimer);
    prefix = "";
    const target = document.querySelector(`[data-key="${wanted}"]`);
    if (target) { event.preventDefault(); target.click(); return; }
    if (document.querySelector(`[data-key^="${letter} "]`)) {
      prefix = letter;
      prefixTimer = setTimeout(() => { prefix = ""; }, 1500);
    }
  });

  // Drop zone: a label around a file input. Shows what was chosen; refuses what is too large before it is sent.
  const sizeOf = (bytes) => {
    const [unit, part] = bytes < 1048576 ? ["kilobyte", bytes / 1024] : ["megabyte", bytes / 1048576];
    return new Intl.NumberFormat(`${document.documentElement.lang || "en"}-u-nu-latn`,
      { style: "unit", unit, maximumFractionDigits: 1 }).format(part);
  };
  on("dragover", "[data-dropzone]", (zone, event) => { event.preventDefault(); zone.classList.add("over"); });
  on("dragleave", "[data-dropzone]", (zone, event) => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("over"); });
  on("drop", "[data-dropzone]", (zone, event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const input = zone.querySelector("input[type=file]");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  on("change", "[data-dropzone] input[type=file]", (input, event) => {
    const zone = input.closest("[data-dropzone]"), file = input.files[0], shown = zone.querySelector("[data-file]");
    const limit = Number(zone.dataset.maxBytes || Infinity);
    zone.classList.toggle("chosen", Boolean(file));
    input.setCustomValidity(file && file.size > limit ? zone.dataset.tooLarge || "too large" : "");
    if (shown) {
      const name = Object.assign(document.createElement("bdi"), { textContent: file ? file.name : "" });
      shown.replaceChildren(name, file ? ` · ${sizeOf(file.size)}` : "");
    }
    if (!input.reportValidity()) { event.stopPropagation(); input.value = ""; return; }
    if (file && zone.dataset.dropzone === "send") zone.closest("form")?.requestSubmit();
  }, true);
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector?.("[data-upload]");
    if (!bar || !event.detail.lengthComputable) return;
    const share = Math.floor(100 * event.detail.loaded / event.detail.total), text = bar.querySelector("[data-percent]");
    bar.hidden = false;
    bar.querySelector("progress").value = share;
    if (text) text.textContent = `${share}%`;
  });

  // Which columns a table shows, kept in this browser under the name in data-columns.
  const hiddenColumns = (name) => {
    try { return new Set(JSON.parse(localStorage.getItem(`columns:${name}`)) || []); } catch { return new Set(); }
  };
  const applyColumns = (table) => {
    const hidden = hiddenColumns(table.dataset.columns);
    for (const cell of all("[data-col]", table)) cell.hidden = hidden.has(cell.dataset.col);
    for (const box of all(`[data-chooser="${table.dataset.columns}"] input`)) box.checked = !hidden.has(box.value);
  };
  on("change", "[data-chooser] input", (box) => {
    const chooser = box.closest("[data-chooser]"), name = chooser.dataset.chooser, hidden = hiddenColumns(name);
    // Columns that the server leaves out unless they are asked for stand in the address.
    if ("extra" in box.dataset) {
      const url = new URL(location);
      url.searchParams.set("columns", all("input:checked", chooser).map((one) => one.value).join(","));
      return location.assign(url);
    }
    hidden[box.checked ? "delete" : "add"](box.value);
    // A browser that keeps nothing still hides the column until the page is left.
    try { localStorage.setItem(`columns:${name}`, JSON.stringify([...hidden])); } catch { /* private window */ }
    for (const cell of all(`table[data-columns="${name}"] [data-col="${box.value}"]`)) cell.hidden = !box.checked;
  });

  // Filters of a list stand behind one button on a phone.
  const phone = matchMedia("(max-width: 40rem)");
  const fold = (form, isFolded) => {
    const button = form.querySelector("[data-unfold]");
    form.classList.toggle("folded", isFolded);
    button.hidden = !phone.matches;
    button.setAttribute("aria-expanded", String(!isFolded));
  };
  on("click", "[data-unfold]", (button) => fold(button.form, !button.form.classList.contains("folded")));
  phone.addEventListener("change", () => all("[data-fold]").forEach((form) => fold(form, phone.matches)));

  // A button beside a field that holds a link or a key.
  on("click", "[data-copy]", async (button) => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    toast(word("copiedText"));
  });

  // Picking rows: the box in the head picks all of the page; [data-picked] says how many are.
  on("change", ".pick input", (box) => {
    const table = box.closest("table"), rows = all("tbody .pick input", table), head = table.querySelector("thead .pick input");
    if (box === head) for (const row of rows) row.checked = head.checked;
    const picked = rows.filter((row) => row.checked).length;
    if (head) { head.checked = picked === rows.length && picked > 0; head.indeterminate = picked > 0 && picked < rows.length; }
    for (const output of all("[data-picked]", table.closest(".table-frame").parentElement)) output.textContent = picked;
  });

  // Live progress: where the event stream fails twice, data-poll is asked every two seconds until it sends data-done.
  document.addEventListener("htmx:sseError", (event) => {
    const node = event.target.closest?.("[data-poll]");
    if (!node || node.dataset.polling) return;
    node.dataset.failures = 1 + Number(node.dataset.failures || 0);
    if (node.dataset.failures < 2) return;
    node.dataset.polling = "1";
    const timer = setInterval(() => {
      if (!node.isConnected || node.querySelector("[data-done]")) return clearInterval(timer);
      htmx.ajax("GET", node.dataset.poll, { target: node, swap: "innerHTML" });
    }, 2000);
  });

  // Once for the page and once for each part that htmx brings.
  const arrive = (within) => {
    all(".toast", within).forEach(dismissLater);
    all("[data-fold]", within).forEach((form) => fold(form, phone.matches));
    within.querySelector("form[method=post] [aria-invalid=true]")?.focus();
    all("table[data-columns]", within).forEach(applyColumns);
    if (within instanceof Element && within.closest("table[data-columns]")) applyColumns(within.closest("table[data-columns]"));
    // As cards on a phone the table keeps its meaning for a screen reader.
    for (const table of all("table.data", within)) {
      table.setAttribute("role", "table");
      all("thead, tbody, tfoot", table).forEach((part) => part.setAttribute("role", "rowgroup"));
      all("tr", table).forEach((row) => row.setAttribute("role", "row"));
      all("td", table).forEach((cell) => cell.setAttribute("role", "cell"));
      all("th", table).forEach((cell) => cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "columnheader"));
    }
  };
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) arrive(event.target.parentElement || event.target); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => arrive(document));
  else arrive(document);
})();
