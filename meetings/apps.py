from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        """Whoever attends a meeting is busy meanwhile; those of an agency's leaders stand in its week."""
        from eoffice.calendar import sources
        from eoffice.calendar.weeks import appearances as weeks
        from meetings import appearances, engagements

        sources.register("meeting", engagements.engagements)
        weeks.register("meeting", appearances.appearances)
