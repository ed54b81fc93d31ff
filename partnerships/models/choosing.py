"""Which model was chosen for a partnership, on which answers, and why (SP-02)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import Leaf
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
