"""Today and the week are everybody's own; the page of the design system is open where it is switched on."""

EXPECTED: dict[str, dict[str, int]] = {
    "today": {"*": 200, "anonymous": 302},
    "schedule": {"*": 200, "anonymous": 302},
    "leaders-desk": {"*": 200, "anonymous": 302},
    "design": {"*": 200},
    "design-people": {"*": 200},
}
