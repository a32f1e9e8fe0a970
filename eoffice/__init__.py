"""The platform: who, where, when, and what must they do next."""
