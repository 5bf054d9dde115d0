"""Importing in a real browser: both kinds of file, from the first page to taking it back."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from anwal import ROOT, Anwal, set_up
from look import assert_well_made

SAMPLES = Path(os.environ.get("ANWAL_SHARED", ROOT.parent / "shared")) / "samples"
PASSWORD = "quiet river seven lanterns"
WORDS = {
    "ar": {"demo": "تجربة ملف نموذجي", "preview": "معاينة", "undo": "تراجع عن الاستيراد", "undone": "تم التراجع عن هذا الاستيراد.", "created": "جديدة"},
    "en": {"demo": "Try a sample file", "preview": "Preview", "undo": "Undo the import", "undone": "This import was undone.", "created": "Created"},
}
# Arabic on a desk, English on a phone: between them every rule of the layout.
WINDOWS = [("ar", "desktop"), ("en", "phone")]
needs_samples = pytest.mark.skipif(not (SAMPLES / "processed.xlsx").exists(), reason="the shared samples are missing")


@pytest.fixture
def start(open_page, fresh_server):
    """start("ar", "desktop") gives the import page of a new server, signed in as its administrator."""

    def open_one(lang, size):
        page = open_page(lang=lang, size=size)
        set_up(page, fresh_server, PASSWORD)
        page.goto(f"{fresh_server.address}/imports/new")
        assert page.locator("html").get_attribute("lang") == lang
        return page

    return open_one


def to_preview(page, lang):
    page.wait_for_url(re.compile("/imports/files/"))
    assert_well_made(page)
    page.locator(".action-bar").get_by_role("button", name=WORDS[lang]["preview"]).click()
    page.locator("table.sheet[data-edit-url]").first.wait_for()
    assert_well_made(page)


def run_to_the_end(page):
    page.locator("#run-bar button").click()
    page.wait_for_url(re.compile("/imports/[0-9a-f]{24}$"))
    page.locator("a[href$='/undo']").first.wait_for(timeout=60_000)
    assert_well_made(page)


def undo(page, lang):
    page.locator("a[href$='/undo']").first.click()
    page.wait_for_url(re.compile("/undo$"))
    assert_well_made(page)
    page.get_by_role("button", name=WORDS[lang]["undo"]).click()
    page.wait_for_url(re.compile("/imports/[0-9a-f]{24}$"))
    expect(page.get_by_text(WORDS[lang]["undone"])).to_be_visible(timeout=60_000)


def figure(page, number):
    return page.locator(".stat-value").nth(number)


@needs_samples
@pytest.mark.parametrize("lang,size", WINDOWS)
@pytest.mark.parametrize("sample,created", [("simple-clean.xlsx", None), ("processed.xlsx", "8,126")])
def test_a_sample_goes_from_the_file_to_the_report_and_back(start, lang, size, sample, created):
    page = start(lang, size)
    assert_well_made(page)
    page.set_input_files("input[type=file]", SAMPLES / sample)
    to_preview(page, lang)
    run_to_the_end(page)
    if created:
        expect(figure(page, 0)).to_have_text(created)
    undo(page, lang)
    page.goto(page.url.split("/imports/")[0] + "/companies")
    expect(page.locator(".empty")).to_be_visible()


@pytest.mark.parametrize("lang,size", WINDOWS)
def test_a_corrected_cell_changes_the_figures(start, lang, size, shot):
    page = start(lang, size)
    page.get_by_role("button", name=WORDS[lang]["demo"]).click()
    to_preview(page, lang)
    if (lang, size) == ("ar", "desktop"):
        shot(page, "import")
    expect(figure(page, 3)).to_have_text("1")
    page.locator(".tabs a[href$='action=fail']").click()
    cell = page.locator("td[data-edit='A']").first
    cell.dblclick()
    cell.locator("input").fill("شركة رحال للسفر")
    cell.locator("input").press("Enter")
    expect(figure(page, 3)).to_have_text("0")
    expect(page.locator("td.lead .badge").first).to_have_class(re.compile("ok|info"))
    assert page.locator("table.sheet tbody tr").count() == 1
    assert page.locator("#run-bar").count() == 1
    assert_well_made(page)


def test_a_verdict_opens_all_that_was_found_about_its_row(start):
    page = start("en", "desktop")
    page.get_by_role("button", name=WORDS["en"]["demo"]).click()
    to_preview(page, "en")
    page.locator(".tabs a[href$='action=skip']").click()
    page.locator("td.lead a").first.click()
    dialog = page.locator("#row-dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Match score")).to_be_visible()
    dialog.get_by_role("button", name="Leave the row out").click()
    page.locator(".tabs a[href$='excluded=true']").wait_for()
    page.locator(".tabs a[href$='excluded=true']").click()
    expect(page.locator("tr.excluded")).to_have_count(1)


def test_a_file_that_is_none_is_refused_where_it_was_chosen(start, tmp_path):
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page = start("ar", "desktop")
    page.watched.expect_status(422)
    page.set_input_files("input[type=file]", picture)
    expect(page.get_by_role("alert")).to_contain_text("xlsx")
    assert_well_made(page)


@needs_samples
def test_without_javascript_the_wizard_works_by_plain_forms(browser, fresh_server, start):
    cookies = start("en", "desktop").context.cookies()
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{fresh_server.address}/imports/new")
    page.set_input_files("input[type=file]", SAMPLES / "simple-dirty.xlsx")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Preview").click()
    assert page.locator("table.sheet tbody tr").count() == 50
    page.locator("#run-bar button").click()
    page.wait_for_url(re.compile("/imports/[0-9a-f]{24}$"))
    context.close()
