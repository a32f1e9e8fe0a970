"""Settings by role: ``embedded`` (``./run``), ``test``, ``production``; all built on ``base``."""
