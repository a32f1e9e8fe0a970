"""How good a line is, in three steps, from what a browser measured on it.

Steps: BigBlueButton's for round trip and jitter, Jitsi's for loss; the worst decides. A lamp is shown with a
shape and words, never as colour alone.
"""

from meetings.protocol.base import Lamp

BAD = {"loss": 0.12, "rtt_ms": 1000.0, "jitter_ms": 100.0}
WEAK = {"loss": 0.06, "rtt_ms": 500.0, "jitter_ms": 40.0}


def lamp(*, loss: float, rtt_ms: float, jitter_ms: float) -> Lamp:
    """``loss`` as a share of packets, times in milliseconds."""
    measured = {"loss": loss, "rtt_ms": rtt_ms, "jitter_ms": jitter_ms}
    if any(measured[name] >= step for name, step in BAD.items()):
        return "bad"
    if any(measured[name] >= step for name, step in WEAK.items()):
        return "weak"
    return "good"
