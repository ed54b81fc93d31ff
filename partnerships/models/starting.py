"""What a partnership was started from: another one, or a case study (PB-06)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.records import RecordQuerySet, recorded
from partnerships.choices import Leaf, Place
from partnerships.models.cases import CaseStudy
from partnerships.models.partnership import Partnership


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
