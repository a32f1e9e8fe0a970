"""The working date of a moment, as the database knows it: what the counting of tasks compares with due days."""

from typing import Any

from django.db.models import DateField, Func
from django.utils.deconstruct import deconstructible


@deconstructible
class WorkingDate(Func):
    """``deadlines.working_date`` of a column: Viet Nam's day (UTC+7, no summer time), the next one from 17:00.

    Seventeen o'clock there is 14 hours before midnight UTC, whatever the time zone of the connection; so the database may
    keep the day beside the moment.
    """

    output_field = DateField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps moments as text in UTC."""
        return self.as_sql(compiler, connection, template="date(%(expressions)s, '+14 hours')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Only what is immutable may be kept."""
        template = "((%(expressions)s AT TIME ZONE 'UTC') + INTERVAL '14 hours')::date"
        return self.as_sql(compiler, connection, template=template, **context)
