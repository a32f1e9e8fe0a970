"""Digital signatures on issued documents: with what people and agencies sign, and what was signed (ADR 0122)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SigningCredential(models.Model):
    """With what a person signs or an agency seals. One is in use at a time; earlier ones stay, with ``ended_at``."""

    class Kind(models.TextChoices):
        FILE = "file", _("Tệp chứng thư số (PKCS#12)")
        REMOTE = "remote", _("Dịch vụ ký số từ xa")

    kind = models.CharField(_("cách ký"), max_length=10, choices=Kind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người"),
    )
    unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan"),
    )
    """Whose seal it is."""
    certificates = models.TextField()
    """PEM: the signer's certificate, then those above it."""
    subject = models.CharField(_("cấp cho"), max_length=300)
    issuer = models.CharField(_("nơi cấp"), max_length=300)
    serial = models.CharField(_("số sê-ri"), max_length=60)
    valid_from = models.DateTimeField(_("hiệu lực từ"))
    valid_to = models.DateTimeField(_("hiệu lực đến"))
    key = models.BinaryField(default=bytes)
    """PKCS#12 under a passphrase that is not stored; empty where a service has the key."""
    account = models.CharField(_("tài khoản ký số"), max_length=100, blank=True)
    """At the signing service."""
    picture = models.BinaryField(default=bytes)
    """PNG of the signature or the seal; empty: words in a frame."""
    wrong_attempts = models.PositiveSmallIntegerField(default=0)
    """Wrong passphrases since the last right one."""
    wrong_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ngừng dùng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("chứng thư số")
        verbose_name_plural = _("chứng thư số")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit__isnull=True) | Q(person__isnull=True, unit__isnull=False),
                name="credential_of_a_person_or_an_agency",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="one_credential_in_use_per_person"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(ended_at__isnull=True), name="one_credential_in_use_per_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.serial[:12]})"

    @property
    def has_expired(self) -> bool:
        """Nothing can be signed with it any more."""
        return self.valid_to <= timezone.now()


class SignedDocument(models.Model):
    """A document that was made here and is signed digitally: its PDF is kept, and never made anew."""

    number = models.OneToOneField("documents.NumberAllocation", on_delete=models.PROTECT, related_name="signed")
    original = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    """As it was before anybody signed, with the empty places of the signatures."""
    pdf = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    """With all signatures so far."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("văn bản ký số")
        verbose_name_plural = _("văn bản ký số")

    def __str__(self) -> str:
        return str(self.number)


class SignatureStep(models.Model):
    """One signature on a document: asked for, and what became of it."""

    class Kind(models.TextChoices):
        WRITE = "write", _("Chữ ký của người ghi biên bản")
        SIGN = "sign", _("Chữ ký của người có thẩm quyền")
        SEAL = "seal", _("Chữ ký của cơ quan")

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ ký số")
        SIGNED = "signed", _("Đã ký số")
        REFUSED = "refused", _("Bị từ chối")
        FAILED = "failed", _("Chưa ký được")
        CANCELLED = "cancelled", _("Đã hủy yêu cầu")

    document = models.ForeignKey(SignedDocument, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    credential = models.ForeignKey(SigningCredential, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    """The time that the signature bears."""
    settled_at = models.DateTimeField(null=True, blank=True)
    prepared = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    """The PDF with room for the signature, between ``start`` and ``end``; only while it is pending."""
    attributes = models.BinaryField()
    """What is signed (CMS signed attributes, DER)."""
    digest = models.BinaryField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """Asked again under the same key, the signing service does nothing new; the address it calls back has it too."""
    remote_id = models.CharField(max_length=200, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    """When the signing service was last asked."""
    reason = models.CharField(max_length=300, blank=True)
    """Why it was refused, in the service's words; or the code of what failed."""

    class Meta:
        verbose_name = _("bước ký số")
        verbose_name_plural = _("bước ký số")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="pending"), name="one_pending_signature_per_document"
            ),
            models.UniqueConstraint(
                fields=["document", "kind"], condition=Q(state="signed"), name="one_signature_of_a_kind_per_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} – {self.get_kind_display()}: {self.get_state_display()}"
