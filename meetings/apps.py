from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        """Whoever attends a meeting is busy meanwhile; those of an agency's leaders stand in its week, and its lines become meetings."""
        from eoffice.calendar import conflicts, sources
        from eoffice.calendar.weeks import appearances as weeks
        from eoffice.calendar.weeks import products
        from meetings import appearances, clashes, engagements, week_product

        sources.register(engagements.SOURCE, engagements.engagements, engagements.known)
        weeks.register("meeting", appearances.appearances)
        products.register("meeting", week_product.PRODUCT)
        conflicts.register("wide-meetings", clashes.wide_meetings)
        conflicts.register("sites", clashes.busy_sites)
