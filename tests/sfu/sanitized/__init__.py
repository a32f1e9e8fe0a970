"""Programs that drive a sanitized build of the native path; see ``test_sanitized``."""
