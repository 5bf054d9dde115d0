"""Leads and the pipeline board in a real browser: by mouse, by keyboard and by dialog, in both directions of writing."""

import re

import pytest
from playwright.sync_api import expect

from look import assert_fits, assert_named, assert_well_made

PASSWORD = "quiet river seven lanterns"
STAGES = {
    "ar": {"new_lead": "عميل جديد", "contacted": "تم التواصل", "meeting": "اجتماع"},
    "en": {"new_lead": "New lead", "contacted": "Contacted", "meeting": "Meeting"},
}


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory):
    """A server with one company; gives its address, the cookies of its administrator, and a way to make opportunities."""
    from anwal import Anwal, set_up

    with Anwal(tmp_path_factory.mktemp("board")) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        set_up(page, server, PASSWORD)

        def post(path, body, status=201):
            answer = context.request.post(server.address + path, data=body, headers={"Origin": server.address})
            assert answer.status == status, answer.text()
            return answer.json()

        company = post("/api/companies", {"nameAr": "شركة أفق البناء", "city": "الرياض", "priority": "high"})["_id"]

        def opportunity(title, value=1000):
            return post("/api/opportunities", {"title": title, "companyId": company, "valueEstimate": value})["_id"]

        def stage(identity):
            return context.request.get(f"{server.address}/api/opportunities/{identity}").json()["stage"]

        def move(identity, to):
            post(f"/api/opportunities/{identity}/stage", {"stage": to}, 200)

        yield {"address": server.address, "cookies": context.cookies(), "company": company, "opportunity": opportunity, "stage": stage, "move": move}
        context.close()


@pytest.fixture
def signed_in(open_page, office, lang):
    def open_one(path, size="desktop"):
        page = open_page(lang=lang, size=size)
        page.context.add_cookies(office["cookies"])
        answer = page.context.request.patch(
            f"{office['address']}/api/profile", data={"locale": lang}, headers={"Origin": office["address"]})
        assert answer.ok, answer.text()
        page.goto(office["address"] + path)
        return page

    return open_one


def card(page, identity, stage=None):
    within = f'[data-stage="{stage}"] ' if stage else ""
    return page.locator(f'{within}[data-card="{identity}"]')


def test_a_card_is_dragged_to_another_stage_and_undone(signed_in, office, lang):
    identity = office["opportunity"]("نظام مشتريات", 48000)
    page = signed_in("/opportunities")
    count = int(page.locator('[data-stage="contacted"] [data-count]').inner_text())
    card(page, identity, "new_lead").drag_to(page.locator('[data-stage="contacted"] .cards'))
    expect(card(page, identity, "contacted")).to_be_visible()
    expect(page.locator('[data-stage="contacted"] [data-count]')).to_have_text(str(count + 1))
    toast = page.locator(".toast").last
    expect(toast).to_contain_text(STAGES[lang]["contacted"])
    assert office["stage"](identity) == "contacted"
    toast.get_by_role("button").click()
    expect(card(page, identity, "new_lead")).to_be_visible()
    expect(page.locator("#board-says")).to_contain_text("نظام مشتريات")
    assert office["stage"](identity) == "new_lead"


def test_shift_and_an_arrow_of_the_screen_move_a_card(signed_in, office, lang):
    identity = office["opportunity"]("تدريب")
    onward, back = ("ArrowLeft", "ArrowRight") if lang == "ar" else ("ArrowRight", "ArrowLeft")
    page = signed_in("/opportunities")
    one = card(page, identity)
    one.focus()
    page.keyboard.press(f"Shift+{onward}")
    page.keyboard.press(f"Shift+{onward}")
    expect(card(page, identity, "meeting")).to_be_focused()
    expect(page.locator("#board-says")).to_contain_text(STAGES[lang]["meeting"])
    expect(page.locator(".toast").last).to_contain_text(STAGES[lang]["meeting"])
    assert office["stage"](identity) == "meeting"
    page.keyboard.press(f"Shift+{back}")
    expect(page.locator(".toast")).to_have_count(2)
    assert office["stage"](identity) == "contacted"
    # Without Shift the arrows only look around; Enter opens.
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/opportunities/{identity}$"))


