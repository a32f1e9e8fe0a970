"""Vietnamese names for demo people: always the same ones, and nobody's in particular."""

_FAMILIES = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Phan",
    "Trịnh", "Đào", "Mai", "Tạ", "Cao",
]  # fmt: skip
_WOMEN = [
    "Lan Anh", "Thu Hà", "Minh Nguyệt", "Thanh Huyền", "Bích Ngọc", "Hồng Nhung", "Kim Oanh", "Phương Thảo",
    "Mai Hương", "Quỳnh Chi", "Thúy Hằng", "Diệu Linh", "Ngọc Ánh", "Tuyết Mai", "Hải Yến", "Khánh Vân",
    "Việt Hà", "Thùy Dương", "Minh Thu", "Hoài Thương", "Cẩm Tú", "Như Quỳnh", "Bảo Trâm",
]  # fmt: skip
_MEN = [
    "Văn Hùng", "Đức Thắng", "Quang Minh", "Mạnh Cường", "Tuấn Anh", "Xuân Trường", "Hữu Nghĩa", "Đình Phúc",
    "Trọng Tấn", "Công Thành", "Quốc Việt", "Hoàng Nam", "Thế Vinh", "Minh Đức", "Anh Dũng", "Ngọc Sơn",
    "Việt Hưng", "Thanh Tùng", "Bá Khánh", "Hồng Quân", "Duy Khoa", "Trung Kiên", "Gia Bảo", "Tiến Đạt",
    "Chí Công", "Quý Đôn", "Đăng Khôi", "Phúc Lâm", "Sỹ Hiệp",
]  # fmt: skip


def demo_name(number: int) -> str:
    """The name of demo person ``number``; men and women in turn, no two of the first 900 alike."""
    given = _WOMEN if number % 2 else _MEN
    turn = number // 2
    family = _FAMILIES[(turn + turn // (len(given) * len(_FAMILIES))) % len(_FAMILIES)]
    return f"{family} {given[turn % len(given)]}"
