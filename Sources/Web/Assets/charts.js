// Charts from data-chart = {type, labels, series: [{label, data}], stacked}; type: line, bar, hbar, pie, doughnut.
// The first chart of a page loads Chart.js. Series differ in hatching, dashes and point shapes as well as in colour.
"use strict";
(() => {
  const own = document.currentScript.src;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  let library;
  const loadCharts = () => library ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: new URL("vendor/chart.min.js", own).href });
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  const colour = (name, within) => {
    const probe = within.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name})`;
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  // Each series has its own hatching beside its colour: solid, strokes one way, the other way, dots, bars, grid.
  const hatch = (ink, paper, kind) => {
    if (kind % 6 === 0) return ink;
    const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 }), pen = tile.getContext("2d");
    const line = (a, b, c, d) => { pen.moveTo(a, b); pen.lineTo(c, d); };
    pen.fillStyle = paper;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = pen.fillStyle = ink;
    pen.lineWidth = 3;
    pen.beginPath();
    [() => {}, () => { line(-2, 10, 10, -2); line(-2, 2, 2, -2); line(6, 10, 10, 6); },
      () => { line(-2, -2, 10, 10); line(6, -2, 10, 2); line(-2, 6, 2, 10); },
      () => pen.fillRect(2, 2, 4, 4), () => line(2, 0, 2, 8), () => { line(2, 0, 2, 8); line(0, 2, 8, 2); }][kind % 6]();
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  };
  const draw = (canvas) => {
    let spec;
    try { spec = JSON.parse(canvas.dataset.chart); } catch { return; }
    window.Chart.getChart(canvas)?.destroy();
    const box = canvas.parentElement, rtl = getComputedStyle(canvas).direction === "rtl";
    const text = colour("muted", box), line = colour("line", box), paper = colour("surface", box);
    const round = spec.type === "pie" || spec.type === "doughnut", sideways = spec.type === "hbar";
    const ink = (i) => colour(`chart-${i % 6 + 1}`, box);
    const dash = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]], shapes = ["circle", "rect", "triangle", "rectRot", "cross", "star"];
    const datasets = spec.series.map((series, i) => round
      ? { ...series, backgroundColor: series.data.map((_, j) => hatch(ink(j), paper, j)), borderColor: paper, borderWidth: 2 }
      : { ...series, borderColor: ink(i), backgroundColor: spec.type === "line" ? ink(i) : hatch(ink(i), paper, i), borderWidth: spec.type === "line" ? 2 : 1,
          borderDash: spec.type === "line" ? dash[i % 6] : [], pointStyle: shapes[i % 6], pointRadius: 3.5, tension: .2, maxBarThickness: 44, borderRadius: 3 });
    const axis = (extra) => ({ stacked: Boolean(spec.stacked), ticks: { color: text }, grid: { color: line }, ...extra });
    const font = { family: getComputedStyle(document.body).fontFamily, size: 13 };
    const locale = `${document.documentElement.lang || "en"}-u-nu-latn`;
    // From ten thousand on a tick is said in words, so that a phone has room for it; the table has the figures.
    const short = new Intl.NumberFormat(locale, { notation: "compact" }), whole = new Intl.NumberFormat(locale);
    const numbers = { beginAtZero: true, ticks: {
      color: text, precision: 0, callback: (value) => (Math.abs(value) < 10_000 ? whole : short).format(value),
    } };
    new window.Chart(canvas, {
      type: sideways ? "bar" : spec.type,
      data: { labels: spec.labels, datasets },
      options: {
        indexAxis: sideways ? "y" : "x", responsive: true, maintainAspectRatio: false, font, color: text, locale,
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 250 },
        scales: round ? {} : {
          x: axis({ reverse: rtl, ...(sideways ? numbers : { grid: { display: false } }) }),
          y: axis({ position: rtl ? "right" : "left", ...(sideways ? { grid: { display: false } } : numbers) }),
        },
        plugins: {
          legend: { display: round || datasets.length > 1, rtl, textDirection: rtl ? "rtl" : "ltr", position: "bottom", labels: { color: text, font, boxWidth: 26 } },
          tooltip: { rtl, textDirection: rtl ? "rtl" : "ltr", titleFont: font, bodyFont: font },
        },
      },
    });
  };
  const drawAll = (within = document) => {
    const charts = all("canvas[data-chart]", within);
    if (charts.length) loadCharts().then(() => charts.forEach(draw), () => charts.forEach((canvas) => { canvas.parentElement.hidden = true; }));
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) drawAll(event.target.parentElement || event.target); });
  drawAll();
})();
