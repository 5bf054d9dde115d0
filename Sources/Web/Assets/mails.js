// Templates of mails: the preview in its frame follows what is chosen and typed, and the toolbar writes merge fields, conditions, links
// and buttons where the cursor is.
"use strict";
(() => {
  const panel = document.querySelector("[data-mail-preview]");
  if (!panel) return;
  const form = panel.closest("form");

  // Each drawing gets a frame of its own, so that the browser's way back is not filled with previews; the old one stays until
  // the new one is there. A frame keeps the name that it was born with, so each needs another.
  let drawings = 0;
  const show = panel.querySelector("[data-show]");
  const draw = () => {
    const frames = [...panel.querySelectorAll("iframe")], next = frames[0].cloneNode(false);
    next.removeAttribute("src");
    next.classList.add("coming");
    next.name = show.formTarget = `mail-preview-${++drawings}`;
    frames[frames.length - 1].after(next);
    form.requestSubmit(show);
    next.addEventListener("load", () => {
      next.classList.remove("coming");
      for (const frame of frames) frame.remove();
    });
  };
  let timer = 0;
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => { draw(); htmx.trigger("#check", "recheck"); }, ms);
  };
  form.addEventListener("change", (event) => { if (event.target.matches("select, [type=radio], [type=checkbox]") && event.target.name) later(0); });
  form.addEventListener("change", (event) => {
    // A test mail is filled for whoever the preview is shown for; what is written goes the way of its language.
    const test = document.querySelector("[data-test-as]");
    if (test && event.target.name === "as") test.value = event.target.value;
    if ("mailLanguage" in event.target.dataset) {
      for (const node of form.querySelectorAll("[data-content]:not(.code)")) node.dir = event.target.value === "en" ? "ltr" : "rtl";
    }
  });
  form.addEventListener("input", (event) => { if ("content" in event.target.dataset) later(500); });
  if ("draws" in panel.dataset) draw();

  // A record that was found becomes a choice, and is chosen.
  document.addEventListener("click", (event) => {
    const hit = event.target.closest("[data-recipient]");
    if (!hit) return;
    const choice = panel.querySelector("[name=as]"), code = hit.dataset.recipient;
    if (![...choice.options].some((option) => option.value === code)) choice.add(new Option(hit.textContent, code));
    choice.value = code;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById("recipients-found").replaceChildren();
  });

  const bar = document.querySelector("[data-toolbar]");
  if (!bar) return;
  const open = "{" + "{", close = "}" + "}";
  let target = document.querySelector("textarea[name=htmlContent]");
  document.addEventListener("focusin", (event) => { if ("content" in event.target.dataset) target = event.target; });
  const insert = (text) => {
    target.focus();
    // Keeps the way back of Ctrl and Z where the browser has it.
    if (!document.execCommand("insertText", false, text)) {
      target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
      target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const isMarkup = () => target.name === "htmlContent";
  const escaped = (text) => text.replaceAll("|", " ").replaceAll("}", "").replaceAll("{", "").trim();
  const pieces = {
    value() {
      const choice = bar.querySelector("[data-merge-field]"), option = choice.selectedOptions[0];
      const fallback = escaped(bar.querySelector("[data-fallback]").value);
      if ("isLink" in option.dataset) {
        const field = open + option.value + close;
        return isMarkup() ? `<a href="${field}">${bar.dataset.leaveText}</a>` : field;
      }
      return open + option.value + (fallback ? `|${fallback}` : "") + close;
    },
    condition(chosen) {
      const field = bar.querySelector("[data-merge-field]").value;
      return `${open}#if ${field}${close}${chosen || open + field + close}${open}else${close}${escaped(bar.querySelector("[data-fallback]").value)}${open}/if${close}`;
    },
    link: (chosen) => (isMarkup() ? `<a href="https://example.com">${chosen || bar.dataset.linkText}</a>` : "https://example.com"),
    button: (chosen) => (isMarkup()
      ? `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td bgcolor="#0c6b62" style="border-radius:6px;padding:12px 24px"><a href="https://example.com" style="font-family:Tahoma,Arial,sans-serif;font-size:16px;font-weight:bold;color:#ffffff;text-decoration:none">${chosen || bar.dataset.buttonText}</a></td></tr></table>`
      : "https://example.com"),
  };
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) insert(pieces[button.dataset.insert](target.value.slice(target.selectionStart, target.selectionEnd)));
  });
})();
