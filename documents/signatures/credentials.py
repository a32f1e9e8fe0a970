"""With what somebody signs: taken in, replaced, taken out of use, opened for one signature.

A person hands in a key of their own; an administrator does so for others, binds an account of the signing service, and sets
up the seals of agencies. A key is kept under the passphrase of its holder, which is asked for at each signature and never stored.
"""

import datetime as dt
from typing import NamedTuple

from cryptography import x509
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import SigningCredential
from documents.signatures import appearance, certificates, remote
from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Unit
from eoffice.organisation.permissions import may_manage_organisation

MOST_ATTEMPTS = 5
LOCKED_FOR = dt.timedelta(minutes=15)
"""After so many wrong passphrases nobody may try for this long."""
_Kind = SigningCredential.Kind


class Holder(NamedTuple):
    """A person, or an agency with its seal; one of both."""

    person: User | None = None
    unit: Unit | None = None

    @property
    def name(self) -> str:
        """As it stands in a certificate."""
        return self.unit.name if self.unit else str(self.person)


def in_use(holder: Holder) -> SigningCredential | None:
    """With what ``holder`` signs now; None: nothing is set up, or it has expired."""
    rows = SigningCredential.objects.filter(person=holder.person, unit=holder.unit, ended_at__isnull=True)
    return rows.filter(valid_to__gt=timezone.now()).first()


def shown(holder: Holder) -> SigningCredential | None:
    """The same, also when it has expired."""
    return SigningCredential.objects.filter(person=holder.person, unit=holder.unit, ended_at__isnull=True).first()


def may_set_up(user: User, holder: Holder, kind: str) -> bool:
    """Administrators for everybody; a person a key file of their own."""
    own = kind == _Kind.FILE and holder.unit is None and holder.person == user
    return own or may_manage_organisation(user)


def add_file(user: User, holder: Holder, *, pkcs12: bytes, passphrase: str, picture: bytes) -> SigningCredential:
    """Sign with this key from now on; an earlier credential is out of use.

    Raises NotAllowed, UserError: "bad-passphrase", "bad-key-file", "weak-passphrase", "certificate-unusable",
    "certificate-of-another", "bad-signature-picture".
    """
    _require(user, holder, _Kind.FILE)
    if len(passphrase) < certificates.SHORTEST_PASSPHRASE:
        least = certificates.SHORTEST_PASSPHRASE
        sentence = _("Mật khẩu của chứng thư số phải có ít nhất %(least)d ký tự.") % {"least": least}
        hint = _("Đặt lại mật khẩu của tệp bằng phần mềm của nơi cấp rồi tải lên.")
        raise UserError("weak-passphrase", sentence, hint=hint, fields={"passphrase": sentence})
    key = certificates.opened(pkcs12, passphrase)
    if holder.person == user and not may_manage_organisation(user):
        _check_is_theirs(key.certificates[0], holder)
    kept = certificates.sealed(key, passphrase)
    return _replace(user, holder, _Kind.FILE, key.certificates, picture, key=kept)


def add_remote(user: User, holder: Holder, *, account: str, picture: bytes) -> SigningCredential:
    """Sign by the signing service's ``account`` from now on. Raises as ``add_file``, and what ``remote`` raises."""
    _require(user, holder, _Kind.REMOTE)
    found = remote.certificates_of(account)
    return _replace(user, holder, _Kind.REMOTE, found, picture, account=account)


@transaction.atomic
def end(user: User, credential: SigningCredential) -> None:
    """Sign with it no more; its key is deleted. Again: harmless. Raises NotAllowed."""
    _require(user, Holder(credential.person, credential.unit), _Kind.FILE)
    rows = SigningCredential.objects.filter(pk=credential.pk, ended_at__isnull=True)
    if rows.update(ended_at=timezone.now(), key=b""):
        log.record("credential.ended", user=user, target=credential)


def unlocked(credential: SigningCredential, passphrase: str) -> certificates.PrivateKey:
    """Its key. Not inside a transaction: a wrong passphrase is counted.

    Raises UserError("bad-passphrase"), Conflict("passphrase-locked").
    """
    now = timezone.now()
    rows = SigningCredential.objects.filter(pk=credential.pk)
    wrong, at = rows.values_list("wrong_attempts", "wrong_at").get()
    if wrong >= MOST_ATTEMPTS and at is not None and at > now - LOCKED_FOR:
        raise Conflict(
            "passphrase-locked",
            _("Đã nhập sai mật khẩu chứng thư số %(most)d lần.") % {"most": MOST_ATTEMPTS},
            hint=_("Thử lại sau 15 phút."),
        )
    rows.update(wrong_attempts=F("wrong_attempts") + 1, wrong_at=now)  # before trying: tries at once count too
    try:
        key = certificates.opened(bytes(credential.key), passphrase).key
    except UserError as error:
        log.record("credential.wrong_passphrase", target=credential)
        sentence = _("Mật khẩu của chứng thư số không đúng.")
        raise UserError("bad-passphrase", sentence, fields={"passphrase": sentence}) from error
    rows.update(wrong_attempts=0, wrong_at=None)
    return key


def _require(user: User, holder: Holder, kind: str) -> None:
    if not may_set_up(user, holder, kind):
        raise NotAllowed("may-not-set-up", _("Chứng thư số này do quản trị viên cấu hình."))


def _check_is_theirs(certificate: x509.Certificate, holder: Holder) -> None:
    named = certificates.name_of(certificate.subject)
    if folded(holder.name) not in folded(named):
        sentence = _("Chứng thư số cấp cho “%(named)s”, không phải cho bạn.") % {"named": named}
        hint = _("Nếu đúng là của bạn (khác cách ghi tên), nhờ quản trị viên cấu hình.")
        raise UserError("certificate-of-another", sentence, hint=hint, fields={"file": sentence})


@transaction.atomic
def _replace(
    user: User,
    holder: Holder,
    kind: str,
    found: list[x509.Certificate],
    picture: bytes,
    *,
    key: bytes = b"",
    account: str = "",
) -> SigningCredential:
    certificate = found[0]
    certificates.check_usable(certificate, timezone.now())
    if picture:
        appearance.checked(picture, seal=holder.unit is not None)
    for old in SigningCredential.objects.select_for_update(of=("self",)).filter(
        person=holder.person, unit=holder.unit, ended_at__isnull=True
    ):
        end(user, old)
    made = SigningCredential.objects.create(
        kind=kind,
        person=holder.person,
        unit=holder.unit,
        certificates=certificates.pem(found),
        subject=certificates.name_of(certificate.subject)[:300],
        issuer=certificates.name_of(certificate.issuer)[:300],
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        key=key,
        account=account,
        picture=picture,
        created_by=user,
    )
    log.record("credential.added", user=user, target=made, kind=kind, holder=holder.name)
    return made
