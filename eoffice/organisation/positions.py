"""The catalogue of positions (chức vụ) every installation starts with.

``rank`` orders printed lists across the whole city: its leaders first, then its office, departments,
districts (archive), communes; the person who answers for a unit before those who work in it.
"""

from django.utils.translation import gettext as _

from eoffice.organisation.models import Position

_Duty = Position.Duty

CATALOGUE: list[tuple[str, str, int, str]] = [
    ("chu-tich-thanh-pho", "Chủ tịch", 10, _Duty.HEAD),
    ("pho-chu-tich-thuong-truc-thanh-pho", "Phó Chủ tịch Thường trực", 15, _Duty.DEPUTY),
    ("pho-chu-tich-thanh-pho", "Phó Chủ tịch", 20, _Duty.DEPUTY),
    ("truong-ban-chi-dao", "Trưởng Ban Chỉ đạo", 30, _Duty.HEAD),
    ("pho-truong-ban-chi-dao", "Phó Trưởng Ban Chỉ đạo", 35, _Duty.DEPUTY),
    ("uy-vien-ban-chi-dao", "Ủy viên Ban Chỉ đạo", 38, _Duty.OFFICER),
    ("chanh-van-phong", "Chánh Văn phòng", 100, _Duty.HEAD),
    ("pho-chanh-van-phong", "Phó Chánh Văn phòng", 105, _Duty.DEPUTY),
    ("giam-doc", "Giám đốc", 110, _Duty.HEAD),
    ("chanh-thanh-tra", "Chánh Thanh tra", 111, _Duty.HEAD),
    ("truong-ban", "Trưởng ban", 112, _Duty.HEAD),
    ("pho-giam-doc", "Phó Giám đốc", 120, _Duty.DEPUTY),
    ("pho-chanh-thanh-tra", "Phó Chánh Thanh tra", 121, _Duty.DEPUTY),
    ("pho-truong-ban", "Phó Trưởng ban", 122, _Duty.DEPUTY),
    ("chu-tich-quan-huyen", "Chủ tịch", 150, _Duty.HEAD),
    ("pho-chu-tich-quan-huyen", "Phó Chủ tịch", 155, _Duty.DEPUTY),
    ("chu-tich-phuong-xa", "Chủ tịch", 200, _Duty.HEAD),
    ("pho-chu-tich-phuong-xa", "Phó Chủ tịch", 205, _Duty.DEPUTY),
    ("truong-phong", "Trưởng phòng", 300, _Duty.HEAD),
    ("pho-truong-phong", "Phó Trưởng phòng", 305, _Duty.DEPUTY),
    ("van-thu", "Văn thư", 400, _Duty.CLERK),
    ("thu-ky", "Thư ký tổng hợp", 410, _Duty.OFFICER),
    ("chuyen-vien", "Chuyên viên", 420, _Duty.OFFICER),
    ("can-bo", "Công chức", 430, _Duty.OFFICER),
]


def with_level(position: Position) -> str:
    """Its name, and of which level it is where several levels have one of that name: "Phó Chủ tịch (phường, xã)"."""
    levels = {"thanh-pho": _("thành phố"), "quan-huyen": _("quận, huyện"), "phuong-xa": _("phường, xã")}
    level = next((words for ending, words in levels.items() if position.code.endswith(f"-{ending}")), "")
    return f"{position.name} ({level})" if level else position.name


def load_catalogue() -> dict[str, Position]:
    """Add what is missing of ``CATALOGUE``; entries an administrator changed stay as they are."""
    known = set(Position.objects.values_list("code", flat=True))
    Position.objects.bulk_create(
        Position(code=code, name=name, rank=rank, duty=duty)
        for code, name, rank, duty in CATALOGUE
        if code not in known
    )
    return {position.code: position for position in Position.objects.all()}
