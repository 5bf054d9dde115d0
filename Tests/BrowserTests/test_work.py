"""My day, calls, mentions and live notifications in a real browser, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from look import assert_fits, assert_named

PASSWORD = "quiet river seven lanterns"


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory):
    """A server with a company and tasks; gives its address, the cookies of its administrator and the company's path."""
    from anwal import Anwal, set_up

    with Anwal(tmp_path_factory.mktemp("office")) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        set_up(page, server, PASSWORD, "نورة العتيبي")
        answer = context.request.post(
            f"{server.address}/api/companies", data={"nameAr": "شركة أفق البناء"}, headers={"Origin": server.address})
        assert answer.status == 201, answer.text()
        yield server.address, context.cookies(), f"/companies/{answer.json()['_id']}"
        context.close()


@pytest.fixture
def signed_in(open_page, office, lang):
    address, cookies, _ = office

    def open_one(path, size="desktop"):
        page = open_page(lang=lang, size=size)
        page.context.add_cookies(cookies)
        send(page, address, "PATCH", "/api/profile", {"locale": lang})
        page.goto(address + path)
        return page

    return open_one


def send(page, address, method, path, data):
    answer = page.context.request.fetch(address + path, method=method, data=data, headers={"Origin": address})
    assert answer.ok, answer.text()
    return answer.json()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_my_day_works_by_keyboard_and_takes_back(signed_in, office, lang, size):
    title = f"اتصل {lang} {size}"
    page = signed_in("/tasks", size)
    page.keyboard.press("q")
    expect(page.locator("[data-quick-title]")).to_be_focused()
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    task = page.locator("#day .task", has_text=title)
    expect(task).to_have_count(1)
    assert_fits(page)
    task.locator("[data-complete]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#day > section .task", has_text=title)).to_have_count(0)
    page.locator(".toast form button").first.click()
    expect(page.locator("#day > section .task", has_text=title)).to_have_count(1)
    page.locator("#day > section .task", has_text=title).locator("[data-complete]").focus()
    page.keyboard.press("1")
    expect(page.locator("[aria-labelledby=part-upcoming] .task", has_text=title)).to_have_count(1)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_call_is_logged_in_two_clicks(signed_in, office, lang, size):
    page = signed_in(office[2], size)
    page.locator(".log summary").first.click()
    assert_fits(page)
    page.locator(".log form[action='/activities/calls'] button.primary").click()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(".timeline li").first).to_contain_text({"ar": "مكالمة", "en": "Call"}[lang])


def test_an_at_offers_colleagues_and_enter_takes_one(signed_in, office, lang):
    page = signed_in(office[2])
    page.locator("#note").press_sequentially("@نو", delay=20)
    box = page.locator(".mention-box [role=option]")
    expect(box).to_have_count(1)
    expect(page.locator("#note")).to_have_attribute("aria-activedescendant", "note-mentions-0")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_value("@نورة العتيبي ")
    expect(box).to_have_count(0)


def test_a_notification_arrives_in_an_open_page(signed_in, office, lang):
    page = signed_in("/companies")
    send(page, office[0], "POST", "/api/notifications", {"message": f"نجتمع الآن {lang}"})
    toast = page.locator(".toast", has_text=f"نجتمع الآن {lang}")
    expect(toast).to_be_visible()
    expect(page.locator(".sidenav [data-badge=unread]")).not_to_have_text("0")
    toast.locator("form button").click()
    page.wait_for_url(re.compile(r"/notifications$"))


@pytest.mark.parametrize("path", ["/tasks", "/tasks/new", "/tasks/all", "/activities", "/notifications", "/notifications/preferences"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_fit_and_name_their_controls(signed_in, path, size):
    page = signed_in(path, size)
    assert_fits(page)
    assert_named(page)
