"""Roles on the meeting's pages and in the open room; what a unit says of its site; observers; one microphone per agency."""

from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from eoffice.audit.models import Entry
from eoffice.organisation.models import Unit
from meetings import casting, invitations, roles, scheduling
from meetings.models import Attendee, Connection, InvitationLine, LiveState, Meeting, MeetingSite, Role
from tests.city import City
from tests.factories import AttendeeFactory, MeetingFactory, UnitGroupFactory
from tests.meetings.room import Browser, Sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
AsRole = Callable[[str], Client]


@pytest.fixture
def draft(city: City) -> Meeting:
    meeting: Meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"])
    scheduling.seat_leaders(meeting)
    return meeting


@pytest.fixture
def issued(city: City, draft: Meeting) -> Meeting:
    invitations.add_line(city["secretary"], draft, city.commune)
    return invitations.issue(city["secretary"], draft)


@pytest.fixture
def client_of(city: City) -> AsRole:
    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(city.person(role))
        return client

    return signed_in


def site_of(meeting: Meeting, unit: object) -> MeetingSite:
    return MeetingSite.objects.select_related("meeting", "unit").get(meeting=meeting, unit=unit)


# --- before the meeting ------------------------------------------------------------------------------------


def test_a_line_gives_its_role_to_the_sites_and_people_it_makes(city: City, draft: Meeting) -> None:
    group = UnitGroupFactory(below=city.committee, kind=Unit.Kind.COMMUNE)
    by = city["secretary"]
    invitations.add_lines(by, draft, [group], role=Role.MEMBER)
    invitations.add_lines(by, draft, [city.other_commune], role=Role.OBSERVER)  # a line of its own goes first
    invitations.add_lines(by, draft, [city["department_head"]], role=Role.RAPPORTEUR)
    invitations.issue(by, draft)
    given = {site.unit: site.role for site in draft.sites.filter(kind="branch").select_related("unit")}
    assert given == {city.commune: "member", city.other_commune: "observer"}
    assert draft.attendees.get(person=city.person("department_head")).role == "rapporteur"
    named = invitations.nominate(city["invited_head"], site_of(draft, city.commune), city["invited_officer"])
    assert draft.attendees.get(person=named.appointment.person).role == "member"


def test_changing_the_role_of_a_line_changes_what_it_made(client_of: AsRole, city: City, issued: Meeting) -> None:
    invitations.nominate(city["invited_head"], site_of(issued, city.commune), city["invited_officer"])
    line = InvitationLine.objects.get(meeting=issued)
    answer = client_of("secretary").post(f"/meetings/invitations/{line.pk}/role/", {"role": "observer"})
    assert answer.status_code == 302
    assert site_of(issued, city.commune).role == "observer"
    assert issued.attendees.get(person=city.person("invited_officer")).role == "observer"


def test_the_secretary_changes_one_person_and_one_site(client_of: AsRole, city: City, issued: Meeting) -> None:
    site = site_of(issued, city.commune)
    invitations.nominate(city["invited_head"], site, city["invited_officer"])
    listed = issued.attendees.get(person=city.person("invited_officer"))
    client = client_of("secretary")
    client.post(f"/meetings/attendees/{listed.pk}/role/", {"role": "secretary"})
    listed.refresh_from_db()
    assert listed.role == "secretary"
    client.post(f"/meetings/sites/{site.pk}/role/", {"role": "member"})
    assert site_of(issued, city.commune).role == "member"
    assert "Thành viên" in client.get(f"/meetings/{issued.pk}/sites/").text


@pytest.mark.parametrize("role", ["", "chair", "king", "member' OR 1=1"])
def test_a_role_that_is_none_changes_nothing(client_of: AsRole, city: City, issued: Meeting, role: str) -> None:
    site = site_of(issued, city.commune)
    assert client_of("secretary").post(f"/meetings/sites/{site.pk}/role/", {"role": role}).status_code == 400
    assert site_of(issued, city.commune).role == "invited"


def test_another_secretary_stays_when_the_leaders_change(city: City, issued: Meeting) -> None:
    invitations.nominate(city["invited_head"], site_of(issued, city.commune), city["invited_officer"])
    casting.set_role(city["chair"], issued, person_id=city.person("invited_officer").pk, role=Role.SECRETARY)
    plan = scheduling.replace(scheduling.plan_of(issued), secretary=city["organiser_clerk"])
    scheduling.edit_meeting(city["chair"], issued, plan, version=issued.version)
    secretaries = set(issued.attendees.filter(role="secretary").values_list("person", flat=True))
    assert secretaries == {city.person("organiser_clerk").pk, city.person("invited_officer").pk}


