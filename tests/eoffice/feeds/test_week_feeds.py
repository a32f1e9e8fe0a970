"""Published weeks in calendar programs: for whoever reads them there, and with their public text for everybody."""

import datetime as dt
import re

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eoffice.calendar.models import WeekSettings
from meetings.models import Meeting
from tests.eoffice.calendar.test_week_meetings import Desk
from tests.eoffice.calendar.test_week_published import LAND, MARKET, OFFICE
from tests.eoffice.feeds.parsers import Read, read
from tests.factories import AgendaItemFactory, AppointmentFactory


def _subscribe(client: Client, subject: str) -> str:
    page = client.get(reverse("feeds"), {"subject": subject}).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    answer = client.post(reverse("feeds"), {"subject": subject, "key": key[1]}, follow=True)
    assert answer.status_code == 200
    return str(re.findall(r'value="http://localhost:8000(/lich/[^"]+[.]ics)"', answer.text)[0])


def _read(address: str) -> Read:
    answer = Client().get(address)
    assert answer.status_code == 200
    return read(answer.content)


def _told(found: Read) -> dict[str, tuple[str, int]]:
    events = [found.agree(uid) for uid in found.by_ical]
    return {str(one["summary"]): (str(one["status"]), int(str(one["sequence"]))) for one in events}


def test_a_week_is_subscribed_to_and_what_is_put_off_stays_thirty_days_from_then(city, client_as):
    week = Desk(city, client_as)
    agency = city.committee
    everybody = f"/lich/{agency.pk}/lich-tuan.ics"
    of_chair = f"/lich/{agency.pk}/{city['chair'].pk}/lich-tuan.ics"
    of_deputy = f"/lich/{agency.pk}/{week.deputy.pk}/lich-tuan.ics"
    own, leader = (
        _subscribe(client_as("invited_officer"), f"week-{agency.pk}{one}") for one in ("", f"-{week.deputy.pk}")
    )
    assert not _read(own).by_ical, "nothing was published"
    week.publish()
    firm = ("CONFIRMED", 0)
    assert _told(_read(own)) == {LAND: firm, OFFICE: firm, "Bận": firm}, "an officer of a ward, who attends none of it"
    assert not _told(_read(leader)), "all of it is the chair's"
    assert _told(_read(everybody)) == _told(_read(of_chair)) == {"Họp về dự án": firm}
    assert not _told(_read(of_deputy))
    first = Client().get(everybody)
    assert not any(secret in first.text for secret in (LAND, OFFICE, MARKET, "29A-012.34", "Bận"))
    assert Client().get(everybody, headers={"If-None-Match": first["ETag"]}).status_code == 304
    officer = f"/lich/{agency.pk}/{AppointmentFactory(unit=agency).pk}/lich-tuan.ics"
    assert Client().get(officer).status_code == 404, "who is no leader of the agency is nobody's business"
    assert everybody in Client().get(f"/lich/{agency.pk}/").text

    desk, land = week.client_as("secretary"), week.line(LAND)
    desk.post(f"/schedule/weeks/lines/{land.pk}/do/postpone/", {"version": land.version, "reason": "Bão số 9"})
    week.move_line("secretary", week.line(OFFICE), week.deputy, f"{week.day(3)}-pm", reason="Chủ tịch họp Chính phủ")
    assert _told(_read(own))[LAND] == firm, "not before it is published anew"
    week.publish()
    gone = ("CANCELLED", 1)
    told = _read(own)
    assert _told(told) == {LAND: gone, OFFICE: ("CONFIRMED", 1), "Bận": firm}
    assert "Bão số 9" in next(one.description.value for one in told.by_vobject.values() if one.summary.value == LAND)
    assert list(_told(_read(leader))) == [OFFICE]
    assert _told(_read(everybody)) == {"Họp về dự án": gone}
    week.meet(OFFICE)
    AgendaItemFactory(meeting=Meeting.objects.get(), confidential=True)
    assert OFFICE not in _told(_read(own)) | _told(_read(leader)), "a closed item: Bận, outside the building"
    with time_machine.travel(timezone.now() + dt.timedelta(days=29)):
        assert LAND in _told(_read(own))
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        assert LAND not in _told(_read(own))
        assert not _told(_read(everybody))

    WeekSettings.objects.create(unit=agency, public=False)
    assert Client().get(everybody).status_code == 404
    ward = client_as("outsider").post(reverse("feeds"), {"subject": f"week-{city.commune.pk}", "key": "0" * 32})
    assert ward.status_code == 422, "another ward's own week is not theirs"
