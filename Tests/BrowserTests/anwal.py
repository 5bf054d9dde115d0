"""Starts the real server on an empty data folder."""

import os
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
STOP_SECONDS = 30
SETUP_LINK = re.compile(r"https?://\S+/set-up/\S+")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Anwal:
    """One running `anwal serve`. `setup_link` is what it printed on its first start, or None; `settings` join its environment."""

    def __init__(self, data: Path, **settings: str):
        self.binary = Path(os.environ.get("ANWAL_BIN", ROOT / ".build/debug/anwal"))
        self.data = data
        self.settings = settings
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.setup_link: str | None = None
        self.output: list[str] = []
        self._prints_link = not data.exists() or not any(data.iterdir())

    def __enter__(self):
        if not self.binary.exists():
            raise FileNotFoundError(f"{self.binary} is not built: run make test, or set ANWAL_BIN")
        # Settings of the person who runs the tests must not reach the server.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANWAL_", "MONGODB_", "SMTP_", "IMAP_", "NEXTAUTH_"))}
        environment = kept | {"ANWAL_LISTEN": f"127.0.0.1:{self.port}", "ANWAL_BASE_URL": self.address} | self.settings
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(READY_SECONDS) or self.process.poll() is not None:
            self.__exit__()
            raise RuntimeError("the server did not become ready:\n" + "".join(self.output))
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(5)

    def _read(self):
        """Ready is a line with the address and, on the first start, the set-up link; the socket listens by then."""
        has_address = False
        for line in self.process.stdout:
            self.output.append(line)
            has_address = has_address or f":{self.port}" in line
            if link := SETUP_LINK.search(line):
                self.setup_link = link.group()
            if has_address and (self.setup_link or not self._prints_link):
                self._ready.set()
        self._ready.set()


def set_up(page, server, password, name="Noura"):
    """Makes the first administrator through the link that `server` printed; the page ends signed in on the dashboard."""
    page.goto(server.setup_link)
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", "noura@example.sa")
    for field in page.locator("input[type=password]").all():
        field.fill(password)
    page.locator("form:has(input[type=password]) button").first.click()
    page.wait_for_url(re.compile(re.escape(server.address) + r"/?$"))
