"""A page that remembers everything that went wrong on it."""

from urllib.parse import urlsplit


class Watched:
    """Collects console errors, uncaught exceptions, refused content, failed requests and error answers of one page.

    `expect_status` names answers that a test provokes on purpose; the browser's own console line about them is left out
    too. `expect_console` names other lines that such an answer leads to.
    """

    def __init__(self, page):
        self.page = page
        self.problems: list[str] = []
        self._expected: set[int] = set()
        self._expected_lines: set[str] = set()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("requestfailed", self._on_failed_request)
        page.on("response", self._on_response)

    def expect_status(self, *statuses: int):
        self._expected.update(statuses)

    def expect_console(self, *texts: str):
        self._expected_lines.update(texts)

    def assert_clean(self):
        assert self.problems == [], "\n".join(self.problems)

    def _on_console(self, message):
        if message.type not in ("error", "warning"):
            return
        is_expected = message.text in self._expected_lines or any(
            f"status of {status}" in message.text for status in self._expected
        )
        if not is_expected:
            self.problems.append(f"console {message.type}: {message.text}")

    def _on_failed_request(self, request):
        # Leaving a page ends its event streams and the requests under way; that is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"request failed: {request.method} {urlsplit(request.url).path}: {request.failure}")

    def _on_response(self, response):
        if response.status >= 400 and response.status not in self._expected:
            self.problems.append(f"{response.status}: {response.request.method} {urlsplit(response.url).path}")
