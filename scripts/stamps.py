"""Doing a thing again only when what it depends on has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """SHA-256 over the content of files (folders: every file below) and further facts; order does not matter."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(set(_files(paths))):
        digest.update(f"\0{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file())


class Stamp:
    """A small file that says for which inputs something was last done."""

    def __init__(self, path: Path, inputs: str) -> None:
        self.path = path
        self.inputs = inputs

    @property
    def fresh(self) -> bool:
        """Whether it was done for exactly these inputs."""
        return self.path.is_file() and self.path.read_text() == self.inputs

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.inputs)
