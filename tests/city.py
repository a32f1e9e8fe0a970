"""A small city that most tests play in: one person per role of the permission matrix."""

from dataclasses import dataclass, field

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.positions import load_catalogue
from tests.factories import AgencyFactory, AppointmentFactory, UnitFactory, UserFactory

ROLES = (
    "anonymous",
    "outsider",
    "chair",
    "secretary",
    "organiser_clerk",
    "invited_head",
    "invited_officer",
    "department_head",
    "admin",
)


@dataclass
class City:
    """Units by name, and ``roles``: the appointment of each role (``admin`` holds none)."""

    committee: Unit
    office: Unit
    department: Unit
    commune: Unit
    other_commune: Unit
    admin: User
    roles: dict[str, Appointment] = field(default_factory=dict)

    def person(self, role: str) -> User:
        """Who plays ``role``."""
        return self.admin if role == "admin" else self.roles[role].person

    def __getitem__(self, role: str) -> Appointment:
        return self.roles[role]


_CAST = [
    # role, name, position, unit
    ("chair", "Trần Văn Chủ", "chu-tich-thanh-pho", "committee"),
    ("secretary", "Lê Thị Thư", "thu-ky", "office"),
    ("organiser_clerk", "Phạm Văn Thư", "van-thu", "office"),
    ("office_head", "Ngô Văn Phòng", "chanh-van-phong", "office"),
    ("department_head", "Đỗ Giám Đốc", "giam-doc", "department"),
    ("department_clerk", "Đặng Thị Sở", "van-thu", "department"),
    ("department_officer", "Bùi Chuyên Viên", "chuyen-vien", "department"),
    ("invited_head", "Hoàng Ba Đình", "chu-tich-phuong-xa", "commune"),
    ("invited_clerk", "Vũ Văn Phường", "van-thu", "commune"),
    ("invited_officer", "Nguyễn Công Chức", "chuyen-vien", "commune"),
    ("outsider", "Mai Đống Đa", "chuyen-vien", "other_commune"),
    ("outsider_head", "Lý Đống Đa", "chu-tich-phuong-xa", "other_commune"),
]


def build_city() -> City:
    """The People's Committee, its office, a department, an invited commune and one that is not."""
    kinds, levels = Unit.Kind, Unit.Level
    committee = UnitFactory(name="UBND thành phố Hà Nội", kind=kinds.COMMITTEE, level=levels.CITY)
    office = UnitFactory(parent=committee, name="Văn phòng UBND thành phố", kind=kinds.OFFICE, level=levels.CITY)
    department = UnitFactory(parent=committee, name="Sở Xây dựng")
    communes = [
        UnitFactory(
            parent=committee,
            name=f"UBND phường {name}",
            short_name=f"Phường {name}",
            kind=kinds.COMMUNE,
            level=levels.COMMUNE,
        )
        for name in ("Ba Đình", "Đống Đa")
    ]
    for unit in (committee, office, department, *communes):
        unit.legal_body = AgencyFactory(unit=unit)
        unit.save()
    admin = UserFactory(username="admin", full_name="Quản trị viên", is_staff=True, is_superuser=True)
    city = City(committee, office, department, *communes, admin=admin)
    positions = load_catalogue()
    for role, name, position, unit in _CAST:
        person = UserFactory(username=role.replace("_", "."), full_name=name)
        city.roles[role] = AppointmentFactory(person=person, position=positions[position], unit=getattr(city, unit))
    return city
