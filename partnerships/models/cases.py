"""Case studies and examples of partnerships: their texts, the partners' answers to them, and what was published (SP-08, PB-43, PB-44)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, AGREEING, CONTACT, EVIDENCE, SUBJECT, personal
from acts.revisions import Revised
from findings import blocking
from ledger.actions import lab_stream
from ledger.models import Stream
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import Leaf
from partnerships.models.guidance import Theme
from partnerships.models.partnership import Partner, Partnership
from people.fields import LineField
from people.models import Organization, User


class CommunityKind(models.TextChoices):
    """The kind of community that a case is about."""

    URBAN = "urban", _("Urban")
    RURAL = "rural", _("Rural")
    REMOTE = "remote", _("Remote")
    INDIGENOUS = "indigenous", _("Indigenous")
    ONLINE = "online", _("Anywhere, online")


def coded(codes: Any) -> str:
    """Return codes as a column keeps them, with a space around each, so that one is found by a plain comparison."""
    joined = " ".join(codes)
    return f" {joined} " if joined else ""


class Tagged(models.Model):
    """What cases are found by: codes, kept as `coded` writes them."""

    leaves = models.CharField(_("models"), max_length=300, blank=True)
    levels = models.CharField(_("levels of government"), max_length=200, blank=True)
    communities = models.CharField(_("kinds of community"), max_length=100, blank=True)
    themes = models.CharField(_("themes"), max_length=400, blank=True)

    TAGS: ClassVar[dict[str, Any]] = {
        "leaves": Leaf, "levels": Organization.Level, "communities": CommunityKind, "themes": Theme,
    }  # fmt: skip

    class Meta:
        abstract = True

    def labels(self, name: str) -> list[str]:
        """Return the labels of the codes in one of these columns."""
        return [str(self.TAGS[name](code).label) for code in getattr(self, name).split()]

    @property
    def model_labels(self) -> list[str]:
        return self.labels("leaves")


def tagged(rows: Any, *, model: str = "", theme: str = "", level: str = "", community: str = "") -> Any:
    """Return the rows with all these codes; `model` is a leaf, or a whole model."""
    if model:
        rows = rows.filter(leaves__contains=f" {model} " if model in Leaf.values else f" {model}_")
    for column, code in (("themes", theme), ("levels", level), ("communities", community)):
        if code:
            rows = rows.filter(**{f"{column}__contains": f" {code} "})
    return rows


class CaseStudyQuerySet(models.QuerySet["CaseStudy"]):
    def visible_to(self, user: User) -> CaseStudyQuerySet:
        """Return the cases whose text this account may read: the lab and viewers all, others published ones and their own partnerships'."""
        from people.models import Role

        if user.has_role(Role.LAB_OPS, Role.LAB_LEAD, Role.VIEWER):
            return self
        return self.filter(Q(state=CaseStudy.State.PUBLISHED) | Q(partnership__in=Partnership.objects.visible_to(user)))

    def matching(self, words: str) -> CaseStudyQuerySet:
        """Return those with every word in their title, place, partners or background."""
        rows = self
        for word in words.replace("\x00", "")[:100].split()[:8]:
            names = ("title", "place", "partners", "background")
            condition = Q()
            for name in names:
                condition |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(condition)
        return rows


