"""Catalogues compiled without gettext read like those that gettext compiles (ADR 0003)."""

import gettext
import io
import os
from pathlib import Path

import pytest

from scripts import translations

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

# a remark
msgid "Cuộc họp"
msgstr "Meeting"

msgctxt "số nhiều"
msgid "Cuộc họp"
msgstr "Meetings"

#, python-format
msgid "%(count)d đơn vị"
msgid_plural "%(count)d đơn vị"
msgstr[0] "%(count)d unit"
msgstr[1] "%(count)d units"

msgid ""
"Hai "
"dòng\n"
msgstr "Two \"lines\"\n"

#, fuzzy
msgid "Đoán"
msgstr "Guessed"

msgid "Chưa dịch"
msgstr ""

#~ msgid "Bỏ rồi"
#~ msgstr "Gone"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE)
    return path


def test_texts_contexts_plurals_and_escapes_are_found_by_gettext(catalogue: Path) -> None:
    found = gettext.GNUTranslations(io.BytesIO(translations.compiled(translations.entries(catalogue))))
    assert found.gettext("Cuộc họp") == "Meeting"
    assert found.pgettext("số nhiều", "Cuộc họp") == "Meetings"
    assert found.ngettext("%(count)d đơn vị", "%(count)d đơn vị", 1) == "%(count)d unit"
    assert found.ngettext("%(count)d đơn vị", "%(count)d đơn vị", 2) == "%(count)d units"
    assert found.gettext("Hai dòng\n") == 'Two "lines"\n'


@pytest.mark.parametrize("text", ["Đoán", "Chưa dịch", "Bỏ rồi"])
def test_doubtful_missing_and_obsolete_texts_stay_as_they_are(catalogue: Path, text: str) -> None:
    found = gettext.GNUTranslations(io.BytesIO(translations.compiled(translations.entries(catalogue))))
    assert found.gettext(text) == text


def test_only_what_changed_is_compiled_again(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "LOCALE", catalogue.parents[2])
    target = catalogue.with_suffix(".mo")
    translations.ensure_translations()
    first = target.stat().st_ino
    translations.ensure_translations()
    assert target.stat().st_ino == first
    catalogue.write_text(CATALOGUE.replace('"Meeting"', '"Session"'))
    os.utime(catalogue, (1, 1))
    translations.ensure_translations()
    assert b"Session" in target.read_bytes()
    assert [path.name for path in sorted(catalogue.parent.iterdir())] == ["django.mo", "django.po"]
