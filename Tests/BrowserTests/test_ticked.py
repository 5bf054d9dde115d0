"""Leads, opportunities and tasks in their lists: fields in place, leads of ticked records, exports."""

import csv
import re

import pytest
from playwright.sync_api import expect

from look import assert_well_made
from test_records import records, signed_in  # noqa: F401


@pytest.fixture
def make(records):  # noqa: F811
    """make(page, "tasks", {...}) makes a record through the API and gives its id."""

    def one(page, path, data):
        answer = page.context.request.post(f"{records[0]}/api/{path}", data=data, headers={"Origin": records[0]})
        assert answer.status == 201, answer.text()
        return answer.json()["_id"]

    return one


@pytest.mark.parametrize("noun,path,column,value,kept", [
    ("leads", "/leads", "status", "contacted", {"status": "contacted"}),
    ("opportunities", "/opportunities/list", "probability", "35", {"probability": 35}),
    ("tasks", "/tasks/all", "priority", "high", {"priority": "high"}),
])
def test_a_field_of_a_row_is_edited_in_place(signed_in, records, make, noun, path, column, value, kept):  # noqa: F811
    address, page = records[0], signed_in("/")
    company = make(page, "companies", {"nameAr": f"شركة التعديل في مكانه {noun}"})
    record = make(page, noun, {
        "leads": {"companyId": company}, "opportunities": {"companyId": company, "title": "توريد"},
        "tasks": {"title": "اتصل بالعميل"}}[noun])
    page.goto(address + path)
    cell = page.locator(f'td[data-col="{column}"][data-edit*="{record}"]')
    before = cell.inner_text()
    cell.focus()
    cell.press("Enter")
    field = cell.locator("[name=value]")
    expect(field).to_be_focused()
    assert_well_made(page)
    field.press("Escape")
    expect(cell).to_have_text(before)
    cell.press("Enter")
    if field.evaluate("node => node.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    field.press("Enter")
    expect(field).to_have_count(0)
    expect(cell).to_be_focused()
    expect(cell).not_to_have_text(before)
    assert kept.items() <= page.context.request.get(f"{address}/api/{noun}/{record}").json().items()


@pytest.mark.parametrize("noun,data", [("companies", {"nameAr": "شركة"}), ("people", {"fullName": "هند"})])
def test_ticked_records_become_leads_and_stop_being_leads_on_undo(signed_in, records, make, lang, noun, data):  # noqa: F811
    address, page = records[0], signed_in("/")
    tag = f"معرض-{noun}-{lang}"
    ids = [make(page, noun, {key: f"{name} {number} {tag}" for key, name in data.items()}) for number in range(2)]

    def leads():
        field = "companyId" if noun == "companies" else "personId"
        answers = [page.context.request.get(f"{address}/api/leads?filter[{field}]={one}").json() for one in ids]
        return sum(answer["count"] for answer in answers)

    page.goto(f"{address}/{noun}?q={tag}")
    boxes = page.locator("tbody .pick input")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()
    page.locator("form.bulk button[value=make_leads]").click()
    expect(page.locator("#bulk-summary .primary")).to_be_visible()
    assert_well_made(page)
    page.locator("#bulk-summary .primary").click()
    page.wait_for_url(re.compile(rf"/{noun}(\?|$)"))
    assert leads() == 2
    page.locator(".toast form button").first.click()
    expect(page.locator(".toast form button")).to_have_count(0)
    assert leads() == 0


def test_tasks_are_exported_as_the_list_shows_them(signed_in, records, make, lang):  # noqa: F811
    address, page = records[0], signed_in("/")
    make(page, "tasks", {"title": f"=1+1 عرض السعر {lang}", "priority": "high"})
    make(page, "tasks", {"title": f"مكالمة {lang}", "priority": "low"})
    page.goto(f"{address}/tasks/all?filter[priority]=high&q={lang}")
    page.locator("details:has(a[href*='export']) summary").first.click()
    assert_well_made(page)
    with page.expect_download() as download:
        page.locator("a[data-shown][href*='format=csv']").click()
    assert download.value.suggested_filename.endswith(".csv")
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 2
    # A title that looks like a formula reaches the spreadsheet as text.
    assert any(cell.endswith(f"عرض السعر {lang}") and not cell.startswith("=") for cell in rows[1])
    shown = page.locator("table.data thead [data-col]").count()
    assert len(rows[0]) >= shown
