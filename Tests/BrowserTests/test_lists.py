"""Lists in a real browser: conditions, views, ticked rows and fields in place, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from look import assert_well_made
from test_records import records, signed_in  # noqa: F401

WORDS = {
    "ar": {"condition": "شرط", "add": "إضافة الشرط", "set": "تعيين حقل", "undo": "تراجع", "save": "حفظ كعرض", "all": "الكل", "tags": "إضافة وسوم"},
    "en": {"condition": "Condition", "add": "Add the condition", "set": "Set a field", "undo": "Undo", "save": "Save as a view", "all": "All", "tags": "Add tags"},
}


def test_a_condition_is_added_with_the_keyboard_and_goes_with_its_chip(signed_in, lang):  # noqa: F811
    page = signed_in("/companies")
    page.locator("main").press("f")
    field = page.locator("#condition-field")
    expect(field).to_be_focused()
    field.select_option("leadScore")
    page.locator("#condition-op").select_option("gte")
    page.locator("#condition-value").fill("50")
    page.locator("#condition-value").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(".chip .remove").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)


def test_rows_are_ticked_changed_and_taken_back(signed_in, lang):  # noqa: F811
    page = signed_in("/companies?view=all")
    boxes = page.locator("tbody .pick input")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-picked]")).to_have_text("3")
    boxes.nth(2).uncheck()
    page.get_by_role("button", name=WORDS[lang]["tags"], exact=True).click()
    page.locator("#bulk-value").fill("معرض")
    page.locator("#bulk-value").press("Tab")
    expect(page.locator("#bulk-summary .primary")).to_be_visible()
    assert_well_made(page)
    page.locator("#bulk-summary .primary").click()
    page.wait_for_url(re.compile(r"/companies"))
    page.locator(".toast").get_by_role("button", name=WORDS[lang]["undo"]).click()
    page.wait_for_url(re.compile(r"/companies$"))
    page.goto(page.url + "?filter[tags]=معرض")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_a_field_is_edited_in_place(signed_in, lang):  # noqa: F811
    page = signed_in("/companies?filter[sector]=توريدات")
    cell = page.locator('td[data-col="city"]')
    cell.focus()
    cell.press("Enter")
    field = cell.locator("input[name=value]")
    expect(field).to_be_focused()
    field.fill("ينبع")
    field.press("Escape")
    expect(cell).to_have_text("جدة")
    cell.press("Enter")
    field.fill("ينبع")
    field.press("Enter")
    expect(cell).to_have_text("ينبع")
    cell.dblclick()
    field.fill("جدة")
    field.press("Enter")
    expect(cell).to_have_text("جدة")


def test_a_view_is_saved_opened_and_deleted(signed_in, lang):  # noqa: F811
    page = signed_in("/companies?filter[city]=جدة")
    page.get_by_text(WORDS[lang]["save"], exact=True).first.click()
    page.locator("#view-name").fill("شركات جدة")
    page.locator("#view-name").press("Enter")
    tab = page.locator(".tabs a[aria-current]")
    expect(tab).to_have_text("شركات جدة")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator(".tabs a").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator(".tabs a").nth(1).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("#views details.popover.end summary").click()
    page.locator('#views form[action$="/delete"] button').click()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(".tabs a")).to_have_count(0)


@pytest.mark.parametrize("path", ["/companies?filter[city]=جدة", "/companies?columns=city,owner,tags"])
def test_the_list_fits_with_all_around_it(signed_in, size, path):  # noqa: F811
    page = signed_in(path, size)
    assert_well_made(page)
