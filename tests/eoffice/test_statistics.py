"""The database counts its tables, so that it chooses the right index."""

import pytest
from django.db import connection

from eoffice import statistics
from eoffice.accounts.models import User
from tests.factories import UserFactory


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL counts by itself")
def test_sqlite_knows_how_many_people_there_are(db: None) -> None:
    UserFactory.create_batch(3)
    statistics.gather()
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [User._meta.db_table])
        assert {int(row[0].split()[0]) for row in cursor.fetchall()} == {User.objects.count()}
