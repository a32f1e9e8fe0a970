"""Every template compiles, names only what exists, and holds nothing that the strict policy refuses."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver

ROOT = Path(__file__).resolve().parents[2] / "frontend" / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
INCLUDE = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
ADDRESS = re.compile(r"""{%\s*url\s+["']([^"':]+)["'](?![^%]*\bas\b)""")
ICON = re.compile(r"""{%\s*icon\s+["']([^"']+)["']""")
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (ROOT.parent / "static" / "icons.svg").read_text()))
INLINE = re.compile(
    r"""<[^>{%]*\s(?:style|on[a-z]+)\s*=|<style\b|<script\b(?![^>]*\bsrc=)(?![^>]*type="application/json")|hx-on"""
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_it_includes_exists(name):
    for other in INCLUDE.findall((ROOT / name).read_text()):
        get_template(other)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_addresses_it_names_exist(name):
    known = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    missing = set(ADDRESS.findall((ROOT / name).read_text())) - known
    assert not missing, NoReverseMatch(f"{name}: {missing}")


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_icons_it_shows_exist(name):
    assert set(ICON.findall((ROOT / name).read_text())) <= ICONS


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_has_no_inline_style_or_script(name):
    assert not INLINE.search((ROOT / name).read_text())
