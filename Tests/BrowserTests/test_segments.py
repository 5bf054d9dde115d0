"""The builder of segments in a real browser, in both languages, by mouse and by keyboard."""

import json

import pytest
from playwright.sync_api import expect

from look import assert_fits, assert_well_made

PASSWORD = "quiet river seven lanterns"
CITIES = [("شركة أفق البناء", "الرياض"), ("مؤسسة الإتقان", "الرياض"), ("شركة البحر", "جدة"), ("مصنع الخليج", "الدمام")]


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory):
    """A server with companies, one of them with a decision maker; gives its address and the cookies of its administrator."""
    from anwal import Anwal, set_up

    with Anwal(tmp_path_factory.mktemp("segments")) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        set_up(page, server, PASSWORD, "نورة العتيبي")
        send = lambda path, data: context.request.post(server.address + path, data=data, headers={"Origin": server.address}).json()
        companies = [send("/api/companies", {"nameAr": name, "city": city}) for name, city in CITIES]
        send("/api/people", {"fullName": "سعد القحطاني", "companyId": companies[0]["_id"], "isDecisionMaker": "yes"})
        yield server.address, context.cookies(), [one["_id"] for one in companies]
        context.close()


@pytest.fixture
def signed_in(sign_in, office):
    return sign_in(*office[:2])


def send(page, address, method, path, data):
    answer = page.context.request.fetch(address + path, method=method, data=data, headers={"Origin": address})
    assert answer.ok, answer.text()
    return answer.json()


def drawn(page):
    """The part that the server draws anew has come."""
    expect(page.locator("#builder:not([inert])")).to_be_visible()


def filters(page):
    return json.loads(page.locator("#filters").input_value() or "null")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_segment_is_built_counted_and_explained(signed_in, office, lang, size, shot):
    page = signed_in("/segments", size)
    expect(page.locator(".empty, table.data").first).to_be_visible()
    page.goto(office[0] + "/segments/new")
    assert_well_made(page)
    page.fill("#s-name", f"قرار الرياض {lang} {size}")
    top = page.locator(".builder > .group")
    top.locator(":scope > .adds [data-add=condition]").click()
    first = page.locator("#n-0")
    expect(first.locator("[data-part=field]")).to_be_focused()
    first.locator("[data-part=field]").select_option("city")
    drawn(page)
    expect(first.locator("[data-part=op]")).to_have_value("contains")
    first.locator("[data-part=op]").select_option("eq")
    drawn(page)
    first.locator("input[data-part=value]").fill("الرياض")
    expect(page.locator("#reach .figure")).to_contain_text({"ar": "شركتان", "en": "2 companies"}[lang])
    page.locator(".builder > .group > .adds [data-add=related]").click()
    related = page.locator("#n-1")
    expect(related).to_be_visible()
    related.locator(".adds [data-add=condition]").first.click()
    inner = page.locator("#n-1-w-0")
    inner.locator("[data-part=field]").select_option("isDecisionMaker")
    expect(inner.locator("[data-part=op]")).to_have_value("in")
    inner.locator("select[data-part=value]").select_option(["yes"])
    expect(page.locator("#reach .figure")).to_contain_text({"ar": "شركة واحدة", "en": "1 company"}[lang])
    expect(page.locator("#reach li")).to_contain_text("أفق")
    assert filters(page) == {"and": [
        {"field": "city", "op": "eq", "value": "الرياض"},
        {"has": "people", "where": {"and": [{"field": "isDecisionMaker", "op": "in", "value": ["yes"]}]}},
    ]}
    assert_well_made(page)
    shot(page, f"segment-builder-{lang}-{size}", full_page=True)
    page.locator("#segment-form .form-foot .primary").click()
    expect(page.locator(".toast")).to_be_visible()
    page.locator("#why input[type=search]").fill("البحر")
    page.locator("#hits-of-segment a").first.click()
    expect(page.locator("#verdict .badge.error").first).to_be_visible()
    assert_well_made(page)
    shot(page, f"segment-why-{lang}-{size}", full_page=True)


def test_the_filter_is_the_same_as_json_and_removing_takes_it_back(signed_in, office, lang):
    page = signed_in("/segments/new")
    page.locator("details.json summary").click()
    tree = {"or": [{"field": "city", "op": "eq", "value": "جدة"}, {"none": [{"field": "hasEmail", "op": "eq", "value": True}]}]}
    page.fill("#filters", json.dumps(tree, ensure_ascii=False))
    page.locator("#s-name").focus()
    expect(page.locator("#n-1-0 [data-part=field]")).to_have_value("hasEmail")
    expect(page.locator("#reach .figure")).to_contain_text("4")
    page.locator("#n-1-0 [data-remove]").click()
    expect(page.locator("#n-1 > .none")).to_be_visible()
    expect(page.locator("#reach .alert")).to_be_visible()
    drawn(page)
    page.locator("#n-1 > .row > [data-remove]").click()
    expect(page.locator("#n-1")).to_have_count(0)
    assert filters(page) == {"or": [{"field": "city", "op": "eq", "value": "جدة"}]}
    page.locator("details.json summary").click()
    page.fill("#filters", "{")
    page.locator("#s-name").focus()
    expect(page.locator("#builder .alert.error")).to_be_visible()
    assert_fits(page)


def test_the_builder_works_by_keyboard_alone(signed_in, office, lang):
    page = signed_in("/segments/new")
    page.locator(".builder > .group > .adds [data-add=condition]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#n-0 [data-part=field]")).to_be_focused()
    drawn(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#n-0 [data-part=value]")).to_be_focused()
    page.keyboard.type("الدمام")
    expect(page.locator("#reach .figure")).to_contain_text({"ar": "شركة واحدة", "en": "1 company"}[lang])
    page.keyboard.press("Tab")
    expect(page.locator("#n-0 [data-remove]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#n-0")).to_have_count(0)
    assert page.locator("#filters").input_value() == ""


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_ticked_companies_are_put_into_a_static_segment(signed_in, office, lang, size, shot):
    page = signed_in("/companies?view=all", size)
    page.locator("tbody .pick input").nth(0).check()
    page.locator("tbody .pick input").nth(1).check()
    page.locator("[formaction='/segments/members']").click()
    expect(page.locator("#put-name")).to_be_visible()
    assert_well_made(page)
    shot(page, f"segment-put-{lang}-{size}")
    page.fill("#put-name", f"معرض {lang} {size}")
    page.locator("button[name=put]").click()
    expect(page.locator("#members li")).to_have_count(2)
    assert_well_made(page)
    page.locator("#members [name=remove]").first.click()
    expect(page.locator("#members li")).to_have_count(1)
    page.locator("#why input[type=search]").fill("أفق")
    page.locator("#hits-of-segment [name=add]").first.click()
    expect(page.locator("#members li")).to_have_count(2)
    shot(page, f"segment-static-{lang}-{size}", full_page=True)


def test_a_deleted_segment_comes_back_from_the_toast(signed_in, office, lang):
    page = signed_in("/segments")
    made = send(page, office[0], "POST", "/api/segments", {"name": f"عابرة {lang}"})
    page.goto(f"{office[0]}/segments/{made['_id']}")
    page.locator(".actions .danger").click()
    page.locator(".toast form button").click()
    expect(page.locator("h1")).to_contain_text(f"عابرة {lang}")
