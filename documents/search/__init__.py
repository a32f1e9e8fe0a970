"""Finding papers by what they say. ``finding`` asks; ``index`` is kept by who stores pages and titles (ADR 0054)."""
