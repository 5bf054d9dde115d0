"""A mailbox's own signature (DKIM) in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from anwal import Anwal, set_up
from look import assert_well_made

PASSWORD = "quiet river seven lanterns"
# The key of RFC 8463, appendix A.
KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----"""
SECRET = KEY.splitlines()[1][24:60]
PUBLISHED = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory):
    """A server; gives it, its administrator's cookies, and what makes a mailbox and gives its path."""
    with Anwal(tmp_path_factory.mktemp("signing")) as server:
        context = browser.new_context(locale="en-GB")
        set_up(context.new_page(), server, PASSWORD, "نورة العتيبي")
        made = []

        def mailbox():
            made.append(len(made))
            answer = context.request.post(
                f"{server.address}/api/mailboxes", headers={"Origin": server.address},
                data={"name": "مبيعات أنوال", "email": f"partnerships.{len(made)}@mail.anwal-trading.example"})
            assert answer.status == 201, answer.text()
            return f"/mailboxes/{answer.json()['_id']}"

        yield server, context, mailbox
        context.close()


@pytest.fixture
def signed_in(sign_in, office):
    return sign_in(office[0].address, office[1].cookies())


def sign(page, **fields):
    page.locator("#signing summary").click()
    for name, value in fields.items():
        page.fill(f"#dkim-{name}", value)
    page.locator("form[action$='/signing'] button").click()


def assert_no_key(page):
    for secret in ("PRIVATE KEY", SECRET):
        assert secret not in page.content()


def test_a_key_is_made_and_only_its_record_is_shown(signed_in, office, lang, size, shot):
    page = signed_in(office[2](), size)
    signing = page.locator("#signing")
    expect(signing.locator(".badge")).to_have_text("غير موقَّعة هنا" if lang == "ar" else "Not signed here")
    signing.locator("summary").click()
    expect(page.locator("#dkim-domain")).to_have_value("mail.anwal-trading.example")
    assert_well_made(page)
    shot(page, f"signing-form-{lang}-{size}", full_page=True)
    page.locator("form[action$='/signing'] button").click()
    expect(page).to_have_url(re.compile("#signing$"))
    expect(page.locator("#toasts")).to_contain_text("انشر السجل" if lang == "ar" else "Publish the record")
    expect(signing.locator(".badge.ok")).to_be_visible()
    expect(signing.locator("dd")).to_have_text("anwal._domainkey.mail.anwal-trading.example")
    expect(signing.locator("pre")).to_contain_text(re.compile(r"^v=DKIM1; k=rsa; p=[A-Za-z0-9+/=]{392}$"))
    expect(signing.locator("code")).to_contain_text(re.compile(r"^anwal doctor --mailbox \S+@mail.anwal-trading.example$"))
    assert_well_made(page)
    assert_no_key(page)
    shot(page, f"signing-{lang}-{size}", full_page=True)


def test_a_key_is_brought_along_changed_under_a_new_selector_and_taken_out(signed_in, office, lang):
    page = signed_in(office[2]())
    sign(page, selector="k2026", domain="anwal-trading.example", key=KEY)
    signing = page.locator("#signing")
    expect(signing.locator("dd")).to_have_text("k2026._domainkey.anwal-trading.example")
    expect(signing.locator("pre")).to_have_text(PUBLISHED)
    assert_no_key(page)
    # Mails on their way are checked by the old key, so the form offers another name for the next.
    expect(page.locator("#dkim-selector")).to_have_value("k2027")
    expect(page.locator("#dkim-domain")).to_have_value("anwal-trading.example")
    sign(page)
    expect(signing.locator("dd")).to_have_text("k2027._domainkey.anwal-trading.example")
    expect(signing.locator("pre")).to_contain_text("k=rsa")
    page.locator("form[action$='/signing/end'] button").click()
    expect(page.locator("#toasts")).to_contain_text("توقف" if lang == "ar" else "no longer signed")
    expect(signing.locator("pre")).to_have_count(0)
    assert_no_key(page)


def test_what_cannot_sign_is_refused_at_its_field_and_the_key_is_not_repeated(signed_in, office, lang, size, shot):
    page = signed_in(office[2](), size)
    page.watched.expect_status(422)
    sign(page, key=KEY[:-40])
    expect(page.locator("#dkim-key-error")).to_contain_text("PEM")
    expect(page.locator("#dkim-key")).to_have_value("")
    assert_no_key(page)
    assert_well_made(page)
    shot(page, f"signing-refused-{lang}-{size}", full_page=True)
    page.fill("#dkim-selector", "two words")
    page.fill("#dkim-domain", "another.example")
    page.locator("form[action$='/signing'] button").click()
    expect(page.locator("#dkim-domain-error")).to_be_visible()
    page.fill("#dkim-domain", "anwal-trading.example")
    page.locator("form[action$='/signing'] button").click()
    expect(page.locator("#dkim-selector-error")).to_contain_text("المحدِّد" if lang == "ar" else "selector")
    expect(page.locator("#dkim-selector")).to_have_value("two words")
    expect(page.locator("#signing .badge.ok")).to_have_count(0)


def test_nobody_but_an_administrator_sees_or_changes_the_signature(office, refused):
    server, context, mailbox = office
    path, page = mailbox(), refused(server, context.request)
    page.goto(server.address + path)
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("#signing, main form").count() == 0
    assert_well_made(page)
    answer = page.context.request.put(
        f"{server.address}/api{path}/signing", data={}, headers={"Origin": server.address})
    assert answer.status == 403
    assert context.request.get(f"{server.address}/api{path}/signing").status == 404