def test_a_loss_asks_why_and_escape_leaves_the_card_where_it_was(signed_in, office, lang):
    identity = office["opportunity"]("صيانة")
    page = signed_in("/opportunities")
    one = card(page, identity)
    one.focus()
    page.keyboard.press("KeyM")
    dialog = page.locator("#move")
    expect(dialog).to_be_visible()
    assert_named(page)
    page.keyboard.press("Escape")
    expect(one).to_be_focused()
    assert office["stage"](identity) == "new_lead"
    one.locator("[data-move]").click()
    dialog.locator("select[name=stage]").select_option("lost")
    dialog.locator("select[name=lostReason]").select_option("")
    expect(dialog.locator("input[name=otherReason]")).to_be_visible()
    dialog.locator("input[name=otherReason]").fill("أُلغي المشروع")
    dialog.locator("button.primary").click()
    expect(card(page, identity, "lost")).to_be_visible()
    expect(page.locator(".toast").last).to_be_visible()
    assert office["stage"](identity) == "lost"


def test_a_move_of_what_somebody_else_moved_goes_back_and_says_so(signed_in, office, lang):
    identity = office["opportunity"]("استشارات")
    page = signed_in("/opportunities")
    expect(card(page, identity, "new_lead")).to_be_visible()
    office["move"](identity, "negotiation")
    page.watched.expect_status(409)
    card(page, identity).focus()
    page.keyboard.press("Shift+ArrowLeft" if lang == "ar" else "Shift+ArrowRight")
    expect(page.locator(".toast.error")).to_be_visible()
    # The board is drawn anew: the card is where the other put it.
    expect(card(page, identity, "negotiation")).to_be_visible()
    assert office["stage"](identity) == "negotiation"


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("path", [
    "/opportunities", "/opportunities/list", "/opportunities/forecast", "/opportunities/new", "/leads", "/leads/new", "/settings/leads",
])
def test_the_pages_fit_and_everything_has_a_name(signed_in, office, lang, size, path):
    office["opportunity"]("فرصة بعنوان طويل جدا لتجربة عرض البطاقات على الشاشات الضيقة", 1250000)
    page = signed_in(path, size)
    assert_fits(page)
    assert_named(page)
    assert_well_made(page)


def test_a_lead_becomes_an_opportunity(signed_in, office, lang):
    page = signed_in(f"/companies/{office['company']}")
    page.locator('a[href^="/leads/new"]').click()
    page.watched.expect_status(409)
    page.locator("button.primary[type=submit], form button.primary").last.click()
    # The second language finds the first one's lead: it says so and makes another when asked.
    another = page.locator("button[name=isAnother]")
    if another.count():
        another.click()
    page.wait_for_url(re.compile(r"/leads/[0-9a-f]{24}$"))
    expect(page.locator(".score li").first).to_be_visible()
    page.locator('a[href$="/convert"]').click()
    page.fill("input[name=valueEstimate]", "٢٥٬٠٠٠")
    page.locator("form button.primary").last.click()
    page.wait_for_url(re.compile(r"/opportunities/[0-9a-f]{24}$"))
    expect(page.locator("h1")).to_contain_text("شركة أفق البناء")
    expect(page.locator("header.page-head")).to_contain_text("25,000")
    page.locator(".toast").get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"/leads/[0-9a-f]{24}$"))


@pytest.mark.parametrize("stage", ["new_lead", "negotiation"])
def test_on_a_phone_the_words_of_the_stages_do_not_run_into_each_other(signed_in, office, stage):
    identity = office["opportunity"]("مراحل على الجوال")
    if stage != "new_lead":
        office["move"](identity, stage)
    page = signed_in(f"/opportunities/{identity}", "phone")
    words = page.evaluate("""() => [...document.querySelectorAll('.steps > li')].map((step) => {
      const words = document.createRange();
      words.selectNodeContents(step);
      const box = words.getBoundingClientRect();
      return [box.left, box.right];
    }).filter(([left, right]) => right > left).sort((a, b) => a[0] - b[0])""")
    assert words and all(one[1] <= next[0] for one, next in zip(words, words[1:]))
    assert words[0][0] >= 0 and words[-1][1] <= page.viewport_size["width"]
    assert_well_made(page)
