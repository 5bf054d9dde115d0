"""What every page must hold, measured in the browser. Page tests call these beside their own assertions."""

OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth, scrollers = '.table-frame, .sheet-frame, .board, .tabs, .verbs, .toasts, [popover], dialog';
  return [...document.querySelectorAll('body *')].filter((node) => {
    if (!node.checkVisibility() || node.closest('svg') || node.closest('.visually-hidden, .skip, thead') || node.closest(scrollers)) return false;
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && (box.left < -1 || box.right > wide + 1);
  }).map((node) => `${node.tagName}.${node.className}: ${node.textContent.trim().slice(0, 40)}`);
}"""

CONTRAST = """() => {
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].map((v, i) => (i === 3 ? v / 255 : v));
  };
  const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => (v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const poor = [];
  for (const node of document.querySelectorAll('body *')) {
    const hasText = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!hasText || !node.checkVisibility() || node.closest(':disabled, .visually-hidden, .skip, svg, option')) continue;
    const style = getComputedStyle(node), size = parseFloat(style.fontSize), below = ground(node);
    const a = light(over(rgba(style.color), below)), b = light(below);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < needed) poor.push(`${ratio.toFixed(2)} < ${needed}: ${node.tagName}.${node.className}: ${node.textContent.trim().slice(0, 40)}`);
  }
  return poor;
}"""

NAMELESS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter((node) => {
  if (!node.checkVisibility()) return false;
  const labels = [...(node.labels || [])].map((label) => label.textContent).join('');
  return !(node.getAttribute('aria-label') || node.textContent + labels || node.title).trim();
}).map((node) => node.outerHTML.slice(0, 120))"""


MISDIRECTED = """() => {
  const dots = [...document.querySelectorAll('.dots > bdi')];
  const hints = [...document.querySelectorAll('[dir=auto]:placeholder-shown')]
    .filter((node) => node.placeholder && node.checkVisibility() && getComputedStyle(node).direction !== document.documentElement.dir);
  return [...dots, ...hints].map((node) => node.outerHTML.slice(0, 120));
}"""


def assert_fits(page):
    """Nothing stands outside the window, and the page does not scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.evaluate(OVERFLOW)
    assert page.evaluate(OVERFLOW) == []


def assert_readable(page):
    """Every visible text has the contrast of WCAG 2.2 AA (1.4.3): 4.5, or 3 for large text."""
    assert page.evaluate(CONTRAST) == []


def assert_named(page):
    """Every control says what it is to somebody who does not see it."""
    assert page.evaluate(NAMELESS) == []


def assert_directed(page):
    """A dot between two parts of a line, and the hint in an empty field, follow the page's direction, not the text's."""
    assert page.evaluate(MISDIRECTED) == []


def assert_well_made(page):
    assert_fits(page)
    assert_directed(page)
    assert_readable(page)
    assert_named(page)
