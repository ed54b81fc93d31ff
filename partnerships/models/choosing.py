"""How a partnership began: the model that was chosen, on which answers and why, and what it was started like (SP-02, PB-06)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import Leaf, Place
from partnerships.models.cases import CaseStudy
from partnerships.models.partnership import Partnership


@recorded(
    in_stream="partnership__stream",
    fields="partnership leaf answers first rules_version reason decided_on decided_by",
    acts="model-decided",
)
@personal("decided_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class ModelDecision(models.Model):
    """A model decision. It keeps the chooser's answers, as its address has them, with what came first and by which rules.

    A later decision doesn't change an earlier one.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="model_decisions")
    leaf = models.CharField(_("model"), max_length=25, choices=Leaf)
    answers = models.CharField(max_length=500)
    first = models.CharField(max_length=300)
    rules_version = models.PositiveSmallIntegerField()
    reason = models.TextField(_("reason"), max_length=1000)
    decided_on = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["ModelDecision"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("model decision")
        verbose_name_plural = _("model decisions")
        constraints = [
            models.CheckConstraint(condition=Q(leaf__in=Leaf.values), name="partnerships_decided_leaf"),
            models.CheckConstraint(condition=~Q(reason=""), name="partnerships_model_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.get_leaf_display())

    @property
    def first_labels(self) -> list[str]:
        """The models that came first by the rules of that day."""
        return [str(Leaf(leaf).label) for leaf in self.first.split()]

    @property
    def follows_ranking(self) -> bool:
        return self.leaf in self.first.split()


# ── Started like another ──────────────────────────────────────────────────────────────────────────


@recorded(
    in_stream="partnership__stream",
    fields="partnership from_case from_partnership leaves places template",
    acts="started-like",
)
class StartingPoint(models.Model):
    """The pattern that a partnership was started with: models, kinds of sites and the agreement's template. No people, dates or measures.

    `leaves` and `places` are codes with spaces between them; a place is there once for each site.
    """

    partnership = models.OneToOneField(Partnership, on_delete=models.PROTECT, related_name="starting_point")
    from_case = models.ForeignKey(CaseStudy, null=True, on_delete=models.PROTECT, related_name="followed_by")
    from_partnership = models.ForeignKey(Partnership, null=True, on_delete=models.PROTECT, related_name="followed_by")
    leaves = models.CharField(_("models"), max_length=300, blank=True)
    places = models.CharField(_("kinds of sites"), max_length=300, blank=True)
    template = models.ForeignKey("agreements.Template", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("template"))

    objects = RecordQuerySet["StartingPoint"].as_manager()

    class Meta:
        verbose_name = _("starting point")
        verbose_name_plural = _("starting points")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_case__isnull=False, from_partnership=None) | Q(from_case=None, from_partnership__isnull=False),
                name="partnerships_started_from_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.from_case or self.from_partnership)

    @property
    def planned_leaves(self) -> list[Leaf]:
        return [Leaf(code) for code in self.leaves.split()]

    @property
    def planned_places(self) -> list[Place]:
        return [Place(code) for code in self.places.split()]
