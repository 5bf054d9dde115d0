// Names behind an @ in a note: a list of colleagues below the field that arrows, Enter and Escape work. What is chosen
// becomes plain text, which the server reads whether this ran or not. data-mentions is where to ask for names.
"use strict";
(() => {
  if (window.anwalMentions) return;
  window.anwalMentions = true;
  let box = null, field = null, items = [], at = 0, asked = 0, timer = 0;
  // The word behind an @ before the cursor: its beginning in the text and what is typed of it.
  const word = () => {
    const before = field.value.slice(0, field.selectionStart);
    const found = /(^|[^\p{L}\p{N}_])@([\p{L}\p{M}\p{N}_.\-]*(?: [\p{L}\p{M}\p{N}_.\-]+)?)$/u.exec(before);
    return found && { from: before.length - found[2].length, text: found[2] };
  };
  const close = () => {
    clearTimeout(timer);
    asked += 1;
    box?.remove();
    box = null;
    field?.removeAttribute("aria-activedescendant");
    field?.removeAttribute("aria-controls");
  };
  const mark = (index) => {
    at = (index + items.length) % items.length;
    [...box.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    field.setAttribute("aria-activedescendant", box.children[at].id);
    box.children[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (index) => {
    const found = word(), name = items[index].spelling;
    if (!found) return close();
    field.setRangeText(`${name} `, found.from, field.selectionStart, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };
  const draw = () => {
    box?.remove();
    box = Object.assign(document.createElement("ul"), { className: "mention-box", id: `${field.id}-mentions` });
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", field.dataset.mentionsCount || "");
    items.forEach((item, index) => {
      const option = document.createElement("li"), name = document.createElement("bdi");
      option.id = `${box.id}-${index}`;
      option.setAttribute("role", "option");
      name.textContent = item.spelling;
      option.append(name);
      // Before the field loses the cursor.
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(index); });
      box.append(option);
    });
    field.after(box);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", box.id);
    mark(0);
    const status = document.getElementById("mention-status") || document.body.appendChild(
      Object.assign(document.createElement("p"), { id: "mention-status", className: "visually-hidden" }));
    status.setAttribute("role", "status");
    status.textContent = `${field.dataset.mentionsCount || ""} ${items.length}`;
  };
  const ask = async () => {
    const found = word(), mine = ++asked;
    if (!found) return close();
    let answer = [];
    try {
      const response = await fetch(`${field.dataset.mentions}?q=${encodeURIComponent(found.text)}`);
      if (response.ok) answer = (await response.json()).items;
    } catch { /* offline: the name can still be typed */ }
    if (mine !== asked) return;
    items = answer;
    if (items.length) draw(); else close();
  };
  document.addEventListener("input", (event) => {
    if (!(event.target instanceof Element) || !event.target.matches("[data-mentions]")) return;
    field = event.target;
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  document.addEventListener("keydown", (event) => {
    if (!box || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(at + step);
    else if (event.key === "Enter" || event.key === "Tab") choose(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
})();
