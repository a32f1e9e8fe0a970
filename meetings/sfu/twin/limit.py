"""What one connection may send: several times what a camera in three sizes, a shared screen and what is sent again of
them come to. Only what verifies counts, so nobody can use up another's allowance."""

ALLOWED = 3
"""Octets per microsecond."""
AT_ONCE = 3_000_000
COST = 500
"""Octets that every packet counts beside its own: small ones are as much work."""


class Limit:
    """Octets that a connection may send still."""

    def __init__(self) -> None:
        self._left, self._at = AT_ONCE, 0

    def is_over(self, now: int) -> bool:
        """Whether it has sent too much: the next packet is to be dropped before it is decrypted."""
        self._left = min(self._left + (now - self._at) * ALLOWED, AT_ONCE)
        self._at = now
        return self._left <= 0

    def took(self, size: int) -> None:
        """One packet of that many octets verified."""
        self._left -= size + COST