class CaseStudy(Tagged, Revised):
    """A case study of a partnership, or a short example, as staff write it. What the public reads is a `CaseVersion`.

    `objectives`, `partners` and `next_steps` have one on each line; a next step may begin with its date. `figures` are a list of
    label, value, unit, source, and the address of the page that the figure was taken from. `code` is its public address and never
    changes. One that was added or changed by hand (`by_hand`) is left as it is when the guidance is loaded again.
    """

    class Kind(models.TextChoices):
        CASE = "case", _("Case study")
        EXAMPLE = "example", _("Example")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    code = models.SlugField(_("code"), max_length=60, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CASE)
    title = LineField(_("title"), max_length=150)
    place = LineField(_("place"), max_length=150, blank=True)
    partners = models.TextField(_("partners"), max_length=1000, blank=True)
    started = LineField(_("started"), max_length=60, blank=True)
    background = models.TextField(_("background"), max_length=4000, blank=True)
    objectives = models.TextField(_("objectives"), max_length=3000, blank=True)
    status = models.TextField(_("status"), max_length=2000, blank=True)
    results = models.TextField(_("results"), max_length=4000, blank=True)
    next_steps = models.TextField(_("next steps"), max_length=2000, blank=True)
    figures = models.JSONField(_("figures"), default=list, blank=True)
    partnership = models.ForeignKey(Partnership, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    by_hand = models.BooleanField(default=False, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CaseStudyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "published", "withdrawn"]), name="partnerships_case_state"),
            models.CheckConstraint(condition=Q(kind__in=["case", "example"]), name="partnerships_case_kind"),
        ]
        indexes = [models.Index(fields=["title", "id"], name="partnerships_cases_by_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])

    @property
    def stream(self) -> Stream:
        """Where its acts are recorded: with its partnership, or with the lab."""
        return self.partnership.stream if self.partnership else lab_stream()


@recorded(
    in_stream="partner__partnership__stream",
    fields="case partner person text_sha256 asked_at answer comment answered_at answered_by answered_name",
    acts="case-consent-asked case-answered",
)
@personal("person", purpose=CONTACT, kept=SUBJECT)
@personal("answered_by answered_name", purpose=AGREEING, kept=EVIDENCE)
class CaseConsent(models.Model):
    """That a partner was asked whether a case may be published, and its answer. It counts for the text with this hash alone."""

    class Answer(models.TextChoices):
        AGREED = "case_agreed", _("Agreed")
        CHANGES = "case_changes", _("Asked for changes")

    case = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, related_name="consents")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="case_consents")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(_("answer"), max_length=15, choices=Answer, blank=True)
    comment = models.TextField(_("what to change"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_name = models.CharField(max_length=150, blank=True)

    objects = RecordQuerySet["CaseConsent"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("partner’s answer to a case study")
        verbose_name_plural = _("partners’ answers to case studies")
        constraints = [
            models.UniqueConstraint(fields=["case", "partner", "text_sha256"], name="partnerships_case_asked_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_name="")
                | (Q(answer__in=["case_agreed", "case_changes"], answered_at__isnull=False) & ~Q(answered_name="")),
                name="partnerships_case_answer_whole",
            ),
            models.CheckConstraint(condition=~Q(answer="case_changes", comment=""), name="partnerships_case_changes_named"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.get_answer_display()}"


declare(
    "partnerships_case_asked_once",
    lambda: blocking("case-asked", gettext("This partner has already been asked."), gettext("Reload the page.")),
)


@personal("person", purpose=CONTACT, kept=SUBJECT)
class CaseLink(models.Model):
    """An address in an email by which a partner reads a case and answers, known by its hash alone. It expires."""

    consent = models.ForeignKey(CaseConsent, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.person_id} about {self.consent_id}"


class CaseVersionQuerySet(RecordQuerySet["CaseVersion"]):
    def published(self) -> CaseVersionQuerySet:
        """Return the versions that the public reads now."""
        return self.filter(to_at=None)


@recorded(
    in_stream="stream",
    fields="stream case number fields fields_sha256 from_at published_by to_at ended_by reason",
    acts="case-published case-withdrawn",
)
@personal("published_by ended_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class CaseVersion(Tagged):
    """A case as it was published. Triggers refuse any change to it; the other columns are copies of `fields`, to find and filter by."""

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="case_versions")
    case = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    fields = models.JSONField()
    fields_sha256 = models.CharField(max_length=64)
    code = models.SlugField(max_length=60)
    title = LineField(max_length=150)
    search_text = models.TextField()
    from_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    to_at = models.DateTimeField(_("withdrawn or replaced"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, max_length=1000)

    objects = CaseVersionQuerySet.as_manager()

    class Meta:
        ordering = ["case", "number"]
        verbose_name = _("published version of a case study")
        verbose_name_plural = _("published versions of case studies")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="partnerships_case_number"),
            models.UniqueConstraint(fields=["case"], condition=Q(to_at=None), name="partnerships_one_case_published"),
        ]
        indexes = [
            models.Index(fields=["title", "id"], condition=Q(to_at=None), name="partnerships_case_list"),
            models.Index(fields=["-from_at"], condition=Q(to_at=None), name="partnerships_case_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"
