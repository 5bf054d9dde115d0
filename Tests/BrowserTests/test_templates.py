"""The editor of templates and the preview of mails in a real browser, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from look import assert_fits, assert_well_made

PASSWORD = "quiet river seven lanterns"


@pytest.fixture(scope="module")
def office(browser, tmp_path_factory):
    """A server with a company that has an address; gives its address and the cookies of its administrator."""
    from anwal import Anwal, set_up

    with Anwal(tmp_path_factory.mktemp("templates")) as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        set_up(page, server, PASSWORD, "نورة العتيبي")
        send = lambda method, path, data: context.request.fetch(
            server.address + path, method=method, data=data, headers={"Origin": server.address}).json()
        company = send("POST", "/api/companies", {"nameAr": "مصانع الخليج المتحدة", "city": "الدمام", "sector": "الصناعة"})
        send("POST", "/api/contact-points", {"entityType": "company", "entityId": company["_id"], "contactType": "email", "contactValue": "info@khaleej.example"})
        send("PATCH", "/api/settings", {"branding": {"address": "الرياض، حي العليا، 12211", "companyName": "أنوال للخدمات"}})
        yield server.address, context.cookies()
        context.close()


@pytest.fixture
def signed_in(sign_in, office):
    return sign_in(*office[:2])


def mail(page):
    """The document in the frame that is shown now."""
    return page.locator(".mail-preview iframe:not(.coming)").last.content_frame


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_template_begins_with_one_of_ours_and_is_seen_as_it_arrives(signed_in, office, lang, size, shot):
    page = signed_in("/templates/new", size)
    expect(page.locator(".starter")).to_have_count(4)
    assert_well_made(page)
    shot(page, f"template-gallery-{lang}-{size}", full_page=True)
    page.locator("a[href='/templates/new?from=introduction']").click()
    expect(page.locator("#t-subject")).not_to_have_value("")
    expect(mail(page).locator("body")).to_contain_text("سعد القحطاني")
    assert_well_made(page)
    expect(page.locator("#check .badge.ok")).to_be_visible()
    shot(page, f"template-editor-{lang}-{size}", full_page=True)
    page.locator(".mail-preview input[type=search]").fill("الخليج")
    page.locator("[data-recipient]").first.click()
    expect(mail(page).locator("body")).to_contain_text("الدمام")
    page.locator("[name=scheme]").check()
    page.locator(".segmented label:has([value=desktop])").click()
    expect(mail(page).locator("html")).to_have_css("filter", re.compile("invert"))
    page.locator(".mail-frame").scroll_into_view_if_needed()
    shot(page, f"template-dark-{lang}-{size}")
    page.locator(".segmented label:has([value=text])").click()
    expect(mail(page).locator("pre")).to_contain_text("الدمام")
    assert_fits(page)
    page.fill("#t-name", f"تعريف {lang} {size}")
    page.locator("#template-form .form-foot .primary").click()
    expect(page.locator(".toast")).to_be_visible()
    expect(mail(page).locator("body")).to_contain_text("سعد القحطاني")
    assert_well_made(page)
    shot(page, f"template-{lang}-{size}", full_page=True)
    page.watched.expect_status(422)
    page.locator("[data-test]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    page.goto(office[0] + "/templates")
    expect(page.locator("table.data")).to_contain_text(f"تعريف {lang} {size}")
    assert_well_made(page)


def test_the_toolbar_writes_at_the_cursor_and_the_preview_and_the_check_follow(signed_in, lang):
    page = signed_in("/templates/new?from=blank")
    page.fill("#t-subject", "عرض")
    page.locator("#t-html").fill("<p>مرحبا </p>")
    expect(page.locator("#check .badge.error").first).to_be_visible()
    page.locator("#t-html").evaluate("node => node.setSelectionRange(9, 9)")
    page.locator("[data-merge-field]").select_option("city")
    page.fill("[data-fallback]", "بكم")
    page.locator("[data-insert=value]").click()
    expect(page.locator("#t-html")).to_have_value("<p>مرحبا {{city|بكم}}</p>")
    page.locator("#preview-as").select_option("empty")
    expect(mail(page).locator("p")).to_have_text("مرحبا بكم")
    expect(mail(page).locator("p")).to_have_attribute("dir", "rtl")
    page.locator("#t-html").evaluate("node => node.setSelectionRange(node.value.length, node.value.length)")
    page.locator("[data-merge-field]").select_option("unsubscribeUrl")
    page.locator("[data-insert=value]").click()
    page.locator("[data-insert=button]").click()
    expect(page.locator("#t-html")).to_have_value(re.compile(r'<a href="{{unsubscribeUrl}}">.*bgcolor', re.S))
    page.locator("[data-merge-field]").select_option("personName")
    page.locator("#t-subject").focus()
    page.keyboard.press("End")
    page.locator("[data-insert=condition]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t-subject")).to_have_value("عرض{{#if personName}}{{personName}}{{else}}بكم{{/if}}")
    expect(page.locator("#check .facts")).to_contain_text("عرضبكم")


def test_nothing_in_a_mail_runs_in_our_page(signed_in, lang):
    page = signed_in("/templates/new?from=blank")
    page.fill("#t-subject", "x")
    page.locator("#t-html").fill("<p id='here'>x</p><svg><style>body{color:red}</style></svg><img src='data:,' onerror=\"parent.document.title='bad'\"><script>parent.document.title='bad'</script>")
    expect(page.locator("#check .badge.error").first).to_be_visible()
    expect(mail(page).locator("#here")).to_be_visible()
    assert "bad" not in page.title()
    page.watched.problems.clear()


def test_a_deleted_template_comes_back_from_the_toast(signed_in, office, lang):
    page = signed_in("/templates/new?from=follow_up")
    page.fill("#t-name", f"عابر {lang}")
    page.locator("#template-form .form-foot .primary").click()
    page.locator(".actions summary").click()
    page.locator("form[action$='/delete'] button").click()
    page.locator(".toast form button").click()
    expect(page.locator("h1")).to_contain_text(f"عابر {lang}")
    expect(mail(page).locator("body")).to_contain_text("سعد القحطاني")
