"""What ``./bench`` prints."""

import json

from benchmarks.results import Result, as_json, as_table, percentile


def test_one_json_object_with_targets_only_where_there_are_some() -> None:
    results = [Result("today", 120.0, "ms", 150.0), Result("memory", 190.0, "MB"), Result("list", 160.0, "ms", 150.0)]
    found = json.loads(as_json("web", results))
    assert found["bench"] == "web"
    assert {"processor", "cores", "memory_mb"} <= set(found["machine"])
    assert found["results"] == [
        {"name": "today", "value": 120.0, "unit": "ms", "target": 150.0, "met": True},
        {"name": "memory", "value": 190.0, "unit": "MB"},
        {"name": "list", "value": 160.0, "unit": "ms", "target": 150.0, "met": False},
    ]


def test_the_table_marks_what_was_missed() -> None:
    first, second = as_table([Result("today", 120.0, "ms", 150.0), Result("list", 160.0, "ms", 150.0)]).splitlines()
    assert first.startswith("✓ today")
    assert second.startswith("✗ list")
    assert "at most 150 ms" in second


def test_percentiles_are_values_that_were_seen() -> None:
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 96.0
    assert percentile([7.0], 0.95) == 7.0
