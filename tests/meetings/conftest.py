"""Fixtures of the tests that sit in a room."""

from collections.abc import AsyncIterator, Callable

import pytest

from meetings.signalling.registry import registry
from tests.city import City
from tests.meetings.room import Browser, Sitting, build_sitting
from tests.meetings.tabs import Tab


@pytest.fixture
def sitting(city: City) -> Sitting:
    """A meeting in session with a site of each kind; see ``tests.meetings.room``."""
    return build_sitting(city)


@pytest.fixture
def visitor(city: City, sitting: Sitting) -> Callable[[str], Browser]:
    """``visitor("chair")``: a tab of that role at the door of the room; ``"anonymous"`` is nobody's."""
    return lambda role: Browser(sitting.path, None if role == "anonymous" else city.person(role))


@pytest.fixture
async def rooms_close() -> AsyncIterator[None]:
    """The rooms of this process end with the test, and so with its event loop."""
    yield
    await registry.stop()


@pytest.fixture
async def tab(city: City, sitting: Sitting) -> AsyncIterator[Callable[..., Tab]]:
    """``tab("chair", "anh")``: a tab of that role, with media, which will send that grey; they go with the test."""
    made: list[Tab] = []

    def make(role: str, grey: str = "") -> Tab:
        made.append(Tab(sitting.path, city.person(role), grey))
        return made[-1]

    yield make
    for one in made:
        await one.go()
    await registry.stop()
