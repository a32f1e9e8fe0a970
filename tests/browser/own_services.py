"""A database and a Redis of its own for each site under test, where ``./test services`` has servers of both."""

import itertools
import os
import re
import secrets

import psycopg
import redis

_numbers = itertools.cycle(range(1, 16))
"""Databases of the Redis server; number 0 is the tests' own."""


def own_services(template: str = "") -> dict[str, str]:
    """Variables for the environment of a site that is alone in its databases; none where the tests have no servers.

    ``template``: address of a database to begin with a copy of; nobody may be connected to it.
    """
    found = {}
    if server := os.environ.get("EOFFICE_TEST_DATABASE_URL"):
        found["EOFFICE_TEST_DATABASE_URL"] = create_database(server, template)
    if server := os.environ.get("EOFFICE_TEST_REDIS_URL"):
        found["EOFFICE_TEST_REDIS_URL"] = address = f"{server.rsplit('/', 1)[0]}/{next(_numbers)}"
        with redis.Redis.from_url(address) as connection:
            connection.flushdb()
    return found


def create_database(server: str, template: str = "") -> str:
    """The address of a new database beside the one at ``server``."""
    name = f"site_{secrets.token_hex(4)}"
    copied = f' TEMPLATE "{_name(template)}"' if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
    return re.sub(r"/[^/]*$", f"/{name}", server)


def drop_database(server: str, address: str) -> None:
    """Remove the database at ``address``, whoever is still connected to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{_name(address)}" WITH (FORCE)')


def _name(address: str) -> str:
    return address.rsplit("/", 1)[1]
