"""docs/design.md holds what it promises: each of its parts, in both languages, at both widths, light and dark."""

import re

import pytest
from gallery import ASSETS, blocks
from look import assert_fits, assert_named, assert_readable


@pytest.fixture
def drawn(gallery, open_page):
    def draw(lang="ar", size="desktop", dark=False):
        page = open_page(lang=lang, size=size, dark=dark)
        page.goto(f"{gallery.address}/?lang={lang}")
        page.locator("[data-done]").wait_for(state="attached")
        # Chart.js has drawn once it has sized its canvas.
        page.locator("canvas[data-chart][style]").wait_for()
        return page

    return draw


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_part_fits_and_can_be_read(drawn, lang, size, dark, shot):
    page = drawn(lang, size, dark)
    shot(page, f"design-{lang}-{size}-{'dark' if dark else 'light'}", full_page=True)
    assert_fits(page)
    assert_readable(page)
    assert_named(page)


def test_arabic_puts_the_navigation_right_and_english_left(drawn, lang):
    page = drawn(lang)
    nav, main = page.locator("#nav").bounding_box(), page.locator("#main").bounding_box()
    assert (nav["x"] > main["x"]) == (lang == "ar")


def test_the_icons_that_the_page_names_exist(lang):
    named = set(re.findall(r"icons\.svg#([a-z-]+)", "".join(blocks().values()))) - {"name"}
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (ASSETS / "icons.svg").read_text()))
    assert named and named <= drawn


def test_on_a_phone_the_menu_opens_from_the_bottom_bar_and_escape_closes_it(drawn, lang):
    page = drawn(lang, "phone")
    assert not page.locator("#nav").is_visible()
    page.locator(".tabbar button").click()
    assert page.locator("#nav").is_visible()
    assert_readable(page)
    page.keyboard.press("Escape")
    assert not page.locator("#nav").is_visible()


def test_on_a_phone_a_row_is_a_card_that_names_its_values(drawn, lang):
    page = drawn(lang, "phone")
    label = page.locator("table[data-columns] tbody td[data-label]").first
    assert label.evaluate("node => getComputedStyle(node, '::before').content").strip('"') == label.get_attribute("data-label")
    assert page.locator("table[data-columns] tbody tr").first.get_attribute("role") == "row"


def test_slash_finds_the_search_field_and_letters_go_to_pages(drawn):
    page = drawn("ar")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('[data-search]')")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('[data-key=\"g i\"]').addEventListener('click', (e) => { e.preventDefault(); document.title = 'went'; })")
    page.keyboard.press("KeyG")
    page.keyboard.press("KeyI")
    assert page.title() == "went"


def test_a_question_mark_lists_the_keys_and_escape_closes_the_list(drawn):
    page = drawn("en")
    page.keyboard.press("Shift+Slash")
    assert page.locator("#shortcuts").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#shortcuts").is_visible()


def test_a_hidden_column_stays_hidden_after_a_reload(drawn):
    page = drawn("en")
    page.locator("[data-chooser]").locator("..").locator("summary").click()
    page.get_by_role("checkbox", name="City", exact=True).uncheck()
    cells = page.locator("table[data-columns] [data-col=city]")
    assert [cell.is_visible() for cell in cells.all()] == [False] * 3
    page.reload()
    page.locator("table[data-columns] [data-col=city]").first.wait_for(state="hidden")
    assert not page.locator("[data-chooser] input[value=city]").is_checked()


def test_picking_rows_counts_them_and_shows_what_can_be_done(drawn):
    page = drawn("en")
    assert not page.locator(".bulk").is_visible()
    page.locator("thead .pick input").check()
    assert page.locator(".bulk").is_visible()
    assert page.locator("[data-picked]").text_content() == "2"
    page.locator("tbody .pick input").first.uncheck()
    assert page.locator("[data-picked]").text_content() == "1"


