"""What the operator's tools ask."""

EXPECTED: dict[str, dict[str, int]] = {
    "healthz": {"*": 200},
    "readyz": {"*": 200},
}
