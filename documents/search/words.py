"""From text to the words that are indexed, and from what a person typed to what is looked for.

A word is a run of letters and digits; everything else parts words, so that "12/UBND-VP" is three words in a row. Each
has two forms: as written (lower case, tone marks where one tradition puts them: "hoà" as "hòa"), and folded ("đường",
"Đường" and "duong" alike). A word typed with marks finds that word only; one typed without finds all of them.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass

from eoffice.accounts.names import folded

LONGEST_QUERY = 200
MOST_WORDS = 16
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+)')
_TONE_MARKS = "\u0300\u0301\u0309\u0303\u0323"
_LATE_TONE = re.compile(rf"([oOuU])([aeyAEY])([{_TONE_MARKS}])")
"""A tone mark on the second of two vowels (hoà, khoẻ, thuỷ), which others put on the first."""


@dataclass(frozen=True)
class Word:
    """One word of a text: its two forms, and where it stands."""

    written: str
    folded: str
    start: int
    end: int

    @property
    def has_marks(self) -> bool:
        """It has diacritics, or đ."""
        return self.written != self.folded


Phrase = tuple[Word, ...]
"""Words that must follow one another."""


def words_of(text: str) -> list[Word]:
    """The words of ``text`` in order; ``start`` and ``end`` count in its NFC form (``shown``)."""
    return [Word(*_forms(found[0]), found.start(), found.end()) for found in _WORD.finditer(shown(text))]


def shown(text: str) -> str:
    """The form of ``text`` to whose characters the words' places refer."""
    return unicodedata.normalize("NFC", text)


def phrases_of(typed: str) -> list[Phrase]:
    """What ``typed`` looks for: each phrase must occur. Quotes make one; so do signs inside a word ("12/UBND-VP").

    Senseless input gives nothing to look for. At most ``MOST_WORDS`` words count.
    """
    phrases: list[Phrase] = []
    left = MOST_WORDS
    for found in _QUOTED.finditer(typed[:LONGEST_QUERY]):
        words = tuple(words_of(found[1] if found[1] is not None else found[2]))[:left]
        left -= len(words)
        if words:
            phrases.append(words)
    return phrases


def matches(phrase: Phrase, words: list[Word], at: int) -> bool:
    """``phrase`` stands in ``words`` from place ``at`` on."""
    if at + len(phrase) > len(words):
        return False
    return all(_is(wanted, words[at + offset]) for offset, wanted in enumerate(phrase))


def _is(wanted: Word, word: Word) -> bool:
    return wanted.written == word.written if wanted.has_marks else wanted.folded == word.folded


@functools.lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, str]:
    """As written, and folded. A language has some thousand syllables, which come again and again."""
    return _written(word), folded(word)


def _written(word: str) -> str:
    early = _LATE_TONE.sub(r"\1\3\2", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", early).lower()
