"""Signing in to a mailbox through its provider (OAuth 2.0), in a real browser and across two sites."""

import base64
import hashlib
import json
import re
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from anwal import Anwal, set_up
from look import assert_well_made

PASSWORD = "quiet river seven lanterns"
CLIENT_SECRET = "canary-client"
REFRESH_TOKEN = "canary-refresh"


class Provider(BaseHTTPRequestHandler):
    """Asks the owner, and gives a token for the code to whoever holds the verifier of its challenge (RFC 7636)."""

    asked: dict = {}

    def do_GET(self):
        place = urlsplit(self.path)
        if place.path != "/authorize":
            return self.answer(204, "text/plain", "")
        Provider.asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        back, state = self.asked["redirect_uri"], self.asked["state"]
        ways = {"agree": {"code": "the-code", "state": state}, "deny": {"error": "access_denied", "state": state}}
        links = "".join(f'<a id="{name}" href="{escape(f"{back}?{urlencode(way)}")}">{name}</a> ' for name, way in ways.items())
        self.answer(200, "text/html", f"<!doctype html><title>Provider</title><h1>{escape(self.asked['login_hint'])}</h1>{links}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_ours = (
            form["client_secret"] == CLIENT_SECRET and form["code"] == "the-code"
            and form["redirect_uri"] == self.asked["redirect_uri"] and challenge == self.asked["code_challenge"])
        tokens = {"access_token": "token", "expires_in": 3600, "refresh_token": REFRESH_TOKEN}
        self.answer(200 if is_ours else 400, "application/json", json.dumps(tokens if is_ours else {"error": "invalid_grant"}))

    def answer(self, status, kind, text):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory):
    """A server that is registered with Google alone; gives it, its administrator's context, and what makes a mailbox and gives its path.

    The provider is `localhost` and the server 127.0.0.1: two sites to the browser, as in life.
    """
    provider = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    settings = {
        "ANWAL_GOOGLE_CLIENT_ID": "client", "ANWAL_GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
        "ANWAL_OAUTH_TEST_SERVER": f"http://localhost:{provider.server_port}",
    }
    with Anwal(tmp_path_factory.mktemp("access"), **settings) as server:
        context = browser.new_context(locale="en-GB")
        set_up(context.new_page(), server, PASSWORD, "نورة العتيبي")
        made = []

        def mailbox(kind="google"):
            made.append(kind)
            answer = context.request.post(
                f"{server.address}/api/mailboxes", headers={"Origin": server.address},
                data={"name": "مبيعات أنوال", "email": f"sales.{len(made)}@anwal.example", "provider": kind})
            assert answer.status == 201, answer.text()
            return f"/mailboxes/{answer.json()['_id']}"

        yield server, context, mailbox
        context.close()
    provider.shutdown()
    provider.server_close()


@pytest.fixture
def signed_in(sign_in, office):
    return sign_in(office[0].address, office[1].cookies())


def has_access(office, path):
    server, context, _ = office
    return context.request.get(f"{server.address}/api{path}").json()["hasPassword"]["oauth"]


def test_the_owner_agrees_at_the_provider_and_ends_it_later(signed_in, office, lang, size, shot):
    path = office[2]()
    page = signed_in(path, size)
    assert_well_made(page)
    shot(page, f"access-{lang}-{size}", full_page=True)
    page.locator("#access a.button").click()
    expect(page.locator("h1")).to_contain_text("@anwal.example")
    assert Provider.asked["code_challenge_method"] == "S256"
    page.locator("#agree").click()
    expect(page).to_have_url(re.compile(path + "$"))
    expect(page.locator("#toasts")).to_contain_text("دون كلمة مرور" if lang == "ar" else "without a password")
    expect(page.locator("#access .badge.ok")).to_be_visible()
    assert_well_made(page)
    assert "canary" not in page.content()
    assert has_access(office, path)
    shot(page, f"access-given-{lang}-{size}", full_page=True)
    page.locator("form[action$='/access/end'] button").click()
    expect(page.locator("#toasts")).to_contain_text("انتهى الدخول" if lang == "ar" else "has ended")
    expect(page.locator("#access .badge")).to_have_count(0)
    assert not has_access(office, path)


def test_who_does_not_agree_comes_back_to_the_mailbox_and_reads_that_nothing_changed(signed_in, office, lang, size, shot):
    path = office[2]()
    page = signed_in(path, size)
    page.watched.expect_status(409)
    page.locator("#access a.button").click()
    page.locator("#deny").click()
    expect(page.locator("[role=alert]")).to_contain_text("لم يتغير شيء" if lang == "ar" else "Nothing has changed")
    expect(page.locator("#access a.button")).to_have_attribute("href", path + "/access")
    assert_well_made(page)
    assert not has_access(office, path)
    shot(page, f"access-denied-{lang}-{size}")


def test_a_way_back_that_another_began_keeps_nothing(colleague, office, signed_in, lang, shot):
    server, context, mailbox = office
    path, other = mailbox(), colleague(server, context.request, "admin")
    other.goto(f"{server.address}{path}/access")
    theirs = other.locator("#agree").get_attribute("href")
    page = signed_in("/mailboxes")
    page.watched.expect_status(409)
    for way in (theirs, theirs.replace("state=v1", "state=v1.x"), f"{server.address}/mailboxes/access"):
        page.goto(way)
        expect(page.locator("[role=alert]")).to_be_visible()
        assert not has_access(office, path)
    page.goto(theirs)
    expect(page.locator("[role=alert]")).to_contain_text("شخص آخر" if lang == "ar" else "somebody else began it")
    assert_well_made(page)
    shot(page, f"access-strange-{lang}")


def test_a_provider_that_is_not_set_up_says_what_to_register(signed_in, office, lang, size, shot):
    server, _, mailbox = office
    page = signed_in(mailbox("microsoft"), size)
    expect(page.locator("#access pre")).to_have_text(server.address + "/mailboxes/access")
    expect(page.locator("#access a.button")).to_have_count(0)
    assert_well_made(page)
    shot(page, f"access-not-set-up-{lang}-{size}", full_page=True)


def test_nobody_but_an_administrator_is_led_to_the_provider(office, refused):
    server, context, mailbox = office
    path, page = mailbox(), refused(server, context.request)
    for place in (path, path + "/access", "/mailboxes/access?code=the-code&state=v1"):
        page.goto(server.address + place)
        expect(page).to_have_url(server.address + place)
        assert page.locator("#access, main form").count() == 0
    assert_well_made(page)
    assert not has_access(office, path)
