"""Guidance for partnerships: the models as a tree, practices, and tools with their versions (SP-02, SP-05, SP-09)."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import not_personal
from acts.revisions import Revised
from findings import blocking
from people.fields import LineField
from web.search_words import Learned

FOLDER = "partnership-tools"


class Theme(models.TextChoices):
    """What a practice or a tool is about."""

    ACCOMMODATION = "accommodation", _("Accommodation and property")
    COLLECTIVE_AGREEMENTS = "collective_agreements", _("Collective and structural agreements")
    CLIENT_PAYMENT = "client_payment", _("Client payment")
    COMMUNICATIONS = "communications", _("Communications")
    EQUIPMENT = "equipment", _("Equipment, technology and supplies")
    FINANCE = "finance", _("Finance")
    GREETING = "greeting", _("Greeting and directing clients")
    HUMAN_RESOURCES = "human_resources", _("Human resources")
    PRIVACY = "privacy", _("Information and privacy")
    INDIGENOUS = "indigenous", _("Indigenous communities")
    OPERATIONS = "operations", _("Operations")
    PERFORMANCE = "performance", _("Performance")
    PROJECT_MANAGEMENT = "project_management", _("Project management")
    SECURITY = "security", _("Security")
    SERVICES = "services", _("Services")


class PracticeKind(models.TextChoices):
    DO = "do", _("To do")
    DECIDE = "decide", _("To decide")
    ADVICE = "advice", _("Advice")


class OnlyIf(models.TextChoices):
    """Where a practice applies only under a condition."""

    INDIGENOUS = "indigenous", _("With an Indigenous community")
    ROAD = "road", _("When travelling by road")
    AIR_OR_RAIL = "air_or_rail", _("When travelling by plane or train")
    PUBLIC_TRANSPORT = "public_transport", _("When travelling by public transport")


class PracticeStage(models.TextChoices):
    """The stage of a partnership before whose end a practice is carried out."""

    EXPLORING = "exploring", _("Exploring")
    FEASIBILITY = "feasibility", _("Feasibility")
    AGREEING = "agreeing", _("Agreeing")
    PREPARING = "preparing", _("Preparing")


class Guidance(Learned, Revised):
    """A row of the guidance. One that was added or changed by hand (`by_hand`) is left as it is when the guidance is loaded again."""

    code = models.SlugField(_("code"), max_length=40, help_text=_("Never changes, because other records refer to it."))
    by_hand = models.BooleanField(default=False, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=1_000)

    class Meta:
        abstract = True


@not_personal("name", why="the name of a partnership model")
class PartnershipModel(Guidance):
    """A partnership model, or a kind of one. A leaf, which has no kinds, can be chosen for an arrangement.

    Empty texts are being prepared. `editors_note` is for those who write the guidance and is shown only in the admin.
    """

    class State(models.TextChoices):
        BEING_PREPARED = "being_prepared", _("Being prepared")
        PUBLISHED = "published", _("Published")

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="kinds", verbose_name=_("kind of"))
    name = LineField(_("name"), max_length=100)
    definition = models.TextField(_("definition"), blank=True)
    why = models.TextField(_("why"), blank=True)
    clientele = models.TextField(_("clients"), blank=True)
    where = models.TextField(_("where"), blank=True)
    when = models.TextField(_("when"), blank=True)
    examples = models.TextField(_("examples"), blank=True, help_text=_("One on each line."))
    editors_note = models.TextField(_("note for editors"), blank=True)
    state = models.CharField(_("status"), max_length=15, choices=State, default=State.BEING_PREPARED)

    learned_from = ("name",)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("partnership model")
        verbose_name_plural = _("partnership models")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="partnerships_model_code"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="partnerships_model_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("guidance-model", args=[self.code])


class Practice(Guidance):
    """A good practice with a stable code. It applies to its models and their kinds; without models, to all."""

    text = LineField(_("practice"), max_length=300)
    theme = models.CharField(_("theme"), max_length=25, choices=Theme)
    kind = models.CharField(_("kind"), max_length=10, choices=PracticeKind, default=PracticeKind.DO)
    applies_to = models.ManyToManyField(PartnershipModel, blank=True, related_name="practices", verbose_name=_("models"))
    only_if = models.CharField(_("only"), max_length=20, choices=OnlyIf, blank=True)
    stage = models.CharField(_("stage"), max_length=15, choices=PracticeStage, blank=True)
    blocking = models.BooleanField(_("required before opening"), default=False)
    evidence_needed = models.BooleanField(_("evidence needed"), default=False)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    learned_from = ("text",)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [models.UniqueConstraint(fields=["code"], name="partnerships_practice_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def get_absolute_url(self) -> str:
        return f"{reverse('guidance-theme', args=[self.theme])}#{self.code}"


class ResourceKind(models.TextChoices):
    TEMPLATE = "template", _("Template")
    PLAN = "plan", _("Plan")
    EXAMPLE = "example", _("Example")
    FRAMEWORK = "framework", _("Framework")
    SCAN = "scan", _("Assessment")
    TOOL = "tool", _("Tool")


def resource_path(resource: Any, filename: str) -> str:
    """Return a random path, so that nothing a person typed ends up in a file name (ASVS 5.3.2)."""
    return f"{FOLDER}/{timezone.now():%Y/%m}/{secrets.token_hex(20)}"


@not_personal("file_name", why="of a file")
class Resource(Guidance):
    """A version of a tool or template: a file or a link, or neither while it is being prepared. The version that replaces it names it."""

    class State(models.TextChoices):
        BEING_PREPARED = "being_prepared", _("Being prepared")
        AVAILABLE = "available", _("Available")
        RETIRED = "retired", _("Replaced")

    title = LineField(_("title"), max_length=150)
    purpose = models.TextField(_("what it is for"), max_length=500, blank=True)
    when_to_use = models.TextField(_("when to use it"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=15, choices=ResourceKind, default=ResourceKind.TEMPLATE)
    theme = models.CharField(_("theme"), max_length=25, choices=Theme)
    applies_to = models.ManyToManyField(PartnershipModel, blank=True, related_name="resources", verbose_name=_("models"))
    review_on = models.DateField(_("review date"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    supersedes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by", editable=False)
    url = models.URLField(_("link"), max_length=1000, blank=True, editable=False)
    file = models.FileField(_("file"), upload_to=resource_path, blank=True, editable=False)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    content_type = models.CharField(max_length=100, blank=True, editable=False)
    size_bytes = models.PositiveIntegerField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, editable=False)
    state = models.CharField(_("status"), max_length=15, choices=State, default=State.BEING_PREPARED, editable=False)

    learned_from = ("title",)

    class Meta:
        ordering = ["order", "title", "-version", "pk"]
        verbose_name = _("tool or template")
        verbose_name_plural = _("tools and templates")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="partnerships_resource_version"),
            models.CheckConstraint(
                condition=Q(state="being_prepared", url="", file="") | (~Q(state="being_prepared") & (~Q(url="") | ~Q(file=""))),
                name="partnerships_resource_available",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resource", args=[self.pk])


_KNOWN = lambda: blocking("guidance-code-known", gettext("This code is already in use."), gettext("Enter another code."))
for _name in ("partnerships_model_code", "partnerships_practice_code", "partnerships_resource_version"):
    declare(_name, _KNOWN)
