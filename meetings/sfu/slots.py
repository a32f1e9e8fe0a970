"""The slots of a receive connection, in the order of the ``m=`` lines of the browser's offer: audio first, then video."""

AUDIO_SLOTS = 3
USUAL_WALL = 9
"""Wall slots that every browser offers."""
WIDE_WALL = 26
"""Wall slots that a browser may offer for a wall of 25 and one picture beside it: 32 slots are the most of a connection."""
VIDEO_SLOTS: tuple[str, ...] = ("floor", "chair", "content", *(f"wall{n}" for n in range(WIDE_WALL)))
SLOTS: tuple[str, ...] = (*(f"audio{n}" for n in range(AUDIO_SLOTS)), *VIDEO_SLOTS)
USUAL_SLOTS = SLOTS[: -(WIDE_WALL - USUAL_WALL)]
"""Of these every offer has all; of the others as many as it wants, in order."""
