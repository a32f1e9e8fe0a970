"""Who, with whom, by when: what is read out of conclusions as they are worded in real notices."""

import datetime as dt
import re
from collections.abc import Callable

import docx
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from eoffice.organisation.models import Agency, Unit
from meetings.models import Conclusion, ConclusionTask, Meeting
from meetings.task_reading import Due, Names, passages, read
from tests.city import City
from tests.factories import MeetingFactory, UnitFactory

TODAY = dt.date(2026, 6, 20)
CITY, HOME, FINANCE, BUILDING, WARD, COMMUNE, OFFICE = range(1, 8)
NAMES = Names(
    [
        (CITY, ["UBND thành phố Hà Nội", "UBND thành phố"]),
        (HOME, ["Sở Nội vụ"]),
        (FINANCE, ["Sở Tài chính"]),
        (BUILDING, ["Sở Xây dựng"]),
        (WARD, ["UBND phường Ba Đình", "Phường Ba Đình"]),
        (COMMUNE, ["UBND xã Yên Bình"]),
        (OFFICE, ["Văn phòng UBND thành phố"]),
    ]
)


@pytest.mark.parametrize(
    ("sentence", "lead", "coordinators"),
    [
        ("Giao Ủy ban nhân dân phường Ba Đình chủ trì rà soát trụ sở.", WARD, ()),
        (
            "Giao UBND PHƯỜNG BA ĐÌNH, phối hợp với Sở Nội vụ, Sở Tài chính và UBND xã Yên Bình.",
            WARD,
            (HOME, FINANCE, COMMUNE),
        ),
        ("Sở Xây dựng chủ trì, phối hợp chặt chẽ với các sở, ngành, UBND xã Yên Bình thẩm định.", BUILDING, (COMMUNE,)),
        ("Sở Nội vụ tham mưu Ủy ban nhân dân thành phố, báo cáo Sở Tài chính.", HOME, ()),
        ("Yêu cầu Văn phòng UBND TP theo dõi, đôn đốc.", OFFICE, ()),
        ("Uỷ ban nhân dân phường Ba Đình rà soát.", WARD, ()),
        ("Sở Tài chính, Sở Xây dựng cùng rà soát.", None, ()),
        ("Giao Sở Tài chính chủ trì phần vốn, Sở Xây dựng chủ trì phần đất.", None, ()),
        ("UBND thành phố ghi nhận và đánh giá cao Sở Nội vụ.", None, ()),
        ("Thống nhất với báo cáo của Sở Nội vụ.", None, ()),
        ("Rà soát toàn bộ trụ sở dôi dư.", None, ()),
    ],
)
def test_who_leads_and_who_helps(sentence: str, lead: int | None, coordinators: tuple[int, ...]) -> None:
    reading = read(sentence, NAMES, TODAY)
    assert (reading.lead, reading.coordinators) == (lead, coordinators)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("hoàn thành trước ngày 31/12/2026", dt.date(2026, 12, 31)),
        ("báo cáo trước 15h00 ngày 30 tháng 7 năm 2026", dt.date(2026, 7, 30)),
        ("chậm nhất là ngày 05/7/2026", dt.date(2026, 7, 5)),
        ("xong trong tháng 7/2026", dt.date(2026, 7, 31)),
        ("hoàn thành trong quý III năm 2026", dt.date(2026, 9, 30)),
        ("hoàn thành trong năm 2026", dt.date(2026, 12, 31)),
    ],
)
def test_a_day_that_is_set(words: str, day: dt.date) -> None:
    due = read(f"Sở Nội vụ rà soát, {words}.", NAMES, TODAY).due
    assert due is not None
    assert (due.kind, due.day) == ("fixed", day)
    assert due.words in words


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("Báo cáo trong 05 ngày làm việc.", Due("days", "trong 05 ngày làm việc", days=5)),
        ("Định kỳ hằng quý tổng hợp, báo cáo.", Due("recurring", "Định kỳ hằng quý", every="quarter")),
        (
            "Báo cáo trước ngày 25 hằng tháng.",
            Due("recurring", "trước ngày 25 hằng tháng", every="month", day_of_period=25),
        ),
        ("Định kỳ báo cáo hàng tháng.", Due("recurring", "Định kỳ báo cáo hàng tháng", every="month")),
        ("Khẩn trương rà soát.", Due("open", "Khẩn trương")),
        ("Thực hiện Nghị quyết số 34-NQ/TU ngày 27/12/2026 của Thành ủy.", None),
        ("Cân đối ngân sách hằng năm.", None),
        ("Đã hoàn thành trước ngày 01/3/2026.", None),
        ("Hoàn thành trước ngày 31/02/2027.", None),
    ],
)
def test_other_deadlines_and_what_is_none(sentence: str, due: Due | None) -> None:
    assert read(sentence, NAMES, TODAY).due == due


