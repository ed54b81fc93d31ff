"""What a team has given to others (EL-47)."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, COMMUNITY, SUBJECT, personal
from acts.revisions import Revised
from community.choices import Giving
from community.rules import FULL_DAY, WHOLE_DAY
from dates.database import on_record
from people.fields import LineField


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def current(self) -> ContributionQuerySet:
        """Without entries that were struck out as mistakes."""
        return self.filter(struck_at=None)

    def known_at(self, moment: datetime.datetime) -> ContributionQuerySet:
        """Return the entries that counted at a moment, whatever was struck out since (EL-97)."""
        return self.filter(on_record(moment, entered="noted_at", undone="struck_at"))

    def for_list(self) -> ContributionQuerySet:
        return self.select_related("residency", "person")


@personal("person", purpose=COMMUNITY, kept=SUBJECT)
@personal("noted_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Contribution(Revised):
    """What one person of a team gave on a day, and how long it took them."""

    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="contributions")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="contributions", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=20, choices=Giving)
    given_on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    what = LineField(_("description"), max_length=200, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now, editable=False)
    struck_at = models.DateTimeField(null=True, editable=False)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Giving.values), name="community_known_giving"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1, minutes__lte=WHOLE_DAY), name="community_giving_time"),
            models.CheckConstraint(
                condition=~models.Q(kind=Giving.WORKSHOP) | models.Q(minutes__lte=FULL_DAY), name="community_workshop_day"
            ),
        ]
        indexes = [
            models.Index(fields=["-given_on", "-id"], condition=models.Q(struck_at=None), name="community_given_by_day"),
            models.Index(fields=["kind", "-given_on"], condition=models.Q(struck_at=None), name="community_given_by_kind"),
            models.Index(fields=["person", "given_on"], condition=models.Q(struck_at=None), name="community_given_by_person"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def hours(self) -> Decimal:
        return in_hours(self.minutes)


def in_hours(minutes: int | None) -> Decimal:
    """`minutes` in hours: 1.5 for 90."""
    return (Decimal(minutes or 0) / 60).quantize(Decimal("0.01"))
