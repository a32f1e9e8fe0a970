"""A site tests its line: the real checks in a real browser with fake devices, against the real node and the real socket."""

import re

from playwright.sync_api import Page, expect

from tests.browser.people import Doorman
from tests.browser.pictures import SMALL_CAMERA
from tests.browser.site import Site
from tests.browser.sitting import SECRETARY, WARD, new_sitting

PATIENCE_MS = 60_000


def finding(page: Page, check: str, outcome: str) -> None:
    expect(page.locator(f"eo-line-test [data-check={check}]")).to_have_attribute(
        "data-outcome", outcome, timeout=PATIENCE_MS
    )


def test_a_ward_runs_all_checks_and_the_secretary_sees_it_ready(people: Doorman, site: Site) -> None:
    sitting = new_sitting(site, opened=False, title="Tổng duyệt")
    ward = people.page_of(WARD)
    ward.add_init_script(SMALL_CAMERA)
    ward.goto(f"/meetings/sites/{sitting.sites[WARD]}/line-test/")
    ward.get_by_role("button", name="Kiểm tra ngay").click()
    # the fake microphone hears no loudspeaker, so a person is asked
    ward.get_by_role("button", name="Có nghe thấy", exact=True).click(timeout=PATIENCE_MS)
    for check in ("browser", "camera", "microphone", "speaker", "socket", "udp"):
        finding(ward, check, "ok")
    for check in ("tcp", "relay"):  # this site's node has no TCP port, and no relay is configured
        finding(ward, check, "skipped")
    finding(ward, "reconnect", "ok")
    expect(ward.locator("[data-check=uplink]")).to_have_attribute("data-outcome", re.compile("ok|weak"))
    expect(ward.locator("[data-check=downlink]")).to_contain_text(re.compile(r"\d+×\d+"))  # the picture came back
    expect(ward.locator("eo-line-test")).to_contain_text("Đã gửi kết quả cho ban tổ chức", timeout=PATIENCE_MS)
    secretary = people.page_of(SECRETARY)
    secretary.goto(f"/meetings/{sitting.meeting}/rehearsal/")
    row = secretary.locator(f"[data-site='{sitting.sites[WARD]}']")
    expect(row.locator("[data-lamp=ready]")).to_be_visible()
