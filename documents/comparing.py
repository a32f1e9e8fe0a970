"""What has changed between two versions of a paper: their words compared in reading order, told page by page.

Pages are compared as one stream, so that a paragraph that moves to the next page is no change. Sentences are matched
first; inside those that differ, words.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby

CONTEXT = 14
"""Words that are shown before and after a change."""
MOST_COMPARED = 4_000_000
"""The largest product of word counts that is compared word by word; more is told as taken out and put in."""
_END = re.compile(r"[.;:!?…]$")
_PAGE_NUMBER = re.compile(r"^[\s\-–.]*(?:Trang\s+)?\d{1,4}(?:\s*/\s*\d{1,4})?[\s\-–.]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """A run of words: ``same``, ``added``, ``removed``, or a ``gap`` of words left out because nothing changed."""

    kind: str
    text: str


@dataclass
class ChangedPage:
    """A page of the newer version on which something changed; ``old`` is the page it stood on before (0: none)."""

    number: int
    old: int
    words: list[Words] = field(default_factory=list)


@dataclass(frozen=True)
class _Word:
    text: str
    page: int


@dataclass(frozen=True)
class _Step:
    kind: str
    text: str
    page: int
    old: int


def changes(old: Iterable[tuple[int, str]], new: Iterable[tuple[int, str]]) -> list[ChangedPage]:
    """The pages of ``new`` on which its words differ from those of ``old``; both are (number, text) in order."""
    before, after = _sentences(old), _sentences(new)
    matcher = SequenceMatcher(None, [_key(s) for s in before], [_key(s) for s in after], autojunk=False)
    steps = _Steps()
    for kind, a, b, c, d in matcher.get_opcodes():
        left = [word for sentence in before[a:b] for word in sentence]
        right = [word for sentence in after[c:d] for word in sentence]
        if kind == "equal":
            steps.same(left, right)
        else:
            steps.differ(left, right)
    return _by_page(steps.made)


class _Steps:
    """Collects what becomes of each word, in order; knows on which pages the reader is."""

    def __init__(self) -> None:
        self.made: list[_Step] = []
        self._page = 1
        self._old = 1

    def same(self, left: list[_Word], right: list[_Word]) -> None:
        for old, new in zip(left, right, strict=True):
            self._page, self._old = new.page, old.page
            self.made.append(_Step("same", new.text, new.page, old.page))

    def differ(self, left: list[_Word], right: list[_Word]) -> None:
        if len(left) * len(right) > MOST_COMPARED:
            self._took_out(left)
            self._put_in(right)
            return
        matcher = SequenceMatcher(None, [w.text for w in left], [w.text for w in right], autojunk=False)
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind == "equal":
                self.same(left[a:b], right[c:d])
                continue
            if c < d:
                self._page = right[c].page
            self._took_out(left[a:b])
            self._put_in(right[c:d])

    def _took_out(self, words: list[_Word]) -> None:
        for word in words:
            self._old = word.page
            self.made.append(_Step("removed", word.text, self._page, word.page))

    def _put_in(self, words: list[_Word]) -> None:
        for word in words:
            self._page = word.page
            self.made.append(_Step("added", word.text, word.page, self._old))


def _sentences(pages: Iterable[tuple[int, str]]) -> list[list[_Word]]:
    sentences: list[list[_Word]] = [[]]
    for number, text in pages:
        lines = (line for line in unicodedata.normalize("NFC", text).splitlines() if not _PAGE_NUMBER.match(line))
        for word in " ".join(lines).split():
            sentences[-1].append(_Word(word, number))
            if _END.search(word):
                sentences.append([])
    return [sentence for sentence in sentences if sentence]


def _key(sentence: list[_Word]) -> tuple[str, ...]:
    return tuple(word.text for word in sentence)


def _by_page(steps: list[_Step]) -> list[ChangedPage]:
    changed = []
    for number, group in groupby(steps, key=lambda step: step.page):
        here = list(group)
        if any(step.kind != "same" for step in here):
            changed.append(ChangedPage(number, here[0].old, _runs(here)))
    return changed


def _runs(steps: list[_Step]) -> list[Words]:
    """Runs of words of one kind; what did not change is cut down to what stands around a change."""
    grouped = [(kind, [step.text for step in group]) for kind, group in groupby(steps, key=lambda step: step.kind)]
    runs: list[Words] = []
    for place, (kind, words) in enumerate(grouped):
        if kind != "same":
            runs.append(Words(kind, " ".join(words)))
        else:
            runs += _around(words, follows=place > 0, precedes=place < len(grouped) - 1)
    return runs


def _around(words: list[str], *, follows: bool, precedes: bool) -> list[Words]:
    head = words[:CONTEXT] if follows else []
    tail = words[-CONTEXT:] if precedes else []
    if len(head) + len(tail) >= len(words):
        return [Words("same", " ".join(words))]
    parts = [Words("same", " ".join(head)), Words("gap", "…"), Words("same", " ".join(tail))]
    return [part for part in parts if part.text]
