"""Where the marked words of a conclusion stand in its text, also after it was edited (docs/domain/conclusions.md, "Marks").

The anchor is the quote itself: it stands once in the text. When the text is edited, the quote goes along with its words.
"""

import re
import unicodedata
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from eoffice.errors import UserError
from meetings.models import AgendaItem, Conclusion

KEPT = 0.5
"""This part of the marked words has to be left for a mark to go along with an edited text."""
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def found_in(text: str, words: str) -> list[str]:
    """``words`` as they stand in ``text``, wherever they do: how lines and spaces run is no matter."""
    wanted = unicodedata.normalize("NFC", words).split()
    if not wanted:
        return []
    return [found[0] for found in re.finditer(r"\s+".join(map(re.escape, wanted)), text)]


def follow(conclusion: Conclusion, text: str, *, whole: bool, item: AgendaItem | None) -> None:
    """Let the marks of a locked ``conclusion`` go along to its new ``text``.

    Raises UserError("mark-lost") where the marked words are gone, UserError("marked-already") where all of it is to be one task
    (``whole``), UserError("bad-conclusion") where ``item`` is confidential.
    """
    marks = [task for task in conclusion.tasks if task.quote]
    if marks and whole:
        sentence = _("Kết luận này đã có đoạn giao thành nhiệm vụ. Bỏ các đoạn đó trước khi giao cả kết luận.")
        raise UserError("marked-already", sentence, fields={"is_task": sentence})
    if marks and item is not None and item.confidential:
        sentence = _("Kết luận có đoạn giao nhiệm vụ nên không chuyển sang mục kín được.")
        raise UserError("bad-conclusion", sentence, fields={"item": sentence})
    for mark in marks:
        quote = moved(mark.quote, conclusion.text, text)
        if not quote or len(found_in(text, quote)) != 1:
            sentence = _(
                "Đoạn đã giao nhiệm vụ không còn trong câu chữ: “%(quote)s”. Giữ lại đoạn đó, hoặc bỏ nhiệm vụ trước."
            )
            sentence %= {"quote": mark.quote[:120]}
            raise UserError("mark-lost", sentence, fields={"text": sentence})
        if quote != mark.quote:
            mark.quote = quote
            mark.save(update_fields=["quote"])


def moved(quote: str, old: str, new: str) -> str:
    """What became of ``quote``, a part of ``old``, in ``new``; "" when less than half of its words are left."""
    if quote in new:
        return quote
    begins = old.find(quote)
    if begins < 0:
        return ""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    first, last = _tokens_over(before, begins, begins + len(quote))
    kept, places = 0, []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        low, high = max(i1, first), min(i2, last)
        if tag == "equal" and low < high:
            places += [j1 + low - i1, j1 + high - i1]
            kept += sum(not token.isspace() for token in before[low:high])
        elif j1 < j2 and first <= i1 and i2 <= last and (i1 < i2 or first < i1 < last):  # changed, or put in, within
            places += [j1, j2]
    words = sum(not token.isspace() for token in before[first:last])
    if not kept or kept < KEPT * words:
        return ""
    return "".join(after[min(places) : max(places)]).strip()


def _tokens_over(tokens: list[str], begins: int, ends: int) -> tuple[int, int]:
    """First and last (excluded) of ``tokens`` that reach into the letters from ``begins`` to ``ends``."""
    at, over = 0, []
    for number, token in enumerate(tokens):
        if at < ends and at + len(token) > begins:
            over.append(number)
        at += len(token)
    return over[0], over[-1] + 1
