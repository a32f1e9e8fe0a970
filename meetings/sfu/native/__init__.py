"""The packet path in C."""
