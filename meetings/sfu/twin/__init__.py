"""The packet path in Python: where the native one cannot be built, and its reference in tests."""
