"""A meeting of three levels: the city as it was in 2020, its departments and districts, the communes of one district.

``build`` runs inside Django on the data of the site under test (``Site.python``).
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from tests.browser.site import Site

SITES = 66
QUESTION = "Thông qua phương án tiêu thoát nước mùa mưa?"


@dataclass(frozen=True)
class Plenary:
    """Numbers of the meeting, and of each site its number, name and the session cookie of who sits there."""

    meeting: int
    sites: list[int]
    names: list[str]
    people: list[str]
    cookies: list[str]
    department: int
    """Place of a department in these lists; the city is at 0."""
    communes: list[int]
    """Places of the communes."""

    @property
    def path(self) -> str:
        """Address of its room."""
        return f"/meetings/{self.meeting}/room/"


def new_plenary(site: Site, sites: int = SITES) -> Plenary:
    """Make it; it sits, and a question for a secret vote is prepared."""
    output = site.python(f"from tests.browser.plenary import build; print(build({sites}))")
    return Plenary(**json.loads(output.strip().splitlines()[-1]))


def build(number: int) -> str:
    """Its numbers as JSON."""
    from benchmarks.room import plenary
    from eoffice.organisation.models import Unit
    from meetings import agenda, voting
    from tests.browser.sitting import table_a_paper

    plenary.load_agencies()
    units = plenary.agencies(number)
    heads = plenary.appoint(units)
    meeting = plenary.new_meeting(heads)
    sites = plenary.make_sites(meeting, units)
    plenary.attend(meeting, sites, heads)
    secretary = heads[-1]
    item = agenda.add_item(secretary, meeting, agenda.Point(title="Phương án tiêu thoát nước"))
    table_a_paper(secretary, item)
    voting.prepare(secretary, meeting, voting.Question(QUESTION, kind="secret"), key=uuid.uuid4())
    kinds = [unit.kind for unit in units]
    made: dict[str, Any] = {
        "meeting": meeting.pk,
        "sites": [site.pk for site in sites],
        "names": [site.name for site in sites],
        "people": [head.person.full_name for head in heads],
        "cookies": [plenary.cookie_of(head.person) for head in heads],
        "department": kinds.index(Unit.Kind.DEPARTMENT) if Unit.Kind.DEPARTMENT in kinds else 0,
        "communes": [place for place, unit in enumerate(units) if unit.kind == Unit.Kind.COMMUNE],
    }
    return json.dumps(made)