def test_the_form_sets_when_the_room_opens_and_what_becomes_of_latecomers(
    client_of: AsRole, city: City, issued: Meeting
) -> None:
    client = client_of("secretary")
    page = client.get(f"/meetings/{issued.pk}/edit/")
    data = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    data |= {name: f"{data[name]:%d/%m/%Y}" for name in ("day", "end_day") if name in data}
    data |= {"start": f"{data['start']:%H:%M}", "end": f"{data['end']:%H:%M}"}
    data |= {"lobby_minutes": "45", "late_entry": "ask", "organiser": city.office.pk, "place": "Phòng 1"}
    issued.refresh_from_db()
    answer = client.post(f"/meetings/{issued.pk}/edit/", data)
    assert answer.status_code == 302, answer.context["form"].errors
    issued.refresh_from_db()
    assert (issued.lobby_minutes, issued.late_entry) == (45, "ask")
    refused = client.post(f"/meetings/{issued.pk}/edit/", {**data, "lobby_minutes": "9999"})
    assert refused.status_code == 422


# --- what a unit says of its site ----------------------------------------------------------------------------


def test_a_unit_says_where_it_sits_who_leads_there_and_whom_to_call(
    client_of: AsRole, city: City, issued: Meeting
) -> None:
    site = site_of(issued, city.commune)
    client = client_of("invited_clerk")
    said = {
        "room": "Phòng họp tầng 2",
        "phone": "024 3733 1234",
        "chair": city["invited_head"].pk,
        "technician": city["invited_officer"].pk,
        "version": site.version,
    }
    assert client.get(f"/meetings/sites/{site.pk}/edit/").status_code == 200
    assert client.post(f"/meetings/sites/{site.pk}/edit/", said).status_code == 302
    site = site_of(issued, city.commune)
    assert (site.room, site.phone, site.chair, site.technician) == (
        "Phòng họp tầng 2",
        "024 3733 1234",
        city["invited_head"],
        city["invited_officer"],
    )
    listed = dict(site.attendees.values_list("person", "role"))
    assert listed == {city.person("invited_head").pk: "invited", city.person("invited_officer").pk: "technician"}
    assert "Phòng họp tầng 2" in client.get(f"/meetings/{issued.pk}/").text


def test_of_two_who_edit_a_site_the_second_is_told(client_of: AsRole, city: City, issued: Meeting) -> None:
    site = site_of(issued, city.commune)
    client = client_of("invited_head")
    for room, status in (("Phòng A", 302), ("Phòng A", 302), ("Phòng B", 409)):
        answer = client.post(f"/meetings/sites/{site.pk}/edit/", {"room": room, "version": site.version})
        assert answer.status_code == status
    assert "Phòng B" in answer.text
    assert site_of(issued, city.commune).room == "Phòng A"


@pytest.mark.parametrize(
    "bad", [{"room": "x" * 121}, {"phone": "0" * 31}, {"chair": "999999"}, {"technician": "ai đó"}]
)
def test_a_bad_description_is_shown_again(client_of: AsRole, city: City, issued: Meeting, bad: dict[str, str]) -> None:
    site = site_of(issued, city.commune)
    answer = client_of("invited_head").post(f"/meetings/sites/{site.pk}/edit/", {**bad, "version": site.version})
    assert answer.status_code == 422


# --- in the open room ------------------------------------------------------------------------------------------


