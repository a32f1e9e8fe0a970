from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        """Whoever attends a meeting is busy meanwhile."""
        from eoffice.calendar import sources
        from meetings import engagements

        sources.register("meeting", engagements.engagements)
