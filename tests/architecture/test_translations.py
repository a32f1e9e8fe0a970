"""Every Vietnamese text has an English one (ADR 0002, 0003): extracted here without gettext, from the sources themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.utils.translation.template import templatize

from scripts.translations import LOCALE, Entry, entries

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "frontend"
PACKAGES = ("documents", "eoffice", "meetings")
FUNCTIONS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
"""Name → how many of its first arguments are texts."""
WITH_CONTEXT = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 2, "npgettext_lazy": 2}
VIETNAMESE = re.compile(
    "[ăâđêôơưĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ]"
)
NAMES = {"Cốc Cốc", "“có”", "“không”", "“có con dấu”"}
"""Vietnamese that stays in English texts: a browser's name, words of a file format."""


def python_keys() -> Iterator[str]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from keys_of(ast.parse(path.read_text()))


def template_keys() -> Iterator[str]:
    """Django's own view of a template, as xgettext would get it: calls amid X's."""
    call = re.compile(r"\b(?:_|n?p?gettext)\((?:\s*u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"),?)+(?:\s*count)?\s*\)")
    for path in sorted((FRONTEND / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            for found in call.finditer(templatize(path.read_text())):
                yield from keys_of(ast.parse(found[0]))


def keys_of(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            if call.func.id in FUNCTIONS:
                yield "\0".join(texts[: FUNCTIONS[call.func.id]])
            elif call.func.id in WITH_CONTEXT:
                yield f"{texts[0]}\x04" + "\0".join(texts[1 : WITH_CONTEXT[call.func.id] + 1])


def catalogue(language: str) -> dict[str, Entry]:
    return {entry.key: entry for entry in entries(LOCALE / language / "LC_MESSAGES" / "django.po") if entry.key}


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}", text))


def bare(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text


def test_every_text_of_the_sources_is_in_the_english_catalogue_and_nothing_else() -> None:
    used = {*python_keys(), *template_keys()}
    have = set(catalogue("en"))
    assert len(used) > 900
    assert sorted(used - have) == [], "no English: see ADR 0003 for the command"
    assert sorted(have - used) == [], "no source uses this any more"


def test_texts_are_given_to_the_translation_as_they_stand() -> None:
    """A text put together at run time has no entry in any catalogue."""
    names = {*FUNCTIONS, *WITH_CONTEXT}
    built = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
        if not call.args or not isinstance(call.args[0], ast.Constant)
    ]
    assert built == []


@pytest.mark.parametrize("language", ["en", "vi"])
def test_translations_are_complete_and_keep_their_placeholders(language: str) -> None:
    for key, entry in catalogue(language).items():
        assert "fuzzy" not in entry.flags, key
        source = entry.texts["msgid"]
        for text in entry.translations:
            assert text.strip(), key
            assert placeholders(text) == placeholders(source), key
            assert source.endswith("\n") == text.endswith("\n"), key


def test_english_texts_are_english_and_vietnamese_ones_vietnamese() -> None:
    for key, entry in catalogue("en").items():
        assert not any(VIETNAMESE.search(bare(text)) for text in entry.translations), key
    for key, entry in catalogue("vi").items():
        assert all(VIETNAMESE.search(text) for text in entry.translations), key


def test_the_vietnamese_catalogue_translates_what_django_and_allauth_still_say() -> None:
    """An upgrade that words a message anew must not leave it in English."""
    theirs: set[str] = set()
    for package in ("django/forms", "django/core", "django/contrib/auth", "django/contrib/admin", "allauth"):
        for path in (Path(django.__file__).parents[1] / package).rglob("*.py"):
            if "tests" not in path.parts:
                theirs |= set(keys_of(ast.parse(path.read_text())))
    assert sorted(set(catalogue("vi")) - theirs) == []


TEXT_TAGS = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*(?:blocktranslate|blocktrans)\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%.*?%}|{{.*?}}|<!--.*?-->",
    re.DOTALL,
)


UNTRANSLATED = {
    "500.html": "speaks both languages, because nothing can be looked up when it is needed",
    "components/national_title.html": "the official document is Vietnamese in every language",
    "documents/_sheet.html": "the official document is Vietnamese in every language",
    "meetings/notice.html": "the official document is Vietnamese in every language",
    "meetings/attendance_sheet.html": "the official document is Vietnamese in every language",
    "meetings/poll_sheet.html": "the official document is Vietnamese in every language",
    "workflow/board_sheet.html": "the official document is Vietnamese in every language",
    **dict.fromkeys(
        ("dashboard/design.html", "dashboard/_design_controls.html", "dashboard/_design_data.html",
         "dashboard/_design_text.html"),
        "specimens for developers",
    ),
}  # fmt: skip


def test_no_template_shows_vietnamese_in_both_languages() -> None:
    templates = FRONTEND / "templates"
    found = {
        path.relative_to(templates).as_posix()
        for path in templates.rglob("*")
        if path.is_file() and VIETNAMESE.search(TEXT_TAGS.sub("", path.read_text()))
    }
    assert found == set(UNTRANSLATED), "wrap it in translate"


TS_STRING = r"'((?:[^'\\\n]|\\.)*)'"


def typescript_sources() -> Iterator[tuple[Path, str]]:
    for path in sorted((FRONTEND / "src").rglob("*.ts")):
        if not path.name.endswith(".test.ts") and path.parent.name not in {"locale", "generated"}:
            yield path, path.read_text()


def typescript_english() -> dict[str, str]:
    pairs = re.findall(rf"^  {TS_STRING}: {TS_STRING},$", (FRONTEND / "src/locale/en.ts").read_text(), re.MULTILINE)
    assert len({key for key, _english in pairs}) == len(pairs), "a text twice"
    return {unescaped(key): unescaped(english) for key, english in pairs}


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def test_every_text_of_the_typescript_is_in_its_english_and_nothing_else() -> None:
    used = {unescaped(key) for _path, text in typescript_sources() for key in re.findall(rf"\bt\(\s*{TS_STRING}", text)}
    english = typescript_english()
    assert len(used) > 200
    assert sorted(used - set(english)) == [], "no English in frontend/src/locale/en.ts"
    assert sorted(set(english) - used) == [], "no source uses this any more"
    for key, text in english.items():
        assert placeholders(key) == placeholders(text), key
        assert text.strip() and not VIETNAMESE.search(bare(text)), key


def test_typescript_shows_no_vietnamese_that_is_not_translated() -> None:
    """``example.ts`` is data for tests, ``fold.ts`` removes diacritics."""
    without = re.compile(rf"\bt\(\s*{TS_STRING}|/\*[\s\S]*?\*/|(?<!:)//.*")
    for path, text in typescript_sources():
        if path.name not in {"example.ts", "fold.ts"}:
            for line in without.sub("", text).splitlines():
                assert not VIETNAMESE.search(line), f"{path.name}: {line.strip()}"
