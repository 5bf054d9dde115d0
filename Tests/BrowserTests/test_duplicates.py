"""Duplicates: looked for, reviewed with the keyboard, merged and taken back, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from look import assert_fits, assert_named, assert_well_made
from test_records import PASSWORD, signed_in  # noqa: F401

WORDS = {
    "ar": {"search": "البحث عن المكررات الآن", "why": "البريد نفسه", "merged": "دُمج السجلان في سجل واحد.", "kept": "لن يظهر هذا الزوج مرة أخرى."},
    "en": {"search": "Look for duplicates now", "why": "Same email", "merged": "The two records are one now.", "kept": "This pair will not come up again."},
}
GROUPS = {
    "ar": [("شركة الأُفق للمقاولات", "الافق للمقاولات", "info@ufuq.sa"), ("مصنع الرواد للتبريد", "مصنع الروّاد", "sales@rowad.sa")],
    "en": [("شركة نخبة التوريدات", "نخبه التوريدات", "info@nukhba.sa"), ("مؤسسة البناء الحديث", "البناء الحديث", "hi@banna.sa")],
}


@pytest.fixture(scope="module")
def records(browser, tmp_path_factory):
    """A server with nothing in it but an administrator."""
    from anwal import Anwal, set_up

    with Anwal(tmp_path_factory.mktemp("duplicates")) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        set_up(page, server, PASSWORD)
        yield server.address, context.cookies()
        context.close()


def make(page, address, lang):
    for first, second, email in GROUPS[lang]:
        for name in (first, second):
            answer = page.context.request.post(
                f"{address}/api/companies", data={"nameAr": name, "city": "الرياض" if name == first else "جدة"},
                headers={"Origin": address})
            point = page.context.request.post(
                f"{address}/api/contact_points",
                data={"entityType": "company", "entityId": answer.json()["_id"], "contactType": "email", "contactValue": email},
                headers={"Origin": address})
            assert point.ok, point.text()


def test_duplicates_are_found_reviewed_and_merged_by_keyboard(signed_in, records, lang, shot):  # noqa: F811
    words, address = WORDS[lang], records[0]
    page = signed_in("/duplicates")
    make(page, address, lang)
    page.reload()
    expect(page.get_by_role("button", name=words["search"])).to_be_visible()
    page.get_by_role("button", name=words["search"]).click()
    rows = page.locator("table.data tbody tr")
    expect(rows).to_have_count(2, timeout=30_000)
    assert_fits(page)
    assert_named(page)
    rows.first.locator("a").click()
    page.wait_for_url(re.compile(r"/duplicates/companies/[0-9a-f]{24}/[0-9a-f]{24}$"))
    expect(page.locator("body")).to_contain_text(words["why"])
    assert_fits(page)
    assert_named(page)
    assert_well_made(page)
    shot(page, f"duplicates-{lang}", full_page=True)
    first = page.url
    # Another value for the city: the preview follows at once.
    page.locator("input[type=radio][value=right]").first.check()
    expect(page.locator("#merge-preview ins").first).to_be_visible()
    page.keyboard.press("Digit1")
    expect(page.locator(".toast")).to_contain_text(words["merged"])
    assert page.url != first
    page.locator(".toast form button").click()
    page.wait_for_url(re.compile(r"/companies/[0-9a-f]{24}$"))
    page.goto(address + "/duplicates")
    expect(rows).to_have_count(2)
    rows.first.locator("a").click()
    page.wait_for_url(re.compile(r"/duplicates/companies/[0-9a-f]{24}/[0-9a-f]{24}$"))
    page.keyboard.press("Digit3")
    expect(page.locator(".toast")).to_contain_text(words["kept"])
    page.keyboard.press("Digit2")
    expect(page.locator(".toast")).to_contain_text(words["merged"])
    page.goto(address + "/duplicates")
    expect(rows).to_have_count(0)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_of_duplicates_fit(signed_in, records, lang, size):  # noqa: F811
    address = records[0]
    page = signed_in("/duplicates", size)
    ids = []
    for name in (f"شركة المقارنة {lang} {size}", f"المقارنه {lang} {size}"):
        answer = page.context.request.post(
            f"{address}/api/companies",
            data={"nameAr": name, "website": f"https://{lang}{size}.example.sa", "description": "نص طويل " * 30},
            headers={"Origin": address})
        ids.append(answer.json()["_id"])
    for path in ["/duplicates", f"/duplicates/companies/{ids[0]}/{ids[1]}", f"/companies/{ids[0]}/duplicates", "/data-quality"]:
        page.goto(address + path)
        assert_fits(page)
        assert_named(page)
        assert_well_made(page)
