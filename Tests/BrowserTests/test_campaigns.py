"""A campaign in a real browser, from its form to its report, in both languages; the mails go to a server of the test."""

import json
import os
import subprocess

import pytest
from playwright.sync_api import expect

from anwal import ROOT, Anwal, set_up
from look import assert_fits, assert_named

PASSWORD = "quiet river seven lanterns"
HTML = '<p>السادة {{companyName}}</p><a href="https://anwal.example/x">العرض</a><p>{{postalAddress}} <a href="{{unsubscribeUrl}}">إلغاء</a></p>'


class Sink:
    """Takes every mail and writes it down before it says so."""

    def __init__(self, folder):
        self.record = folder / "sink.jsonl"
        binary = os.environ.get("ANWAL_MAIL_SINK", ROOT / ".build/debug/anwal-mail-sink")
        self.process = subprocess.Popen([binary, self.record, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def mails(self):
        return [json.loads(line) for line in self.record.read_text().splitlines()] if self.record.exists() else []


@pytest.fixture(scope="module")
def outreach(browser, tmp_path_factory):
    """A server with three companies to write to, a mailbox at a sink, a segment and a template; gives address, cookies and sink."""
    folder = tmp_path_factory.mktemp("outreach")
    sink = Sink(folder)
    with Anwal(folder / "data") as server:
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        set_up(page, server, PASSWORD, "نورة العتيبي")

        def send(method, path, data):
            answer = context.request.fetch(server.address + path, method=method, data=data, headers={"Origin": server.address})
            assert answer.ok, answer.text()
            return answer.json()

        send("PATCH", "/api/settings", {"branding": {"address": "الرياض، حي العليا"}})
        for number in range(3):
            company = send("POST", "/api/companies", {"nameAr": f"شركة {number}"})["_id"]
            send("POST", "/api/contact_points", {
                "entityType": "company", "entityId": company, "contactType": "email", "contactValue": f"c{number}@firm{number}.example"})
        send("POST", "/api/mailboxes", {
            "name": "المبيعات", "email": "sales@anwal.example", "smtpHost": "127.0.0.1", "smtpPort": sink.port, "smtpSecurity": "none"})
        send("POST", "/api/segments", {"name": "كل الشركات", "targetType": "companies"})
        send("POST", "/api/templates", {"name": "عرض الخريف", "subject": "عرض لـ {{companyName}}", "htmlContent": HTML, "language": "ar"})
        yield server.address, context.cookies(), sink
        context.close()
    sink.process.kill()
    sink.process.wait()


@pytest.fixture
def signed_in(sign_in, outreach):
    return sign_in(*outreach[:2])


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_campaign_goes_from_its_form_to_its_report(signed_in, outreach, lang, size):
    address, _, sink = outreach
    before = len(sink.mails())
    page = signed_in("/campaigns/new", size)
    assert_fits(page)
    assert_named(page)
    page.fill("#name", f"حملة {lang} {size}")
    page.select_option("#segment", label="كل الشركات")
    page.select_option("#template", label="عرض الخريف")
    page.select_option("#window", "any_time")
    page.locator("form.stack button.primary").click()
    page.wait_for_url("**/campaigns/*")
    campaign = page.url.rsplit("/", 1)[1]
    page.locator(f"form[action='/campaigns/{campaign}/recipients'] button").click()
    send_now = page.locator(f"form[action='/campaigns/{campaign}/schedule']:not(:has(#at)) button")
    # The page of a draft shows the list's progress by itself; what follows from the list comes with the next look at the page.
    expect(page.locator("#live .stat-value").first).to_have_text("3")
    page.goto(f"{address}/campaigns/{campaign}")
    assert_fits(page)
    assert_named(page)
    send_now.click()
    expect(page.locator("#live .stat-value").nth(2)).to_have_text("3")
    mails = sink.mails()[before:]
    assert sorted(mail["recipients"][0] for mail in mails) == [f"c{n}@firm{n}.example" for n in range(3)]
    page.goto(f"{address}/campaigns/{campaign}")
    expect(page.locator("figure.chart canvas")).to_be_visible()
    assert_fits(page)
    page.goto(f"{address}/recipients?filter%5BcampaignId%5D={campaign}")
    expect(page.locator("main tbody tr")).to_have_count(3)
    assert_fits(page)
    page.locator("main tbody tr a").first.click()
    page.wait_for_url("**/recipients/*")
    assert_fits(page)
    assert_named(page)


def test_the_way_out_of_a_mail_is_one_button_without_signing_in(open_page, outreach, signed_in, lang):
    address, _, sink = outreach
    if not sink.mails():
        test_a_campaign_goes_from_its_form_to_its_report(signed_in, outreach, lang, "desktop")
    token = sink.mails()[0]["messageID"].strip("<>").split("@")[0]
    page = open_page(lang=lang, size="phone")
    page.goto(f"{address}/u/{token}")
    assert_fits(page)
    page.locator("button").first.click()
    expect(page.locator("h1")).to_have_text("أُلغي اشتراكك" if lang == "ar" else "You are unsubscribed")
    page.locator("form button").first.click()
    expect(page.locator("h1")).to_have_text("إلغاء الاشتراك" if lang == "ar" else "Unsubscribe")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_address_is_suppressed_and_let_go(signed_in, lang, size):
    page = signed_in("/suppressions", size)
    page.fill("#address", f"{lang}-{size}.example")
    page.locator("form[action='/suppressions'] button.primary").click()
    row = page.locator("main tbody tr", has_text=f"{lang}-{size}.example")
    expect(row).to_have_count(1)
    assert_fits(page)
    row.locator("button").click()
    expect(row).to_have_count(0)
