from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        """Whoever attends a meeting is busy meanwhile; those of an agency's leaders stand in its week, and its lines become meetings."""
        from eoffice.calendar import conflicts, sources
        from eoffice.calendar.weeks import appearances as weeks
        from eoffice.calendar.weeks import products
        from eoffice.worktime import effects
        from meetings import appearances, clashes, engagements, series_days_off, week_product

        sources.register(engagements.SOURCE, engagements.engagements, engagements.known)
        weeks.register("meeting", appearances.appearances)
        products.register("meeting", week_product.PRODUCT)
        conflicts.register("wide-meetings", clashes.wide_meetings)
        conflicts.register("sites", clashes.busy_sites)
        effects.register("series", _("Cuộc họp định kỳ có ngày khác theo lịch hiện nay"), series_days_off.effects)
