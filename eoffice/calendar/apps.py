from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "eoffice.calendar"
    label = "calendar"

    def ready(self) -> None:
        """Whoever has a part in an entry is busy meanwhile; what waits for owners of rooms is said in the morning."""
        from eoffice.calendar import booking_notices, conflicts, engaged, open_hours, queries, sources
        from eoffice.notifications import digests

        sources.register("entry", queries.engagements, queries.known)
        conflicts.register("people", engaged.check)
        conflicts.register("hours", open_hours.check)
        digests.register("bookings", booking_notices.waiting)