async def test_a_role_changed_in_the_meeting_counts_at_once(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    await LiveState.objects.aupdate_or_create(meeting=sitting.meeting, defaults={"free_discussion": True})
    person = city.person("invited_head").pk
    async with visitor("secretary") as secretary, visitor("invited_head") as head:
        await secretary.enter()
        assert (await head.enter())["rights"]["role"] == "invited"
        assert (await head.ask("mute", source="microphone", muted=False))["type"] == "done"
        assert (await secretary.ask("role.set", person=person, role="observer"))["type"] == "done"
        assert not (await head.hear("media.taken"))["mine"]
        while (told := (await head.hear("rights.changed"))["rights"])["role"] != "observer":
            assert not told["speak"]
        assert (told["role"], told["uplink"], told["speak"], told["chat"]) == ("observer", False, False, False)
        assert (await head.ask("media.take"))["code"] == "no-uplink"
        assert (await head.ask("offer", connection="send", sdp="v=0", kinds=[]))["code"] == "no-uplink"
        assert await sync_to_async(Connection.objects.filter(microphone_on=True).count)() == 0
        await secretary.ask("role.set", person=person, role="co_chair")
        assert (await head.hear("rights.changed"))["rights"]["role"] == "co_chair"
        assert (await head.ask("media.take"))["type"] == "done"


async def test_an_observer_carries_nothing_and_hears_everything(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    await sync_to_async(AttendeeFactory)(site=sitting.commune, appointment=city["invited_officer"], role=Role.OBSERVER)
    async with visitor("chair") as chair, visitor("invited_officer") as observer:
        await chair.enter()
        state = await observer.enter()
        assert (state["carries_media"], state["rights"]["uplink"]) == (False, False)
        await chair.ask("floor.grant", site=sitting.commune.pk)
        assert (await observer.ask("mute", source="microphone", muted=False))["type"] == "refused"
        assert (await observer.ask("offer", connection="receive", sdp="v=0", kinds=[]))["code"] == "no-media-node"


async def test_the_chair_is_handed_over_and_taken_back_and_both_are_recorded(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    await sync_to_async(AttendeeFactory)(site=sitting.commune, appointment=city["invited_head"], role=Role.CO_CHAIR)
    deputy = city.person("invited_head").pk
    async with visitor("chair") as chair, visitor("invited_head") as co_chair:
        await chair.enter()
        await co_chair.enter()
        assert (await chair.ask("chair.hand", person=deputy))["type"] == "done"
        assert (await co_chair.hear("chair.changed"))["presiding"] == {"person": deputy, "name": "Hoàng Ba Đình"}
        gained, lost = await co_chair.hear("rights.changed"), await chair.hear("rights.changed")
        assert (gained["rights"]["presides"], gained["rights"]["chair"]) == (True, True)
        assert (lost["rights"]["presides"], lost["rights"]["chair"], lost["rights"]["admit"]) == (False, False, True)
        assert (await chair.ask("floor.grant", site=sitting.department.pk))["code"] == "not-chair"
        assert (await co_chair.ask("discussion.set", free=False))["type"] == "done"
        assert (await chair.ask("chair.take"))["type"] == "done"
        assert (await co_chair.ask("discussion.set", free=True))["code"] == "not-chair"
    handed = (
        Entry.objects.filter(action="meeting.chair_handed").order_by("pk").values_list("actor__full_name", "detail")
    )
    assert [(by, detail["person"]) async for by, detail in handed] == [
        ("Trần Văn Chủ", "Hoàng Ba Đình"),
        ("Trần Văn Chủ", "Trần Văn Chủ"),
    ]


async def test_the_named_leaders_keep_their_roles(visitor: Callable[[str], Browser], city: City) -> None:
    async with visitor("secretary") as secretary:
        await secretary.enter()
        for role in ("chair", "secretary"):
            refused = await secretary.ask("role.set", person=city.person(role).pk, role="observer")
            assert refused["code"] == "leader-named"
        assert (await secretary.ask("role.set", person=999_999, role="member"))["code"] == "no-such-attendee"
        assert (await secretary.ask("role.set", person=city.person("invited_head").pk, role="chair"))[
            "code"
        ] == "no-such-role"


async def test_an_agency_has_one_open_microphone(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    def desk() -> None:
        person = city["invited_officer"]
        own = MeetingSite.objects.create(
            meeting=sitting.meeting, kind="individual", unit=city.commune, person=person.person, name="Cá nhân"
        )
        Attendee.objects.create(
            meeting=sitting.meeting, person=person.person, appointment=person, site=own, role="member"
        )
        LiveState.objects.update_or_create(meeting=sitting.meeting, defaults={"free_discussion": True})

    await sync_to_async(desk)()
    async with visitor("invited_head") as screen, visitor("invited_officer") as own:
        await screen.enter()
        await own.enter()
        assert (await own.ask("mute", source="microphone", muted=False))["type"] == "done"
        assert (await screen.ask("mute", source="microphone", muted=False))["type"] == "done"
        assert (await own.hear("microphone.closed"))["by"] == "Phường Ba Đình"
        open_now = Connection.objects.filter(microphone_on=True).values_list("site", flat=True)
        assert [site async for site in open_now] == [sitting.commune.pk]


def test_no_role_but_those_given_one_by_one_can_be_assigned() -> None:
    assert set(roles.ASSIGNABLE) == set(Role.values) - {Role.CHAIR}
