// The bell: counts and new notifications as they come. A hidden page does not listen, because a browser keeps only a few
// connections to one server; when it is looked at again it asks for what it missed.
"use strict";
(() => {
  const script = document.currentScript, address = script.dataset.events;
  let since = script.dataset.since, source = null, retry = 0;
  const show = (name, text) => {
    for (const badge of document.querySelectorAll(`[data-badge="${name}"]`)) {
      badge.textContent = text;
      badge.hidden = text === "0";
    }
  };
  const announce = (html) => {
    const place = document.getElementById("toasts"), holder = document.createElement("template");
    holder.innerHTML = html;
    const toast = holder.content.firstElementChild;
    if (!place || !toast) return;
    // Three at a time are enough to read.
    while (place.querySelectorAll(".toast").length > 2) place.querySelector(".toast").remove();
    place.append(toast);
    toast.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  };
  const stop = () => { source?.close(); source = null; clearTimeout(retry); };
  const start = () => {
    if (source || document.hidden) return;
    source = new EventSource(`${address}?since=${since}`);
    const read = (event) => { if (event.lastEventId) since = event.lastEventId; return event.data; };
    source.addEventListener("counts", (event) => {
      const counts = JSON.parse(read(event));
      for (const name of Object.keys(counts)) show(name, counts[name]);
    });
    source.addEventListener("notification", (event) => announce(read(event)));
    // The browser comes back by itself after a lost connection; a refusal (the session is over, the server restarts) ends
    // it, and is tried again later.
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      stop();
      retry = setTimeout(start, 30000);
    });
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", start);
  start();
})();
