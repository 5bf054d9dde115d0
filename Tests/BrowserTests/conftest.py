"""The real server and a real browser.

Environment: ANWAL_BIN (default .build/debug/anwal), ANWAL_CHROMIUM (default /usr/bin/chromium),
ANWAL_SCREENSHOTS=1 writes what `shot` takes to docs/images.

Wait with locators, never with `page.wait_for_function`: it evaluates text in the page, which the policy refuses.
"""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import sync_playwright

pytest.register_assert_rewrite("look", "watched")

from anwal import ROOT, Anwal
from gallery import Gallery
from watched import Watched

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
LOCALES = {"ar": "ar-SA", "en": "en-GB"}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("ANWAL_CHROMIUM", "/usr/bin/chromium"),
            args=[
                "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture(params=["ar", "en"])
def lang(request):
    return request.param


@pytest.fixture(params=list(SIZES))
def size(request):
    return request.param


@pytest.fixture(scope="session")
def gallery():
    with Gallery() as running:
        yield running


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for the tests that agree on its data; it is set up by whoever uses `setup_link` first."""
    with Anwal(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def fresh_server(tmp_path):
    """A server of its own, with nothing in it."""
    with Anwal(tmp_path / "data") as running:
        yield running


@pytest.fixture
def open_page(browser):
    """open_page(lang=, size=, dark=) gives a page of a browser context of its own; at the end nothing may have gone wrong on it."""
    contexts, pages = [], []

    def open_one(lang="ar", size="desktop", dark=False, **options):
        context = browser.new_context(
            viewport=SIZES[size], locale=LOCALES[lang], color_scheme="dark" if dark else "light",
            reduced_motion="reduce", has_touch=size == "phone", **options,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.watched = Watched(page)
        contexts.append(context)
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.watched.assert_clean()
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(open_page, lang):
    """sign_in(address, cookies) gives open_one(path, size=): a page of whoever has the cookies, in the test's language."""

    def with_cookies(address, cookies):
        def open_one(path, size="desktop", **options):
            page = open_page(lang=lang, size=size, **options)
            page.context.add_cookies(cookies)
            answer = page.context.request.fetch(
                f"{address}/api/profile", method="PATCH", data={"locale": lang}, headers={"Origin": address})
            assert answer.ok, answer.text()
            page.goto(address + path)
            return page

        return open_one

    return with_cookies


@pytest.fixture
def colleague(open_page):
    """colleague(server, request, role) gives a page of somebody whom the administrator behind `request` invites."""

    def join(server, request, role):
        headers = {"Origin": server.address}
        page = open_page(lang="en")
        made = request.post(
            f"{server.address}/api/users", headers=headers,
            data={"name": role, "email": f"{uuid4().hex}@example.sa", "role": role}).json()
        path = made["link"].split("/invitations/")[1]
        answer = page.context.request.post(
            f"{server.address}/invitations/{path}", headers=headers, form={"password": "orange kettle winter moon"},
            max_redirects=0)
        assert answer.status == 303, answer.text()
        return page

    return join


@pytest.fixture(params=["manager", "sales", "viewer"])
def refused(request, colleague):
    """refused(server, request) gives a page of somebody who may not see what is the administrators'."""

    def join(server, administrator):
        page = colleague(server, administrator, request.param)
        page.watched.expect_status(403)
        return page

    return join


@pytest.fixture
def shot():
    """shot(page, "companies-ar") keeps a picture for the documentation when ANWAL_SCREENSHOTS is set."""

    def take(page, name, full_page=False):
        if os.environ.get("ANWAL_SCREENSHOTS") != "1":
            return
        folder = Path(os.environ.get("ANWAL_SCREENSHOTS_DIR", ROOT / "docs/images"))
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=full_page)

    return take
