"""Where a decoder can begin in H.264 (RFC 6184): at the parameter sets, which browsers send before every IDR picture."""

_SEQUENCE_PARAMETER_SET = 7
_AGGREGATE = 24  # STAP-A


def begins_keyframe(payload: bytes) -> bool:
    """Whether a sequence parameter set is the packet's, alone or first of several."""
    kind = payload[0] & 0x1F
    if kind == _AGGREGATE and len(payload) > 3:
        kind = payload[3] & 0x1F
    return kind == _SEQUENCE_PARAMETER_SET
