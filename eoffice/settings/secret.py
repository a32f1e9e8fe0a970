"""A secret that is made once and kept beside the data, never in the repository."""

import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in ``path``, made and stored (mode 0600) when there is none."""
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    secret = secrets.token_urlsafe(48)
    path.write_text(secret)
    return secret
