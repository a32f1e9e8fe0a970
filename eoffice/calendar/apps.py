from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "eoffice.calendar"
    label = "calendar"

    def ready(self) -> None:
        """Whoever has a part in an entry is busy meanwhile."""
        from eoffice.calendar import conflicts, engaged, open_hours, queries, sources

        sources.register("entry", queries.engagements, queries.known)
        conflicts.register("people", engaged.check)
        conflicts.register("hours", open_hours.check)
