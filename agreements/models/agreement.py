"""An agreement and its versions: what is agreed, word by word (EL-20 to EL-26)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from acts.revisions import Revised
from agreements.models.templates import PARTNERSHIP, TemplateRole, TemplateVersion
from findings import blocking
from ledger.models import Stream
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import kind_of, subject_of
from people.fields import LineField

models.CharField.register_lookup(Length)


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CIRCULATED = "circulated", _("Sent to parties")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Replaced")
    VOID = "void", _("Void")


FROZEN = [State.CIRCULATED, State.IN_FORCE, State.SUPERSEDED, State.VOID]


class AgreementQuerySet(RecordQuerySet["Agreement"]):
    def current(self) -> AgreementQuerySet:
        return self.filter(voided_at=None)

    def of(self, stream: Stream, purpose: str = PARTNERSHIP) -> AgreementQuerySet:
        """Return the agreements about a subject for one purpose, void ones too."""
        return self.filter(stream=stream, purpose=purpose)


@recorded(
    in_stream="stream",
    fields="stream template_version number reference made_at made_by voided_at void_reason voided_by replaces",
    acts="agreement-prepared agreement-voided",
)
@personal("made_by voided_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Agreement(models.Model):
    """One agreement about one subject; it keeps the template version it was made from (EL-20).

    `purpose` is its template's at the time. A subject has one standing agreement of each purpose.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="agreements")
    template_version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="agreements")
    purpose = models.SlugField(max_length=30, default=PARTNERSHIP, editable=False)
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by", editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("agreement")
        indexes = [models.Index(fields=["voided_at"], condition=models.Q(voided_at__isnull=False), name="agreements_voided")]
        constraints = [
            models.UniqueConstraint(fields=["stream", "number"], name="agreements_number"),
            models.UniqueConstraint(fields=["stream", "purpose"], condition=models.Q(voided_at=None), name="agreements_one_of_a_purpose"),
            models.CheckConstraint(condition=models.Q(voided_at=None) | ~models.Q(void_reason=""), name="agreements_void_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.place])

    @property
    def place(self) -> str:
        """The part of its addresses that names it: the subject's reference for the partnership, its own reference otherwise."""
        return self.subject.reference if self.purpose == PARTNERSHIP else self.reference

    @property
    def state_label(self) -> str:
        """The state of its newest version in words, where a query added it as `state`."""
        return str(State(self.state).label)  # type: ignore[attr-defined]

    @property
    def goes_on(self) -> bool:
        """Whether it can still be worked on: its subject is under way, or its purpose outlasts the end (`SubjectKind.after_end`)."""
        subject = self.subject
        return subject.is_under_way or subject.state in kind_of(self.stream).after_end.get(self.purpose, ())

    @property
    def subject(self) -> Any:
        return subject_of(self.stream)

    def latest(self) -> AgreementVersion:
        """The version people work on now: the newest."""
        return self.versions.order_by("-number")[0]

    def in_force(self) -> AgreementVersion | None:
        """The version that holds now; while its amendment is out for signing that is not the newest (EL-34)."""
        return self.versions.filter(state=State.IN_FORCE).first()


for _unique in ("agreements_number", "agreements_one_of_a_purpose", "agreements_agreement.reference"):
    declare(
        _unique,
        lambda: blocking("agreement-exists", gettext("There’s already an agreement."), gettext("Continue with that one."), "agreement"),
    )


@recorded(
    in_stream="agreement__stream",
    fields=(
        "agreement number state header code_required canonical content_sha256 previous made_at circulated_at circulated_by "
        "in_force_at superseded_at void_reason"
    ),
    acts="agreement-prepared agreement-circulated agreement-in-force",
)
@personal("circulated_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class AgreementVersion(Revised):
    """One wording of an agreement: an editable draft, then frozen for good.

    `canonical` are the bytes that everybody signs and the only truth from circulation on; the rows below
    it are for reading. `version` (from Revised) counts edits of the draft, `number` is the wording.
    `code_required` is what lab operations chose for this one; None leaves it to the template.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    header = models.JSONField(default=dict)
    code_required = models.BooleanField(null=True, editable=False)
    canonical = models.BinaryField(null=True, editable=False)
    content_sha256 = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - unknown until circulated
    previous = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="next", editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    circulated_at = models.DateTimeField(null=True, editable=False)
    circulated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    in_force_at = models.DateTimeField(null=True, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.TextField(blank=True)

    objects = RecordQuerySet["AgreementVersion"].as_manager()

    class Meta:
        ordering = ["agreement", "number"]
        verbose_name = _("version of an agreement")
        verbose_name_plural = _("versions of agreements")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreements_version_number"),
            models.UniqueConstraint(fields=["agreement"], condition=models.Q(state="in_force"), name="agreements_one_in_force"),
            models.UniqueConstraint(fields=["agreement"], condition=models.Q(state="circulated"), name="agreements_one_circulated"),
            models.UniqueConstraint(fields=["agreement"], condition=models.Q(state="draft"), name="agreements_one_draft"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="agreements_known_state"),
            models.CheckConstraint(
                condition=models.Q(state="draft", canonical=None, content_sha256=None, circulated_at=None)
                | (
                    models.Q(state__in=FROZEN, canonical__isnull=False, content_sha256__isnull=False, circulated_at__isnull=False)
                    & models.Q(content_sha256__length=64)
                ),
                name="agreements_circulated_has_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(state="in_force", in_force_at__isnull=False)
                | models.Q(state__in=["draft", "circulated"], in_force_at=None)
                | models.Q(state__in=["superseded", "void"]),
                name="agreements_in_force_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state="superseded", superseded_at__isnull=False)
                | (~models.Q(state="superseded") & models.Q(superseded_at=None)),
                name="agreements_superseded_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="void") | ~models.Q(void_reason=""), name="agreements_void_version_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.reference}, version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether parties are asked to sign it now."""
        return self.state == State.CIRCULATED

    @property
    def asks_for_code(self) -> bool:
        """Whether a signer must type a one-time code from their mail (EL-28); part of what is hashed."""
        return self.agreement.template_version.code_required if self.code_required is None else self.code_required

    @property
    def may_be_amended(self) -> bool:
        """Whether changes to its words can be proposed: it is out for signing or in force (EL-25, EL-34)."""
        return self.state in (State.CIRCULATED, State.IN_FORCE)

    @property
    def short_hash(self) -> str:
        """The first twelve hex digits in fours, as every page and document shows them (EL-26)."""
        digits = self.content_sha256 or ""
        return " ".join(digits[start : start + 4] for start in range(0, 12, 4)).strip()

    @property
    def file_name(self) -> str:
        """How a file about this version is called, without its ending: the product, the agreement, the version."""
        return "-".join(filter(None, [slugify(self.header.get("product", "")), self.agreement.reference, f"version-{self.number}"]))

    @property
    def header_lines(self) -> list[tuple[str, str]]:
        """Label and value of each header field, in the template's order (EL-21)."""
        fields = self.agreement.template_version.header_fields
        return [(field["label"], self.header.get(field["key"], "")) for field in fields]


@recorded(in_stream="version__agreement__stream", fields="version number heading takes_conditions follows")
class Section(models.Model):
    """A section of a version; parties read and mark it (EL-23). `follows` is the one it continues from the version before."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="sections")
    number = models.PositiveSmallIntegerField()
    heading = LineField(max_length=150)
    takes_conditions = models.BooleanField(default=False)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by", editable=False)

    objects = RecordQuerySet["Section"].as_manager()

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="agreements_section_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.heading}"


@recorded(in_stream="version__agreement__stream", fields="version section position number heading text kind follows")
class Clause(models.Model):
    """A clause of a version: from the template, or a condition of this agreement alone (EL-21).

    `follows` is the clause of the version before that this one continues; none for the first or an added one.
    """

    class Kind(models.TextChoices):
        STANDARD = "standard", _("From the template")
        UNIQUE = "unique", _("Unique condition")

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="clauses")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    heading = LineField(max_length=150)
    text = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STANDARD)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by", editable=False)

    objects = RecordQuerySet["Clause"].as_manager()

    class Meta:
        ordering = ["version", "section__number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="agreements_clause_number"),
            models.CheckConstraint(condition=models.Q(kind__in=["standard", "unique"]), name="agreements_clause_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"


@recorded(in_stream="version__agreement__stream", fields="version role position label side stage must_sign")
class PartyRole(models.Model):
    """A role of a version, part of what is hashed; who fills it is not (EL-22)."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="roles")
    role = models.ForeignKey(TemplateRole, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    label = LineField(max_length=120)
    side = models.CharField(max_length=20)
    stage = models.PositiveSmallIntegerField(default=1)
    must_sign = models.BooleanField(default=True)

    objects = RecordQuerySet["PartyRole"].as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "role"], name="agreements_role_once")]

    def __str__(self) -> str:
        return self.label
