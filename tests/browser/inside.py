"""A process that stays inside Django on the data of a site under test and runs what it is given, a piece of code at a time.

Starting Django takes seconds, and tests want a meeting of their own each. One line of JSON in, ``{"code": …}``; one line out,
``{"printed": …, "error": …}``.
"""

import contextlib
import io
import json
import subprocess
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Inside:
    """Begins with the first piece of code."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    def run(self, code: str) -> str:
        """What ``code`` printed; raises RuntimeError with the end of its traceback."""
        self._process = self._process or self._start()
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"code": code}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("The process inside Django has ended.")
        told = json.loads(answer)
        if told["error"]:
            raise RuntimeError(told["error"][-2000:])
        return str(told["printed"])

    def end(self) -> None:
        if self._process:
            with self._process:  # closes its pipes, and waits
                pass
        self._process = None

    def _start(self) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "tests.browser.inside"]
        return subprocess.Popen(
            words, cwd=ROOT, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )


def serve() -> None:
    """Answer until nobody asks any more."""
    import django
    from django.db import connections

    django.setup()
    answers, sys.stdout = sys.stdout, sys.stderr  # what is logged is no answer
    for line in sys.stdin:
        printed, error = io.StringIO(), ""
        try:
            with contextlib.redirect_stdout(printed):
                exec(json.loads(line)["code"], {})  # noqa: S102 - the tests' own code
        except Exception:
            error = traceback.format_exc()
        connections.close_all()
        answers.write(json.dumps({"printed": printed.getvalue(), "error": error}) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
