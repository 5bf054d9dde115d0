"""The team's mailboxes in a real browser, in both languages."""

import re
import socket
import threading

import pytest
from playwright.sync_api import expect

from look import assert_named, assert_well_made

PASSWORD = "quiet river seven lanterns"
CANARY = "canary-f00d"


class Refusing(threading.Thread):
    """A server of mail that lets nobody in: it greets in SMTP's words, then hangs up."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.sendall(b"554 5.7.1 no service for you\r\n")
            connection.close()


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory):
    """A server with a mailbox at a machine that refuses; gives its address, its administrator's cookies and the mailbox's path."""
    from anwal import Anwal, set_up

    refusing = Refusing()
    refusing.start()
    with Anwal(tmp_path_factory.mktemp("mailboxes")) as server:
        context = browser.new_context(locale="en-GB")
        set_up(context.new_page(), server, PASSWORD, "نورة العتيبي")
        made = []
        for fields in (
            {"name": "مبيعات أنوال", "email": "sales@anwal.example", "smtpHost": "127.0.0.1", "smtpPort": refusing.port,
             "smtpSecurity": "none", "imapHost": "127.0.0.1", "imapPort": refusing.port, "imapSecurity": "none",
             "smtpPassword": CANARY, "imapPassword": CANARY, "dailyCap": 200, "hourlyCap": 50, "minGapSeconds": 20},
            {"name": "Partnerships", "email": "a.long.address.for.partnerships@subsidiary.anwal.example", "status": "inactive"},
        ):
            answer = context.request.post(f"{server.address}/api/mailboxes", data=fields, headers={"Origin": server.address})
            assert answer.status == 201, answer.text()
            made.append(f"/mailboxes/{answer.json()['_id']}")
        yield server.address, context.cookies(), made
        context.close()
    refusing.socket.close()


@pytest.fixture
def signed_in(sign_in, office):
    return sign_in(*office[:2])


def test_the_list_the_form_and_a_mailbox_fit(signed_in, office, lang, size, shot):
    _, _, (path, _) = office
    for name, place in (
        ("mailboxes", "/mailboxes"), ("mailbox-new", "/mailboxes/new?provider=google"), ("mailbox-edit", path + "/edit"),
        ("mailbox", path),
    ):
        page = signed_in(place, size)
        expect(page.locator("h1")).to_be_visible()
        assert_well_made(page)
        assert CANARY not in page.content()
        shot(page, f"{name}-{lang}-{size}")


def test_a_check_by_keyboard_says_what_failed_and_what_to_do(signed_in, office, lang, size, shot):
    _, _, (path, _) = office
    page = signed_in(path, size)
    button = page.locator("form[action$='/check'] button")
    button.focus()
    page.keyboard.press("Enter")
    checks = page.locator("#checks")
    expect(checks.locator(".badge.error")).to_have_count(2)
    expect(checks).to_contain_text("554")
    expect(checks).to_contain_text("يرفض" if lang == "ar" else "refuses. Its answer")
    expect(button).to_be_enabled()
    expect(page.locator("#condition")).to_have_text("فيه عطل" if lang == "ar" else "Trouble")
    assert_well_made(page)
    shot(page, f"mailbox-checked-{lang}-{size}")


def test_a_mailbox_is_connected_through_the_form_and_deleted(signed_in, lang, size):
    page = signed_in("/mailboxes/new", size)
    page.watched.expect_status(422)
    page.locator("nav.segmented a", has_text="Zoho").click()
    expect(page.locator("#smtp-host")).to_have_value("smtp.zoho.com")
    page.locator("main form button.primary").click()
    expect(page.locator(".field-error")).to_have_count(2)
    page.fill("#name", "Zoho")
    page.fill("#email", f"zoho.{lang}.{size}@anwal.example")
    page.fill("#smtp-password", CANARY)
    page.locator("main form button.primary").click()
    expect(page).to_have_url(re.compile(r"/mailboxes/[0-9a-f]{24}$"))
    assert_named(page)
    assert CANARY not in page.content()
    page.locator(".page-head summary").click()
    page.locator("form[action$='/delete'] button").click()
    expect(page).to_have_url(re.compile(r"/mailboxes$"))
    expect(page.locator("#toasts")).to_contain_text("حُذف" if lang == "ar" else "is deleted")
