// My day by keyboard: arrows go from task to task, Enter completes (the button has the focus), 1, 2 and 3 put off, Q goes
// to the line of quick adding. After the list is drawn anew the focus is where it was.
"use strict";
(() => {
  const stops = () => [...document.querySelectorAll("#day [data-complete]")];
  let at = -1, wasQuick = false;
  const isTyping = (node) => /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const here = event.target.closest?.("[data-task]");
    if (event.code === "KeyQ" && !isTyping(event.target)) {
      event.preventDefault();
      document.querySelector("[data-quick-title]")?.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && (here ? event.target.matches("[data-complete]") : event.target === document.body)) {
      const all = stops(), now = all.indexOf(event.target);
      if (!all.length) return;
      event.preventDefault();
      all[Math.min(Math.max(now + step, 0), all.length - 1)].focus();
      return;
    }
    const delay = { Digit1: "tomorrow", Digit2: "workday", Digit3: "week" }[event.code];
    if (!delay || !here || !event.target.matches("[data-complete]")) return;
    event.preventDefault();
    event.stopPropagation();
    at = stops().indexOf(event.target);
    here.querySelector(`[data-postpone="${delay}"]`)?.click();
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const task = event.target.closest?.("[data-task]");
    if (task) at = stops().findIndex((button) => task.contains(button));
    wasQuick = Boolean(event.target.closest?.("[data-quick]"));
    const toast = event.target.closest?.(".toast");
    if (toast) { at = Math.max(at, 0); toast.hidden = true; }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "day") return;
    const title = document.querySelector("[data-quick-title]");
    if (wasQuick) {
      title.value = "";
      title.focus();
    } else if (at >= 0) {
      const all = stops();
      (all[Math.min(at, all.length - 1)] || title)?.focus();
    }
    at = -1;
  });
})();
