"""Vietnamese text for an archive: syllables as often as in a language, and what officials write again and again.

Deterministic. A few words stand on nearly every page, most on few, as in any text (Zipf).
"""

import itertools
import random
from collections.abc import Sequence

ONSETS = (
    "", "b", "c", "ch", "d", "đ", "g", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t", "th",
    "tr", "v", "x",
)  # fmt: skip
RIMES = {
    "a": "aàáảãạ", "ai": "aàáảãạ", "an": "aàáảãạ", "ang": "aàáảãạ", "anh": "aàáảãạ", "ao": "aàáảãạ", "am": "aàáảãạ",
    "ân": "âầấẩẫậ", "âu": "âầấẩẫậ", "ăng": "ăằắẳẵặ", "ay": "aàáảãạ", "ây": "âầấẩẫậ", "ên": "êềếểễệ", "ông": "ôồốổỗộ",
    "ong": "oòóỏõọ", "on": "oòóỏõọ", "ôi": "ôồốổỗộ", "ơi": "ơờớởỡợ", "ơn": "ơờớởỡợ", "um": "uùúủũụ", "ung": "uùúủũụ",
    "ư": "ưừứửữự", "ưng": "ưừứửữự", "i": "iìíỉĩị", "inh": "iìíỉĩị", "e": "eèéẻẽẹ", "ê": "êềếểễệ", "o": "oòóỏõọ",
}  # fmt: skip
"""Rime → its vowel in the six tones."""
EVERYWHERE = (
    "Ủy ban nhân dân thành phố", "căn cứ Luật Tổ chức chính quyền địa phương", "báo cáo kết quả thực hiện kế hoạch",
    "theo quy định của pháp luật", "các sở, ban, ngành và xã, phường", "trong năm 2026",
)  # fmt: skip
"""Half of all pages say each of these."""
SUBJECTS = (
    "giải ngân vốn đầu tư công", "phòng cháy, chữa cháy", "cải cách thủ tục hành chính", "chuyển đổi số",
    "trật tự đô thị", "an toàn thực phẩm", "tuyển sinh đầu cấp", "giải phóng mặt bằng", "đường Láng – Hòa Lạc",
    "nghị quyết số 18-NQ/TW", "tỷ lệ 61,5 %", "ngày 05/11/2026", "Luật Đất đai số 31/2024/QH15", "quỹ đất đấu giá",
    "hoà giải ở cơ sở", "cấp nước sạch nông thôn", "vệ sinh môi trường", "bảo hiểm y tế học sinh", "chợ dân sinh",
    "nhà ở xã hội", "đèn tín hiệu giao thông", "cây xanh công viên", "lễ hội truyền thống", "hộ nghèo đa chiều",
)  # fmt: skip
"""Each is what a small part of the pages is about."""
KINDS = ("Báo cáo", "Tờ trình", "Nghị quyết", "Quyết định", "Kế hoạch", "Thông báo", "Công văn", "Dự thảo Kế hoạch")


def syllables() -> list[str]:
    """Some 4,000, in an order of their own: the first are the commonest."""
    made = [
        onset + rime.replace(vowels[0], tone, 1)
        for onset, (rime, vowels) in itertools.product(ONSETS, RIMES.items())
        for tone in vowels
    ]
    random.Random(1945).shuffle(made)
    return list(dict.fromkeys(made))


def pages(count: int, words: int) -> list[str]:
    """Texts of ``count`` different pages of about ``words`` words each."""
    chance = random.Random(2026)
    known = syllables()
    weights = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(known))))
    return [_page(chance, known, weights, words) for _n in range(count)]


def _page(chance: random.Random, known: Sequence[str], weights: Sequence[float], words: int) -> str:
    said = [phrase for phrase in EVERYWHERE if chance.random() < 0.5]
    subject = chance.choice(SUBJECTS)
    said += [subject] * chance.choice((0, 1, 3))
    rest = max(20, words - sum(len(phrase.split()) for phrase in said))
    drawn = chance.choices(known, cum_weights=weights, k=rest)
    sentences = [" ".join(drawn[at : at + 14]).capitalize() for at in range(0, rest, 14)]
    sentences += [phrase[0].upper() + phrase[1:] for phrase in said]
    chance.shuffle(sentences)
    return ".\n".join(sentences) + "."


def title(chance: random.Random, number: int) -> str:
    """ "Báo cáo 1234/BC-UBND về trật tự đô thị"."""
    return f"{chance.choice(KINDS)} số {number}/{chance.choice(('BC', 'TTr', 'KH'))}-UBND về {chance.choice(SUBJECTS)}"
