"""Vietnamese text for storing (NFC) and for searching (without diacritics, đ as d)."""

import unicodedata


def normalised(text: str) -> str:
    """NFC, white space collapsed: what is stored, whichever keyboard or file it came from."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def folded(text: str) -> str:
    """Lower case without diacritics: "Đống Đa" and "dong da" compare equal."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return normalised("".join(c for c in decomposed if not unicodedata.combining(c))).lower()