def test_a_name_that_two_bear_is_nobodys() -> None:
    twice = Names([(1, ["Phòng Tổng hợp"]), (2, ["Phòng Tổng hợp"]), (3, ["Sở Nội vụ"])])
    assert [found.unit for found in twice.find("Giao Phòng Tổng hợp và Sở Nội vụ")] == [3]
    assert read("Giao Sở Nội vụ rà soát.", Names([]), TODAY).lead is None


def test_paragraphs_under_a_heading_are_that_agencys() -> None:
    text = """
    I. ĐÁNH GIÁ CHUNG
    UBND thành phố ghi nhận nỗ lực của Sở Nội vụ.
    II. NHIỆM VỤ
    1. Sở Tài chính
    - Chủ trì, phối hợp với Sở Nội vụ cân đối vốn; xong trước ngày 31/12/2026.
    - Khẩn trương báo cáo.
    2. Công ty Điện lực
    Cấp điện.
    Trên đây là kết luận của Chủ tịch.
    """
    found = passages(text, NAMES, TODAY)
    assert [(one.text[:9], one.heading, one.reading.lead, one.is_task) for one in found] == [
        ("UBND thàn", "", None, False),
        ("Chủ trì, ", "Sở Tài chính", FINANCE, True),
        ("Khẩn trươ", "Sở Tài chính", FINANCE, True),
        ("Cấp điện.", "Công ty Điện lực", None, True),
        ("Trên đây ", "", None, False),
    ]
    assert found[1].reading.coordinators == (HOME,)


# --- through the door ---------------------------------------------------------------------------------------


@pytest.fixture
def meeting(city: City) -> Meeting:
    return MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )


@pytest.mark.django_db
def test_the_fields_of_a_conclusion_are_filled_in_from_its_words(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    day = f"31/12/{timezone.localdate().year + 1}"
    text = f"Giao {city.commune.name} chủ trì, phối hợp với {city.department.name} rà soát trước ngày {day}."
    sent = {"text": text, "auto_id": "new_%s", "due": "fixed"}
    answer = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/suggest/", sent)
    page = answer.content.decode()
    assert f'name="lead_unit" value="{city.commune.pk}"' in page
    assert f'name="coordinators" value="{city.department.pk}"' in page
    assert f'value="{day}"' in page
    assert text in page
    chosen = sent | {"lead_unit": city.department.pk, "due": "days", "due_days": "7", "auto_id": "%d%s<"}
    page = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/suggest/", chosen).content.decode()
    assert f'name="lead_unit" value="{city.department.pk}"' in page, "what was chosen stays"
    assert day not in page.replace(text, "").replace(f"ngày {day}", "")


REAL = settings.BASE_DIR.parent / "shared" / "data" / "papers" / "thong-bao-ket-luan.docx"


@pytest.mark.django_db
@pytest.mark.skipif(not REAL.exists(), reason="the real papers are not here")
def test_the_real_notice_gives_the_tasks_that_it_holds(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    units = {name: _agency(city, name) for name in ("Sở Công Thương", "Sở Tài chính", "Sở Xây dựng", "Sở Nội vụ")}
    units |= {name: _agency(city, name) for name in ("Sở Nông nghiệp và Môi trường", "Ban Quản lý Khu kinh tế tỉnh")}
    units |= {name: _agency(city, f"UBND {name}") for name in ("phường Văn Phú", "xã Yên Bình")}
    office = _agency(city, "Văn phòng UBND tỉnh")
    secretary, address = client_as("secretary"), f"/meetings/{meeting.pk}/conclusions/read/"
    text = "\n".join(one.text for one in docx.Document(str(REAL)).paragraphs).replace(
        "/2026", f"/{timezone.localdate().year + 1}"
    )
    page = secretary.post(address, {"text": text}).content.decode()
    assert secretary.post(address, _as_shown(page)).status_code == 302
    told = {
        task.conclusion.text[:40]: task for task in ConclusionTask.objects.select_related("conclusion", "lead_unit")
    }
    leads = [task.lead_unit.name for task in told.values()]
    assert {name: leads.count(name) for name in dict.fromkeys(leads)} == {
        "Sở Công Thương": 5,
        "Sở Tài chính": 2,
        "Sở Xây dựng": 1,
        "Sở Nông nghiệp và Môi trường": 2,
        "Sở Nội vụ": 1,
        office.name: 1,
    }
    assert Conclusion.objects.filter(meeting=meeting).count() == len(told) + 3, "three name bodies without a desk here"
    tea = told["Khẩn trương chủ trì, phối hợp với Ủy ban "[:40]]
    assert set(tea.coordinators.all()) == {units["phường Văn Phú"], units["xã Yên Bình"]}
    dated = [task for task in told.values() if task.due_on]
    assert [(task.lead_unit.name, task.due_on) for task in dated] == [
        ("Sở Công Thương", dt.date(timezone.localdate().year + 1, 12, 31))
    ]
    recurs = [task for task in told.values() if task.recurrence]
    assert [(task.lead_unit.name, task.recur_every) for task in recurs] == [("Sở Công Thương", "quarter")]
    soon = [task for task in told.values() if task.conclusion.text.startswith("Khẩn trương")]
    assert {task.due_kind for task in soon} == {"open"}
    assert len(soon) > 1


def _agency(city: City, name: str) -> Unit:
    found = Unit.objects.filter(name=name).first()
    unit = found or UnitFactory(parent=city.committee, name=name)
    Agency.objects.get_or_create(unit=unit)
    return unit


def _as_shown(page: str) -> dict[str, object]:
    """The form as a browser sends it: what names a lead is a task, what names none in the directory a plain conclusion."""
    shown: dict[str, object] = {"rows": re.findall(r'name="rows" value="(\w+)"', page)}
    for section in page.split('<section class="card conclusion-row"')[1:]:
        prefix = re.search(r'name="rows" value="(\w+)"', section)[1]  # type: ignore[index]
        for name in ("key", "text", "lead_unit", "due_on", "due_days"):
            shown |= _value(section, f"{prefix}-{name}")
        shown[f"{prefix}-coordinators"] = re.findall(rf'name="{prefix}-coordinators" value="(\d+)"', section)
        for box in (f"{prefix}-wanted", f"{prefix}-is_task"):
            if re.search(rf'name="{box}"[^>]* checked', section):
                shown[box] = "on"
        shown |= _due(section, prefix, dated=f"{prefix}-due_on" in shown)
        if f"{prefix}-lead_unit" not in shown:
            shown.pop(f"{prefix}-is_task", None)
    return shown


def _due(section: str, prefix: str, *, dated: bool) -> dict[str, object]:
    """By when, as it was read; of what recurs the person sets the day, of what names no day they choose none."""
    due = re.search(rf'name="{prefix}-due" value="(\w+)"[^>]* checked', section)
    if due is None or due[1] != "recurring":
        return {f"{prefix}-due": "fixed" if dated else "open"}
    every = re.search(rf'name="{prefix}-recur_every".*?<option value="(\w+)" selected', section, re.DOTALL)
    chosen = {"due": "recurring", "recur_every": every[1] if every else "", "recur_day": 25, "recur_month": 3}
    return {f"{prefix}-{name}": value for name, value in chosen.items()}


def _value(section: str, name: str) -> dict[str, str]:
    area = re.search(rf'<textarea name="{name}"[^>]*>\s*(.*?)</textarea>', section, re.DOTALL)
    given = area or re.search(rf'name="{name}" value="([^"]+)"', section)
    return {name: given[1]} if given else {}
