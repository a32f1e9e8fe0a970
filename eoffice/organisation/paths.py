"""Places in the tree of units, as their paths say: no query. A path begins with that of each unit above it."""

from treebeard.mp_tree import MP_Node

STEP: int = MP_Node.steplen  # type: ignore[attr-defined]
"""Letters that each level adds; treebeard has no types."""


def superior(path: str) -> str:
    """The path right above; of a root, its own."""
    return path[:-STEP] or path


def line(path: str) -> list[str]:
    """Of the unit and of all above it, the root first."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def right_below(holder: str, path: str) -> str:
    """Of the unit right below ``holder`` to which a unit further down belongs."""
    return path[: len(holder) + STEP]
