from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "eoffice.calendar"
    label = "calendar"

    def ready(self) -> None:
        """Whoever has a part in an entry is busy meanwhile."""
        from eoffice.calendar import queries, sources

        sources.register("entry", queries.engagements)
