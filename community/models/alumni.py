"""Alumni of graduated residencies, and what they and experienced teams offer to others (EL-54, EL-82)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, COMMUNITY, PERSON, SUBJECT, personal
from acts.revisions import Revised
from community.choices import HelpTopic
from dates.months import months_after
from findings import blocking
from people.fields import LineField

MOST_TEAMS = 5
CHECK_MONTHS = 14


class AlumnusQuerySet(models.QuerySet["Alumnus"]):
    def listed(self) -> AlumnusQuerySet:
        """Return the alumni who are in the directory: without those who opted out and without merged records."""
        return self.filter(opted_out_at=None, person__merged_into=None)

    def for_list(self) -> AlumnusQuerySet:
        """Include everything that a row of the directory shows; three queries."""
        rows = self.select_related("person__offer").prefetch_related("person__offer__topic_rows")
        places = AlumnusPlace.objects.select_related("residency__program_area__ministry")
        return rows.prefetch_related(models.Prefetch("places", queryset=places))

    def to_check(self, today: datetime.date) -> AlumnusQuerySet:
        """Return the listed alumni without an email address, or whose details weren't confirmed for 14 months."""
        return self.listed().filter(Q(person__email="", person__user=None) | Q(checked_on__lt=months_after(today, -CHECK_MONTHS)))


@personal("person", purpose=COMMUNITY, kept=PERSON)
class Alumnus(Revised):
    """A person who was on the team or a champion of a residency when it graduated.

    Lab staff always see the contact details of someone who is listed; product owners only with `shows_email`. If the person opts
    out, they leave the directory, and what they offered is deleted. `checked_on` is when their details were last confirmed.
    """

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="alumnus", verbose_name=_("person"))
    joined_on = models.DateField(_("alum since"))
    checked_on = models.DateField(_("details confirmed"))
    shows_email = models.BooleanField(_("show email address to teams"), default=False)
    opted_out_at = models.DateTimeField(null=True, editable=False)

    objects = AlumnusQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "pk"]
        verbose_name = _("alum")
        verbose_name_plural = _("alumni")
        indexes = [models.Index(fields=["checked_on"], condition=Q(opted_out_at=None), name="community_alumni_to_check")]

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        return reverse("alumnus", args=[self.pk])

    @property
    def is_listed(self) -> bool:
        return self.opted_out_at is None

    @property
    def offer(self) -> Offer | None:
        """What the person offers; no query if the person was read `for_list`."""
        return getattr(self.person, "offer", None)


class AlumnusPlace(models.Model):
    """A residency that someone graduated with, and their role at the time."""

    alumnus = models.ForeignKey(Alumnus, on_delete=models.PROTECT, related_name="places")
    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="alumni", verbose_name=_("residency"))
    role = LineField(_("role"), max_length=100, blank=True)

    class Meta:
        ordering = ["-residency__ended_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["alumnus", "residency"], name="community_alumnus_once")]

    def __str__(self) -> str:
        return f"{self.role}, {self.residency}" if self.role else str(self.residency)


declare(
    "community_alumnus_once",
    lambda: blocking(
        "alumnus-known", gettext("This person is already an alum of this residency."), gettext("Change what they offer on their page.")
    ),
)


class OfferQuerySet(models.QuerySet["Offer"]):
    def of_mentors(self) -> OfferQuerySet:
        """Return the offers of those who mentor at least one team."""
        return self.filter(teams_at_once__gt=0, person__merged_into=None)

    def for_list(self) -> OfferQuerySet:
        """Include what a list shows; two queries."""
        return self.select_related("person__alumnus", "residency").prefetch_related("topic_rows")


@personal("person", purpose=COMMUNITY, kept=PERSON)
@personal("changed_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Offer(Revised):
    """What a person offers to other teams. With a `residency`, they offer it as a member of that team; otherwise as an alum.

    Its row is locked while the person gets another team to mentor. An offer that is withdrawn is deleted.
    """

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="offer", verbose_name=_("person"))
    residency = models.ForeignKey(
        "residencies.Residency", null=True, blank=True, on_delete=models.PROTECT, related_name="offers", verbose_name=_("team")
    )
    text = models.TextField(_("offer"), max_length=1000, blank=True)
    teams_at_once = models.PositiveSmallIntegerField(_("teams to mentor at once"), default=0)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "pk"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [models.CheckConstraint(condition=Q(teams_at_once__lte=MOST_TEAMS), name="community_offer_teams")]

    def __str__(self) -> str:
        return self.person.name

    @property
    def topics(self) -> list[str]:
        """Return the topics in the order of the choices."""
        chosen = {row.topic for row in self.topic_rows.all()}
        return [topic.value for topic in HelpTopic if topic.value in chosen]

    @property
    def topic_labels(self) -> list[str]:
        return [str(HelpTopic(topic).label) for topic in self.topics]


class OfferTopic(models.Model):
    """One topic of an offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="topic_rows")
    topic = models.CharField(max_length=20, choices=HelpTopic)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "topic"], name="community_topic_once"),
            models.CheckConstraint(condition=Q(topic__in=HelpTopic.values), name="community_known_topic"),
        ]
        indexes = [models.Index(fields=["topic", "offer"], name="community_by_topic")]

    def __str__(self) -> str:
        return self.get_topic_display()
