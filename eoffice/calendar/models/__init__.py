from eoffice.calendar.models.entry import Entry, Participation

__all__ = ["Entry", "Participation"]
