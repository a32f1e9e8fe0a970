from eoffice.calendar.models.entry import Entry, Participation
from eoffice.calendar.models.resource import Blocking, Booking, BookingSeries, Resource

__all__ = ["Blocking", "Booking", "BookingSeries", "Entry", "Participation", "Resource"]
