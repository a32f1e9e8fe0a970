"""``manage.py keep_recorders``: the process that keeps recorders running, beside the web servers in production."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from meetings.recorders import Keeper


class Command(BaseCommand):
    """See the module's docstring."""

    help = "Keep a recorder running for every recording, until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT; recordings end their part and are taken up by the next keeper."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Keeper().run(stop)
