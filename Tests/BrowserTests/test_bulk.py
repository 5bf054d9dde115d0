"""A change of thousands of records in a real browser: how far it is, stopping it, taking back what it did."""

import re

import pytest
from playwright.sync_api import expect

from look import assert_well_made
from test_records import records, signed_in  # noqa: F401

TOTAL = 6_000
WORDS = {
    "ar": {"tags": "إضافة وسوم", "all": "كل ما يطابق"},
    "en": {"tags": "Add tags", "all": "All that match"},
}


@pytest.fixture(scope="module")
def thousands(records, browser):  # noqa: F811
    """The address of a server that has imported thousands of companies."""
    address, cookies = records
    context = browser.new_context()
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(address)
    token = page.locator("meta[name=csrf]").get_attribute("content")
    rows = "".join(f"شركة الجملة {number},info@bulk{number}.example\n" for number in range(TOTAL))
    file = {"name": "bulk.csv", "mimeType": "text/csv", "buffer": ("اسم الشركة,البريد الإلكتروني\n" + rows).encode()}
    found = context.request.post(
        f"{address}/api/imports/detect", headers={"Origin": address, "X-CSRF-Token": token}, multipart={"file": file})
    assert found.ok, found.text()
    started = context.request.post(
        f"{address}/api/imports/execute", headers={"Origin": address}, data={"fileId": found.json()["fileId"]})
    assert started.ok, started.text()
    page.goto(f"{address}/imports/{started.json()['_id']}")
    page.locator("a[href$='/undo']").first.wait_for(timeout=120_000)
    context.close()
    return address


def test_a_change_of_thousands_shows_how_far_it_is_and_is_stopped(signed_in, thousands, lang):  # noqa: F811
    tag = f"جملة-{lang}"
    page = signed_in("/companies?q=الجملة", "desktop" if lang == "ar" else "phone")
    page.locator("tbody .pick input").first.check()
    page.get_by_label(WORDS[lang]["all"]).check()
    page.get_by_role("button", name=WORDS[lang]["tags"], exact=True).click()
    page.locator("#bulk-value").fill(tag)
    page.locator("#bulk-value").press("Tab")
    page.locator("#bulk-summary .primary").click()

    page.wait_for_url(re.compile(r"/bulk/[0-9a-f]{24}$"))
    bar = page.locator("#run progress")
    expect(bar).to_have_attribute("max", str(TOTAL))
    expect(bar).to_have_attribute("value", re.compile("^[1-9]"))
    expect(page.locator("#run")).to_contain_text(f"{TOTAL:,}")
    assert_well_made(page)
    page.locator("#run form[action$='/cancel'] button").click()
    expect(page.locator("#run .alert.warn")).to_be_visible(timeout=30_000)
    expect(bar).to_have_count(0)
    assert_well_made(page)

    run = page.context.request.get(f"{thousands}/api{page.url.removeprefix(thousands)}").json()
    assert run["status"] == "cancelled" and 0 < run["done"] < TOTAL and run["changed"] == run["done"]

    def tagged():
        return page.context.request.get(f"{thousands}/api/companies?filter[tags]={tag}").json()["count"]

    assert tagged() == run["done"], "what it did stays"
    page.locator("#run form[action$='/undo'] button").click()
    page.wait_for_url(lambda url: not url.endswith(run["id"]))
    expect(page.locator("#run form")).to_have_count(0, timeout=120_000)
    assert_well_made(page)
    assert tagged() == 0
