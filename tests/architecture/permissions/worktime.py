"""What a recurrence rule gives is the same for everybody."""

EXPECTED: dict[str, dict[str, int]] = {
    "recurrence-preview": {"*": 200, "anonymous": 302},
}
