"""Signing in with a code besides the password, passing records on, and erasing a person, in a real browser."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import expect

from anwal import set_up
from look import assert_well_made

PASSWORD = "quiet river seven lanterns"


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows for a secret (RFC 6238), so many half minutes from now."""
    plain = secret.replace(" ", "")
    key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30) + steps), hashlib.sha1).digest()
    offset = digest[19] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture
def administrator(fresh_server, open_page):
    """administrator(lang) gives the page of a new server's first administrator."""

    def open_one(lang="ar", size="desktop"):
        page = open_page(lang=lang, size=size)
        set_up(page, fresh_server, PASSWORD)
        return page

    return open_one


def test_a_code_besides_the_password(administrator, fresh_server, open_page, lang):
    page = administrator(lang)
    page.goto(fresh_server.address + "/profile/second-factor")
    expect(page.locator("svg[role=img] path")).to_have_count(1)
    assert_well_made(page)
    secret = page.locator("#totp-secret").inner_text()

    page.watched.expect_status(422)
    # A mistake keeps the secret that is on the phone by now.
    page.fill("#current", PASSWORD)
    page.fill("#code", "000000" if code_of(secret) != "000000" else "111111")
    page.locator("form.card button.primary").click()
    expect(page.locator("#code-error")).to_be_visible()
    assert page.locator("#totp-secret").inner_text() == secret

    page.fill("#current", PASSWORD)
    page.fill("#code", code_of(secret))
    page.locator("form.card button.primary").click()
    codes = page.locator("ol code")
    expect(codes).to_have_count(10)
    assert_well_made(page)
    recovery = codes.first.inner_text()

    other = open_page(lang=lang, size="phone")
    other.watched.expect_status(401)
    for answer, enters in [("123 456" if code_of(secret, 1) != "123456" else "654 321", False), (code_of(secret, 1), True)]:
        other.goto(fresh_server.address + "/sign-in")
        other.fill("#email", "noura@example.sa")
        other.fill("#password", PASSWORD)
        other.locator("button.primary").click()
        expect(other.locator("#code")).to_be_focused()
        assert_well_made(other)
        other.fill("#code", answer)
        other.locator("button.primary").click()
        if enters:
            other.wait_for_url(fresh_server.address + "/")
        else:
            expect(other.locator("[role=alert]")).to_be_visible()

    third = open_page(lang=lang)
    third.goto(fresh_server.address + "/sign-in?next=%2Fprofile%2Fsecond-factor")
    third.fill("#email", "noura@example.sa")
    third.fill("#password", PASSWORD)
    third.locator("button.primary").click()
    third.fill("#code", recovery.upper())
    third.locator("button.primary").click()
    third.wait_for_url(fresh_server.address + "/profile/second-factor")
    expect(third.locator("form.card")).to_contain_text("9")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_person_is_erased_after_the_name_is_typed(administrator, fresh_server, size):
    page = administrator("ar", size)
    headers = {"Origin": fresh_server.address}
    made = page.context.request.post(
        fresh_server.address + "/api/people", headers=headers,
        data={"fullName": "هند سعد الدوسري", "email": "hind@ufuq.example", "mobile": "0501234567"})
    person = made.json()["_id"]
    page.goto(f"{fresh_server.address}/people/{person}/privacy")
    expect(page.locator("details")).to_have_count(3)
    assert_well_made(page)
    page.watched.expect_status(422)
    page.fill("#confirm", "هند")
    page.locator("button.danger.primary").click()
    expect(page.locator("#confirm-error")).to_be_visible()
    page.fill("#confirm", "هند سعد الدوسرى")
    page.locator("button.danger.primary").click()
    page.wait_for_url(re.compile(r"/privacy/erasures/[0-9a-f]{24}$"))
    expect(page.locator(".alert.ok")).to_be_visible()
    assert_well_made(page)
    assert page.context.request.get(f"{fresh_server.address}/api/people/{person}").status == 404


def test_the_records_of_who_leaves_go_to_a_colleague(administrator, fresh_server, open_page):
    page = administrator("en")
    headers = {"Origin": fresh_server.address}
    request = page.context.request
    ids = []
    for name in ["Sami", "Sara"]:
        made = request.post(
            fresh_server.address + "/api/users", headers=headers,
            data={"name": name, "email": f"{name.lower()}@example.sa", "role": "sales"}).json()
        path = made["link"].split("/invitations/")[1]
        # Somewhere else: following the link signs its owner in.
        answer = open_page().context.request.post(
            f"{fresh_server.address}/invitations/{path}", headers=headers, form={"password": "orange kettle winter moon"},
            max_redirects=0)
        assert answer.status == 303, answer.text()
        ids.append(made["user"]["_id"])
    for number in range(3):
        answer = request.post(
            fresh_server.address + "/api/companies", headers=headers, data={"nameAr": f"شركة {number}", "ownerId": ids[0]})
        assert answer.status == 201, answer.text()
    page.goto(f"{fresh_server.address}/users/{ids[0]}/leave")
    expect(page.locator("dl.facts dd").first).to_have_text("3")
    assert_well_made(page)
    page.select_option("select[name=colleague]", ids[1])
    page.locator("button[value=disable]").click()
    page.wait_for_url(re.compile(r"/hand-over$"))
    expect(page.locator(".alert.ok")).to_be_visible()
    assert_well_made(page)
    listed = request.get(f"{fresh_server.address}/api/companies?filter[ownerId]={ids[1]}").json()
    assert listed["count"] == 3
