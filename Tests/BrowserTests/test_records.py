"""Companies, people and contact points in a real browser, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from look import assert_fits, assert_named, assert_well_made

PASSWORD = "quiet river seven lanterns"
WORDS = {
    "ar": {"search": "بحث في الشركات", "save": "حفظ", "edit": "تعديل", "site": "الموقع الإلكتروني", "note": "ملاحظة جديدة"},
    "en": {"search": "Search companies", "save": "Save", "edit": "Edit", "site": "Website", "note": "New note"},
}
COMPANIES = [
    {"nameAr": "شركة أفق البناء للمقاولات", "nameEn": "Ufuq Construction", "city": "الرياض", "sector": "مقاولات", "leadScore": 87},
    {"nameAr": "مصنع الرواد للأغذية", "city": "جدة", "sector": "أغذية", "priority": "high"},
    {"nameAr": "مؤسسة <b>نخبة</b> التوريدات", "city": "جدة", "sector": "توريدات"},
]


@pytest.fixture(scope="module")
def records(browser, tmp_path_factory):
    """A server with a handful of companies; gives its address and the cookies of its administrator."""
    from anwal import Anwal, set_up

    with Anwal(tmp_path_factory.mktemp("records")) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        set_up(page, server, PASSWORD)
        for company in COMPANIES:
            answer = context.request.post(
                f"{server.address}/api/companies", data=company, headers={"Origin": server.address})
            assert answer.status == 201, answer.text()
        yield server.address, context.cookies()
        context.close()


@pytest.fixture
def signed_in(open_page, records, lang):
    address, cookies = records

    def open_one(path, size="desktop"):
        page = open_page(lang=lang, size=size)
        page.context.add_cookies(cookies)
        # The language belongs to the account.
        answer = page.context.request.patch(
            f"{address}/api/profile", data={"locale": lang}, headers={"Origin": address})
        assert answer.ok, answer.text()
        page.goto(address + path)
        return page

    return open_one


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_search_of_every_page_finds_and_the_keyboard_opens_the_record(signed_in, lang, size):
    page = signed_in("/", size)
    page.keyboard.press("Control+KeyK")
    field = page.locator("#search input")
    expect(field).to_be_focused()
    field.press_sequentially("نخبه", delay=20)
    hits = page.locator("#search .hits a")
    expect(hits).to_have_count(1)
    expect(hits).to_contain_text("مؤسسة <b>نخبة</b> التوريدات")
    assert_fits(page)
    page.keyboard.press("ArrowDown")
    expect(hits).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/companies/[0-9a-f]{24}$"))


def test_the_list_narrows_as_one_types(signed_in, lang):
    page = signed_in("/companies")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("searchbox", name=WORDS[lang]["search"]).press_sequentially("الافق", delay=20)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("أفق البناء")
    assert "q=" in page.url


def test_a_filter_stands_as_a_chip_and_goes_with_it(signed_in):
    page = signed_in("/companies")
    page.locator('input[name="filter[city]"]').fill("جدة")
    page.locator('input[name="filter[city]"]').press("Tab")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator(".chip .remove").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)


def test_a_name_with_markup_is_shown_as_it_is_written(signed_in):
    page = signed_in("/companies")
    expect(page.locator("tbody")).to_contain_text("مؤسسة <b>نخبة</b> التوريدات")


def test_an_error_stands_at_its_field_and_the_next_try_saves(signed_in, lang):
    page = signed_in("/companies?q=الرواد")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name=WORDS[lang]["edit"], exact=True).click()
    page.watched.expect_status(422)
    site = page.get_by_label(WORDS[lang]["site"])
    site.fill("javascript:alert(1)")
    page.get_by_role("button", name=WORDS[lang]["save"], exact=True).click()
    expect(site).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-website-error")).to_be_visible()
    site.fill("alrowad.sa")
    page.get_by_role("button", name=WORDS[lang]["save"], exact=True).click()
    expect(page.locator('[data-field="website"] a')).to_have_attribute("href", "https://alrowad.sa")
    # The next language finds the page as this one did.
    page.get_by_role("link", name=WORDS[lang]["edit"], exact=True).click()
    site.fill("")
    page.get_by_role("button", name=WORDS[lang]["save"], exact=True).click()
    expect(page.locator('[data-field="website"]')).to_have_count(0)


def test_two_who_edit_one_record_keep_what_both_wrote(signed_in, records, lang):
    address, page = records[0], signed_in("/companies")
    headers = {"Origin": address}
    made = page.context.request.post(
        f"{address}/api/companies", data={"nameAr": "شركة الواحة", "description": "سطر\nوسطر"}, headers=headers)
    company = f"/companies/{made.json()['_id']}"
    page.goto(f"{address}{company}/edit")
    meanwhile = page.context.request.patch(f"{address}/api{company}", data={"city": "أبها", "sector": "تقنية"}, headers=headers)
    assert meanwhile.ok, meanwhile.text()
    page.watched.expect_status(409)
    page.locator("#f-sector").fill("مياه")
    page.get_by_role("button", name=WORDS[lang]["save"], exact=True).click()
    # Both wrote into one field, which the page shows; the city, which only the other wrote, stands in the form.
    expect(page.locator(".alert.warn .diff")).to_have_count(1)
    expect(page.locator(".alert.warn .diff")).to_have_text("تقنيةمياه")
    expect(page.locator("#f-city")).to_have_value("أبها")
    assert_well_made(page)
    page.locator(".form-foot .primary").click()
    expect(page.locator('[data-field="sector"]')).to_contain_text("مياه")
    stored = page.context.request.get(f"{address}/api{company}").json()
    assert (stored["city"], stored["sector"], stored["description"]) == ("أبها", "مياه", "سطر\nوسطر")


def test_a_note_joins_the_timeline(signed_in, lang):
    page = signed_in("/companies?q=أفق")
    page.locator("tbody a").first.click()
    page.get_by_label(WORDS[lang]["note"]).fill(f"اتصلت بهم ({lang})")
    page.locator('#timeline form[action$="/notes"] button').click()
    expect(page.locator(".timeline")).to_contain_text(f"اتصلت بهم ({lang})")
    expect(page.locator(".timeline")).to_contain_text("Noura")


@pytest.mark.parametrize("path", ["/companies", "/people", "/contact-points", "/companies/new", "/people/new", "/companies?q=zzzz"])
def test_the_pages_fit_and_speak(signed_in, size, path):
    page = signed_in(path, size)
    assert_well_made(page)


def test_the_page_of_a_company_fits(signed_in, size):
    page = signed_in("/companies", size)
    page.locator("tbody a").first.click()
    expect(page.locator("dl.facts").first).to_be_visible()
    assert_fits(page)
    assert_named(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_person_is_linked_to_a_company_that_is_found_by_its_name(signed_in, lang, size):
    page = signed_in("/people/new", size)
    page.fill("input[name=fullName]", "سارة العتيبي")
    page.locator("fieldset input[type=search]").press_sequentially("الرواد")
    page.locator("#companies-found label").first.click()
    assert_well_made(page)
    page.get_by_role("button", name=WORDS[lang]["save"]).click()
    page.wait_for_url(re.compile("/people/[0-9a-f]{24}$"))
    expect(page.locator(".page-head a", has_text="مصنع الرواد للأغذية")).to_be_visible()


@pytest.mark.parametrize("path", ["/people", "/contact-points"])
def test_a_column_that_is_hidden_stays_hidden(signed_in, lang, path):
    page = signed_in("/companies")
    assert page.context.request.post(
        page.url.split("/companies")[0] + "/api/people", data={"fullName": "نوف", "email": "nouf@example.sa"},
        headers={"Origin": page.url.split("/companies")[0]}).status == 201
    page.goto(page.url.split("/companies")[0] + path)
    page.locator("details:has([data-chooser]) summary").click()
    box = page.locator("[data-chooser] input").first
    name = box.get_attribute("value")
    box.uncheck()
    expect(page.locator(f"th[data-col={name}]")).to_be_hidden()
    page.reload()
    expect(page.locator(f"th[data-col={name}]")).to_be_hidden()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_dashboard_and_the_audit_log_are_well_made(signed_in, lang, size):
    page = signed_in("/", size)
    expect(page.locator("canvas").first).to_be_visible()
    assert_well_made(page)
    page.goto(page.url + "audit")
    page.locator("select[name='filter[action]']").select_option("set_up")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert_well_made(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_long_name_and_address_stay_on_their_page(signed_in, records, size):
    address, page = records[0], signed_in("/people", size)

    def made(path, data):
        answer = page.context.request.post(f"{address}/api/{path}", data=data, headers={"Origin": address})
        assert answer.status == 201, answer.text()
        return answer.json()["_id"]

    company = made("companies", {
        "nameAr": "الشركة السعودية العالمية المتحدة لأعمال المقاولات العامة والصيانة والتشغيل والخدمات اللوجستية المحدودة",
        "nameEn": "Saudi International United Company for General Contracting and Logistics", "city": "المدينة المنورة"})
    person = made("people", {
        "fullName": "المهندس عبدالرحمن بن محمد بن عبدالعزيز القحطاني", "companyId": company, "jobTitle": "نائب الرئيس التنفيذي",
        "email": f"abdulrahman.mohammed.procurement.{size}{page.evaluate('document.documentElement.lang')}@saudi-international-united.example.sa"})
    for path in [f"/companies/{company}", f"/people/{person}", f"/people/{person}/edit"]:
        page.goto(address + path)
        assert_well_made(page)
    # The address stands beside its icon and its menu.
    page.goto(f"{address}/people/{person}")
    point = page.locator("[data-point]").first
    icon, link, menu = (point.locator(part).first.bounding_box() for part in (".icon", "a", "summary.only-icon"))
    assert link["y"] <= icon["y"] + icon["height"] and menu["y"] < link["y"] + link["height"]
    assert page.context.request.post(f"{address}/api/people/{person}/archive", data={}, headers={"Origin": address}).ok
    assert page.context.request.post(f"{address}/api/companies/{company}/archive", data={}, headers={"Origin": address}).ok
