"""Draws every block of HTML in docs/design.md as one page, in Arabic or English, under the product's content security policy."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "Sources/Web/Assets"
DESIGN = ROOT / "docs/design.md"
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SECTION = re.compile(r"^#{2,3} (.+?)$\n(.*?)(?=^#{2,3} |\Z)", re.M | re.S)
BLOCK = re.compile(r"^```html\n(.*?)^```", re.M | re.S)


def in_language(text: str, lang: str) -> str:
    """Picks one side of each [[Arabic|English]]."""
    return re.sub(r"\[\[(.*?)\|(.*?)\]\]", r"\1" if lang == "ar" else r"\2", text, flags=re.S)


def blocks() -> dict[str, str]:
    """The HTML of each section of the page, by the section's heading."""
    design = DESIGN.read_text()
    return {title: "".join(BLOCK.findall(body)) for title, body in SECTION.findall(design) if BLOCK.search(body)}


def head() -> str:
    """The head as docs/design.md prescribes it, its remarks in brackets taken out."""
    text = re.search(r"^```text\n(<!doctype.*?)^```", DESIGN.read_text(), re.M | re.S).group(1)
    return re.sub(r"[ \t]+\(.*?\)$", "", text, flags=re.M)


def page(lang: str) -> str:
    parts = blocks()
    shell = parts.pop("Shell")
    toast = re.search(r'<template data-into="toasts">(.*?)</template>', parts.pop("Toast with undo"), re.S).group(1)
    body = "".join(
        f'<section class="stack" data-part="{title}">{html}</section>' if title != "Page header and breadcrumb" else html
        for title, html in parts.items()
    )
    shell = shell.replace("<!-- page header, then the parts below -->", body)
    shell = shell.replace('aria-live="polite"></div>', f'aria-live="polite">{toast}</div>')
    start = head().replace('lang="ar" dir="rtl"', f'lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"')
    return in_language(start + shell + "</body></html>", lang)


class Handler(BaseHTTPRequestHandler):
    """Serves the page, the assets and the few answers that the parts ask for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/":
            self.answer(page(parse_qs(url.query).get("lang", ["ar"])[0]), "text/html; charset=utf-8")
        elif url.path == "/branding.css":
            self.answer(":root { --brand: #0c6b62; --brand-contrast: #fff; }", "text/css")
        elif url.path == "/imports/1/events":
            done = '<p data-done>100,000 / 100,000</p>'
            self.answer(f"event: progress\ndata: {done}\n\nevent: done\ndata: done\n\n", "text/event-stream")
        elif url.path == "/favicon.ico":
            self.answer("", "image/x-icon", status=204)
        else:
            self.asset(url.path)

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        self.server.received.append((self.path, form, self.headers.get("X-CSRF-Token")))
        row, value = form.get("row", [""])[0], form.get("value", [""])[0]
        self.answer(
            f'<tr data-row="{row}"><th class="rownum">{row}</th><td class="lead">✓</td><td data-edit="A">A</td>'
            f'<td data-edit="B" class="changed">{value}</td><td data-edit="C"></td><td data-edit="D"></td></tr>',
            "text/html; charset=utf-8",
        )

    def asset(self, path: str):
        file = (ASSETS / path.removeprefix("/assets/")).resolve()
        if path.startswith("/assets/") and file.is_relative_to(ASSETS) and file.is_file():
            self.answer(file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))
        else:
            self.answer("not found", "text/plain", status=404)

    def answer(self, body, kind: str, status: int = 200):
        data = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if status != 204:
            self.wfile.write(data)

    def log_message(self, *args):
        """The test that fails says what failed."""


class Gallery:
    """A running gallery; `received` holds (path, form, token) of each POST."""

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.received = self.received = []
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


if __name__ == "__main__":
    with Gallery() as gallery:
        print(f"{gallery.address}/?lang=ar  {gallery.address}/?lang=en", flush=True)
        gallery.thread.join()