def test_a_cell_is_corrected_with_the_keyboard_and_escape_takes_back(drawn, gallery, lang):
    page = drawn(lang)
    cell = page.locator('tr[data-row="6"] td[data-edit=B]')
    cell.focus()
    page.keyboard.press("F2")
    page.keyboard.type("999")
    page.keyboard.press("Escape")
    assert cell.text_content() == "050123"
    gallery.received.clear()
    page.keyboard.press("Enter")
    page.keyboard.type("0501234567")
    page.keyboard.press("Enter")
    page.locator('tr[data-row="6"] td.changed[data-edit=B]', has_text="0501234567").wait_for()
    path, form, token = gallery.received[0]
    assert path == "/imports/1/corrections" and token
    assert form == {"row": ["6"], "column": ["B"], "value": ["0501234567"]}
    page.locator('tr[data-row="6"] td[data-edit=B]:focus').wait_for()


def test_arrows_move_between_cells_as_the_eye_does(drawn, lang):
    page = drawn(lang)
    page.locator('tr[data-row="5"] td[data-edit=A]').focus()
    page.keyboard.press("ArrowLeft" if lang == "ar" else "ArrowRight")
    assert page.evaluate("document.activeElement.dataset.edit") == "B"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').dataset.row") == "6"


def test_a_chosen_file_shows_its_name_and_size(drawn):
    page = drawn("ar")
    page.locator("[data-dropzone] input").set_input_files({"name": "شركات.xlsx", "mimeType": "", "buffer": b"x" * 2048})
    assert "شركات.xlsx" in page.locator("[data-file]").text_content()
    assert "2" in page.locator("[data-file]").text_content()


def test_a_dialog_opens_and_closes_and_gives_the_focus_back(drawn):
    page = drawn("en")
    opener = page.locator("[data-open=merge]")
    opener.click()
    assert page.locator("#merge").is_visible()
    assert_readable(page)
    page.keyboard.press("Escape")
    assert opener.evaluate("node => node === document.activeElement")


def test_a_toast_can_be_dismissed(drawn):
    page = drawn("en")
    page.locator(".toast [data-dismiss]").click()
    assert page.locator(".toast").count() == 0


def test_progress_comes_over_the_event_stream(drawn):
    page = drawn("en")
    assert page.locator("[data-done]").text_content() == "100,000 / 100,000"


def test_an_open_popover_stays_inside_the_window(drawn, lang, size):
    page = drawn(lang, size)
    page.locator("[data-dismiss]").click()
    for popover in page.locator("details.popover").all():
        popover.locator("summary").click()
        box, view = popover.locator(".panel").bounding_box(), page.viewport_size
        assert 0 <= box["x"] and box["x"] + box["width"] <= view["width"]
        assert_fits(page)
        assert_readable(page)
        page.keyboard.press("Escape")
        assert not popover.locator(".panel").is_visible()


def test_a_file_over_the_limit_is_refused_before_it_is_sent(drawn):
    page = drawn("en")
    zone = page.locator("[data-dropzone]")
    zone.evaluate("node => { node.dataset.maxBytes = '1000'; }")
    zone.locator("input").set_input_files({"name": "big.csv", "mimeType": "", "buffer": b"x" * 2048})
    assert zone.locator("input").evaluate("node => node.files.length") == 0


def test_where_the_event_stream_fails_progress_is_polled(gallery, open_page):
    page = open_page(lang="en")
    page.watched.expect_status(503)
    # htmx reports each failure of the stream this way.
    page.watched.expect_console("[object Event]")
    page.route("**/imports/1/events", lambda route: route.fulfill(status=503))
    page.route("**/imports/1/progress", lambda route: route.fulfill(body="<p data-done>all of it</p>", content_type="text/html"))
    page.goto(f"{gallery.address}/?lang=en")
    page.locator("[data-done]").wait_for()
    assert page.locator("[data-done]").text_content() == "all of it"
