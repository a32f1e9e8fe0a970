"""Benchmarks with targets: ``./bench NAME [options] [--json]``.

A benchmark is a module here with ``add_options(parser)`` and ``measure(options) -> list[Result]``.
"""
