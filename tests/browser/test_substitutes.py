"""The head of a ward cannot come and sends the deputy in one act, by real browsers; then comes after all."""

from playwright.sync_api import expect

from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, WARD, new_sitting

DEPUTY = f"pho.{WARD}"


def test_a_substitute_is_sent_in_one_act_and_taken_back_in_one(site: Site, people: Doorman) -> None:
    sitting = new_sitting(site, members=[WARD], title="Họp thường kỳ có người dự thay")
    address = f"/meetings/{sitting.meeting}/"
    head, deputy, chair = (people.page_of(who) for who in (WARD, DEPUTY, CHAIR))
    head.goto(address)
    head.get_by_role("link", name="Cử người dự thay").click()
    expect(head.get_by_text("loại phiên họp này không cho người dự thay biểu quyết")).to_be_visible()
    choice = head.locator("#id_appointment")
    choice.select_option(index=1)
    expect(choice.locator("option:checked")).to_contain_text("Phó Chủ tịch")
    head.get_by_label("Lý do vắng").fill("Dự họp Hội đồng nhân dân")
    head.get_by_role("button", name="Cử dự thay").dblclick()
    expect(head.get_by_text("Đã báo cho:")).to_be_visible()
    expect(head.get_by_text("Quý vị vắng,")).to_be_visible()
    expect(head.get_by_role("link", name="Vào họp")).to_have_count(0)

    deputy.goto("/meetings/?tab=live&q=có người dự thay")
    expect(deputy.get_by_text("Dự thay cho").first).to_be_visible()
    deputy.goto(address)
    expect(deputy.get_by_text("Quý vị dự thay cho")).to_be_visible()
    deputy.goto(sitting.path)
    deputy.get_by_role("button", name="Vào phòng họp").click()
    expect(deputy.locator(".room")).to_be_visible()

    chair.goto(address)
    expect(chair.get_by_text("dự thay cho").first).to_be_visible()
    head.get_by_role("button", name="Thôi cử").click()
    head.get_by_role("button", name="Thôi cử").last.click()
    expect(head.get_by_text("lại dự họp, quyền của người dự thay đã hết")).to_be_visible()
    expect(deputy.get_by_text("Quý vị thôi dự thay cho")).to_be_visible()
    head.goto(sitting.path)
    head.get_by_role("button", name="Vào phòng họp").click()
    expect(head.locator(".room")).to_be_visible()
