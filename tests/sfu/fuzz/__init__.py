"""A coverage-guided fuzzer of the native packet path: ``python -m tests.sfu.fuzz --seconds 600``."""
