// The pipeline board: cards go from stage to stage by dragging, by Shift and an arrow, or by the dialog that the card's
// button or M opens. The card moves at once; when the server refuses, it goes back and says why. And the fields of a form
// that belong to one stage only (data-only). docs/design.md documents the attributes.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const on = (type, selector, act, options) => document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  }, options);
  const board = () => document.querySelector("[data-board]");
  const column = (card) => card.closest("[data-stage]");
  const columnOf = (stage) => document.querySelector(`[data-board] [data-stage="${CSS.escape(stage)}"]`);
  const isRTL = () => document.documentElement.dir === "rtl";
  const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  const isolated = (text) => `\u2068${text}\u2069`;
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  const say = (text) => {
    const place = document.getElementById("board-says");
    if (!place) return;
    // The same words twice are two announcements.
    place.textContent = place.textContent === text ? `${text}\u00a0` : text;
  };
  const toast = (text, kind, undo) => {
    const node = document.createElement("div"), words = document.createElement("span");
    node.className = `toast ${kind}`;
    words.textContent = text;
    node.append(words);
    if (undo) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: board().dataset.undo });
      button.addEventListener("click", () => { node.remove(); undo(); });
      node.append(button);
    }
    document.getElementById("toasts").append(node);
    const retire = () => (node.matches(":hover, :focus-within") ? setTimeout(retire, 1500) : node.remove());
    setTimeout(retire, 8000);
  };

  // Count and sum of a column go with its cards.
  const tally = (section, card, sign) => {
    if (!section) return;
    const count = section.querySelector("[data-count]"), total = section.querySelector("[data-total]");
    const parse = (node) => Number(node.textContent.replace(/,/g, ""));
    count.textContent = numbers.format(parse(count) + sign);
    section.dataset.sum = String(Number(section.dataset.sum) + sign * Number(card.dataset.value));
    total.textContent = filled(board().dataset.sar, { amount: numbers.format(Number(section.dataset.sum)) });
  };
  const put = (card, target, before = null) => {
    if (!target || column(card) === target) return;
    const hadFocus = document.activeElement === card;
    tally(column(card), card, -1);
    const cards = target.querySelector(".cards");
    cards.insertBefore(card, before?.parentElement === cards ? before : cards.firstElementChild);
    tally(target, card, 1);
    if (hadFocus) card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const send = async (path, body) => {
    const token = document.querySelector('meta[name="csrf"]')?.content || "";
    const answer = await fetch(path, {
      method: "POST", credentials: "same-origin", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token },
    });
    const value = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(value.error?.message || document.body.dataset.errorText), { status: answer.status });
    return value;
  };
  const refresh = () => window.htmx?.ajax("GET", location.pathname + location.search, { target: "#pipeline", swap: "innerHTML" });
  const name = (card) => isolated(card.dataset.name);

  // Where a card was before moves that the server does not know of yet.
  const origin = new WeakMap();
  const back = (card, home) => {
    put(card, columnOf(home.stage), home.before);
    say(filled(board().dataset.back, { name: name(card), stage: columnOf(home.stage).dataset.label }));
  };
  const commit = async (card, more = {}) => {
    const home = origin.get(card), target = column(card);
    origin.delete(card);
    if (!home || home.stage === target.dataset.stage) return;
    card.setAttribute("aria-busy", "true");
    try {
      const { entry } = await send(`/api/opportunities/${card.dataset.card}/stage`, { stage: target.dataset.stage, from: home.stage, ...more });
      const words = filled(board().dataset.moved, { name: name(card), stage: target.dataset.label });
      say(words);
      toast(words, "", () => undo(card, home, entry));
    } catch (error) {
      const words = error.status ? error.message : document.body.dataset.offlineText;
      back(card, home);
      say(words);
      toast(words, "error");
      // Somebody else was quicker: the board shows where everything is now.
      if (error.status === 409 || error.status === 404) refresh();
    } finally {
      card.removeAttribute("aria-busy");
    }
  };
  const undo = async (card, home, entry) => {
    try {
      await send("/api/opportunities/undo-move", { entry });
      if (!card.isConnected) return refresh();
      put(card, columnOf(home.stage), home.before);
      say(filled(board().dataset.undone, { name: name(card) }));
      card.focus({ preventScroll: true });
    } catch (error) {
      toast(error.status ? error.message : document.body.dataset.offlineText, "error");
      refresh();
    }
  };
  const leave = (card) => {
    if (!origin.has(card)) origin.set(card, { stage: column(card).dataset.stage, before: card.nextElementSibling });
  };
  // A loss needs its reason and a postponement may have a day, so those ask first.
  const asks = (stage) => stage === "lost" || stage === "postponed";
  const moveTo = (card, stage) => {
    if (asks(stage)) return ask(card, stage);
    leave(card);
    put(card, columnOf(stage));
    commit(card);
  };

  // The dialog.
  let asked = null;
  const show = (form) => {
    const stage = form.elements.stage.value, reason = form.elements.lostReason.value;
    for (const field of all("[data-only]", form)) {
      const only = field.dataset.only;
      field.hidden = only === "lost-other" ? stage !== "lost" || reason !== "" : only !== stage;
    }
    if (form.elements.otherReason) form.elements.otherReason.required = stage === "lost" && reason === "";
  };
  const ask = (card, stage) => {
    const dialog = document.getElementById("move"), form = dialog?.querySelector("form");
    if (!form) return;
    asked = card;
    form.reset();
    form.elements.stage.value = stage || column(card).dataset.stage;
    dialog.querySelector("[data-move-name]").textContent = card.dataset.name;
    show(form);
    dialog.showModal();
    form.querySelector(stage === "lost" ? "[name=lostReason]" : stage === "postponed" ? "[name=until]" : "[name=stage]").focus();
  };
  on("change", "[data-move-form], [data-stage-form]", (form) => show(form));
  on("submit", "[data-move-form]", (form, event) => {
    event.preventDefault();
    const card = asked, stage = form.elements.stage.value, more = {};
    if (stage === "lost") more.lostReason = form.elements.lostReason.value || form.elements.otherReason.value.trim();
    if (stage === "postponed" && form.elements.until.value) more.until = form.elements.until.value;
    form.closest("dialog").close();
    leave(card);
    put(card, columnOf(stage));
    card.focus({ preventScroll: true });
    commit(card, more);
  });
  document.addEventListener("close", (event) => {
    if (event.target.id !== "move" || !asked) return;
    const card = asked, home = origin.get(card);
    asked = null;
    // Closed without an answer: a card that was moved on the way here goes back.
    setTimeout(() => { if (home && origin.has(card)) { origin.delete(card); back(card, home); } card.focus({ preventScroll: true }); });
  }, true);
  on("click", "[data-board] [data-move]", (button) => ask(button.closest("[data-card]")));

  // Dragging.
  let dragged = null;
  on("dragstart", "[data-board] [data-card][draggable=true]", (card, event) => {
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.name);
    card.classList.add("dragged");
  });
  const clear = () => all("[data-stage].over").forEach((section) => section.classList.remove("over"));
  on("dragover", "[data-board] [data-stage]", (section, event) => {
    if (!dragged) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    if (!section.classList.contains("over")) { clear(); section.classList.add("over"); }
  });
  on("drop", "[data-board] [data-stage]", (section, event) => {
    if (!dragged) return;
    event.preventDefault();
    if (column(dragged) !== section) moveTo(dragged, section.dataset.stage);
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; clear(); });

  // Keys. Right and left are those of the screen, so in Arabic the next stage is to the left.
  let pause = 0;
  const settle = (card) => {
    clearTimeout(pause);
    if (!origin.has(card)) return;
    const stage = column(card).dataset.stage;
    if (asks(stage) && origin.get(card).stage !== stage) return ask(card, stage);
    commit(card);
  };
  const step = (card, by) => {
    const stages = all("[data-board] [data-stage]"), next = stages[stages.indexOf(column(card)) + by];
    if (!next) return say(board().dataset.edge);
    leave(card);
    put(card, next);
    say(filled(board().dataset.moved, { name: name(card), stage: next.dataset.label }));
    // Several steps in a row are one move.
    clearTimeout(pause);
    pause = setTimeout(() => settle(card), 700);
  };
  const look = (card, by) => {
    const stages = all("[data-board] [data-stage]"), row = all("[data-card]", column(card)).indexOf(card);
    for (let at = stages.indexOf(column(card)) + by; stages[at]; at += by) {
      const cards = all("[data-card]", stages[at]);
      if (cards.length) return cards[Math.min(row, cards.length - 1)].focus();
    }
  };
  on("keydown", "[data-board] [data-card]", (card, event) => {
    if (event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key], line = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const isMovable = card.draggable;
    if (side) {
      event.preventDefault();
      const by = isRTL() ? -side : side;
      if (event.shiftKey && isMovable) step(card, by); else if (!event.shiftKey) look(card, by);
    } else if (line && !event.shiftKey) {
      event.preventDefault();
      const cards = all("[data-card]", column(card));
      cards[cards.indexOf(card) + line]?.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      card.querySelector("a").click();
    } else if (event.code === "KeyM" && isMovable) {
      event.preventDefault();
      ask(card);
    }
  });
  // Whoever goes on to something else has made up their mind; into the dialog they have not.
  on("focusout", "[data-board] [data-card]", (card, event) => {
    if (event.target === card && !event.relatedTarget?.closest?.("#move") && origin.has(card) && !document.querySelector("#move[open]")) {
      setTimeout(() => { if (document.activeElement !== card && !document.querySelector("#move[open]")) settle(card); });
    }
  });

  const arrive = () => all("[data-stage-form]").forEach(show);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", arrive);
  else arrive();
})();
