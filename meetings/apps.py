from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        """Whoever attends a meeting is busy meanwhile; those of an agency's leaders stand in its week."""
        from eoffice.calendar import conflicts, sources
        from eoffice.calendar.weeks import appearances as weeks
        from meetings import appearances, clashes, engagements

        sources.register(engagements.SOURCE, engagements.engagements, engagements.known)
        weeks.register("meeting", appearances.appearances)
        conflicts.register("wide-meetings", clashes.wide_meetings)
        conflicts.register("sites", clashes.busy_sites)
