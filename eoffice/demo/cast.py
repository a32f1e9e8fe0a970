"""Who plays in the demo city: username, position, unit. No database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eoffice.accounts.names import folded

COMMITTEE = "HN"
OFFICE = "HN-VP"
BOARD = "HN-BCDCDS"
DEMO_COMMUNE = "00004"
"""The ward that also has its divisions and their heads: UBND phường Ba Đình."""

DEPARTMENTS = {
    "HN-SNV": "sonoivu",
    "HN-STP": "sotuphap",
    "HN-STC": "sotaichinh",
    "HN-SCT": "socongthuong",
    "HN-SNNMT": "sonongnghiep",
    "HN-SXD": "soxaydung",
    "HN-SKHCN": "sokhoahoc",
    "HN-SVHTT": "sovanhoa",
    "HN-SGDDT": "sogiaoduc",
    "HN-SYT": "soyte",
    "HN-SDTTG": "sodantoc",
    "HN-SDL": "sodulich",
    "HN-SQHKT": "soquyhoach",
    "HN-TTTP": "thanhtra",
    "HN-BQLKCN": "bankhucongnghe",
    "HN-TTPVHCC": "trungtamhcc",
}
_HEADS = {
    "HN-TTTP": ("chanh-thanh-tra", "pho-chanh-thanh-tra"),
    "HN-BQLKCN": ("truong-ban", "pho-truong-ban"),
}
DIVISIONS = [
    (f"{DEMO_COMMUNE}-VP", "Văn phòng HĐND và UBND", "chanh-van-phong", "vp.badinh"),
    (f"{DEMO_COMMUNE}-KT", "Phòng Kinh tế, Hạ tầng và Đô thị", "truong-phong", "kt.badinh"),
    (f"{DEMO_COMMUNE}-VH", "Phòng Văn hóa - Xã hội", "truong-phong", "vh.badinh"),
    (f"{DEMO_COMMUNE}-HC", "Trung tâm Phục vụ hành chính công", "giam-doc", "hc.badinh"),
]
"""The divisions of a ward (Decree 150/2025/NĐ-CP)."""

CHOICES = ["chutich", "vanthu", "thuky", "vanphong", "soxaydung", "cv.soxaydung", "badinh", "vt.badinh", "cv.badinh"]
"""Offered on the sign-in page, one for each kind of work."""


@dataclass(frozen=True)
class Part:
    """One position that a demo person holds."""

    username: str
    position: str
    unit: str
    """Code of the unit."""
    kind: str = "primary"


_CITY = [
    Part("chutich", "chu-tich-thanh-pho", COMMITTEE),
    Part("chutich", "truong-ban-chi-dao", BOARD, "concurrent"),
    Part("pct1", "pho-chu-tich-thuong-truc-thanh-pho", COMMITTEE),
    Part("pct2", "pho-chu-tich-thanh-pho", COMMITTEE),
    Part("pct2", "pho-truong-ban-chi-dao", BOARD, "concurrent"),
    Part("pct3", "pho-chu-tich-thanh-pho", COMMITTEE),
    Part("vanphong", "chanh-van-phong", OFFICE),
    Part("pvp.vanphong", "pho-chanh-van-phong", OFFICE),
    Part("vanthu", "van-thu", OFFICE),
    Part("vanthu", "van-thu", COMMITTEE, "concurrent"),
    Part("thuky", "thu-ky", OFFICE),
    Part("cv.vanphong", "chuyen-vien", OFFICE),
    Part("sokhoahoc", "uy-vien-ban-chi-dao", BOARD, "concurrent"),
]


def commune_username(short_name: str) -> str:
    """``Phường Ba Đình`` → ``badinh``."""
    return re.sub(r"[^a-z0-9]", "", folded(short_name.split(" ", 1)[1]))


def parts(communes: dict[str, str]) -> Iterator[Part]:
    """Every part of the demo; ``communes`` are their short names by code."""
    yield from _CITY
    for code, username in DEPARTMENTS.items():
        head, deputy = _HEADS.get(code, ("giam-doc", "pho-giam-doc"))
        yield from _agency(username, code, head, deputy)
    for code, short_name in communes.items():
        yield from _agency(commune_username(short_name), code, "chu-tich-phuong-xa", "pho-chu-tich-phuong-xa")
    for code, _name, position, username in DIVISIONS:
        yield Part(username, position, code)


def _agency(username: str, code: str, head: str, deputy: str) -> Iterator[Part]:
    yield Part(username, head, code)
    yield Part(f"pho.{username}", deputy, code)
    yield Part(f"vt.{username}", "van-thu", code)
    yield Part(f"cv.{username}", "chuyen-vien", code)
