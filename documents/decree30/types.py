"""The types of official documents and their abbreviations (Decree 30/2020/NĐ-CP, Annex III, appendix I)."""

LETTER = ""
"""A letter (công văn) has no abbreviation: its symbol is the agency's and the drafting unit's."""
NO_ABBREVIATION = "CV"
"""How forms and addresses name letters; it is never printed in a symbol."""
TYPES: dict[str, str] = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "HĐ": "Hợp đồng",
    "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ",
    "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy ủy quyền",
    "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép",
    "PG": "Phiếu gửi",
    "PC": "Phiếu chuyển",
    "PB": "Phiếu báo",
    "PĐĐ": "Phiếu đôn đốc",  # not of the decree's list: the city's own slip, numbered like the others
    LETTER: "Công văn",
}
"""Abbreviation → name. The names are official ones and are printed as they stand, in whatever language one reads."""
CHOICES = [(abbreviation or NO_ABBREVIATION, name) for abbreviation, name in TYPES.items()]
"""As forms and addresses name them."""


def chosen(named: str) -> str:
    """The abbreviation of what a form or an address names."""
    return LETTER if named == NO_ABBREVIATION else named
