"""The partnership: two or more levels of government, one purpose, from an idea to a shared service (SP-01)."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, CONTACT, EVIDENCE, SUBJECT, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import ENDED, PartnerRole, Stage
from people.fields import LineField
from people.models import Role
from web.search_words import Learned

if TYPE_CHECKING:
    from people.models import User

WORDS = ("problem", "purpose", "vision", "value_clients", "value_partners", "value_employees")


class PartnershipQuerySet(RecordQuerySet["Partnership"]):
    def visible_to(self, user: User) -> PartnershipQuerySet:
        """Return what this account may know of: the lab and viewers all, others those that they lead or coordinate for a partner."""
        if user.has_role(Role.LAB_OPS, Role.LAB_LEAD, Role.VIEWER):
            return self
        partners = Partner.objects.filter(coordinator__user=user, left_on=None)
        return self.filter(Q(lead=user) | Q(pk__in=partners.values("partnership")))

    def matching(self, text: str, meant: Callable[[str], Iterable[str]] = lambda word: [word]) -> PartnershipQuerySet:
        """Return those with every word of `text` in their reference, their name or the name of a partner of today (SP-01).

        `meant` returns the words that may be meant by a typed one.
        """
        condition = Q()
        for word in text.replace("\x00", "")[:100].casefold().split():
            in_words = Q()
            for each in meant(word):
                # A subquery for each word: two words may name two partners.
                partners = Partner.objects.filter(organization__name__icontains=each, left_on=None)
                in_words |= Q(reference__icontains=each) | Q(name__icontains=each) | Q(pk__in=partners.values("partnership"))
            condition &= in_words
        return self.filter(condition)

    def under_way(self) -> PartnershipQuerySet:
        return self.exclude(state__in=ENDED)


@recorded(
    in_stream="stream",
    fields="reference stream stream__kind state review_on no_sunset_reason note note_on ended_on end_reason",
    acts="partnership-started",
)
@personal("lead", purpose=ACCOUNTABLE, kept=SUBJECT)
@not_personal("name", why="the name of a partnership")
class Partnership(Learned, Revised):
    """A service partnership. `state` changes in partnerships/lifecycle/moves.py alone; every act is on `stream`.

    `note` is what was agreed, with whom and when, where an informal cross promotion needs no agreement. Without sunset criteria
    `no_sunset_reason` says why. The partners meet every `meets_every` months, the next time by `meet_by`.
    """

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    stream = models.OneToOneField("ledger.Stream", on_delete=models.PROTECT, related_name="service_partnership", editable=False)
    name = LineField(_("name"), max_length=150)
    problem = models.TextField(_("problem or opportunity"), max_length=1000, blank=True)
    purpose = models.TextField(_("purpose"), max_length=1000, blank=True)
    vision = models.TextField(_("vision"), max_length=1000, blank=True)
    client_groups = LineField(_("client groups"), max_length=300, blank=True)
    value_clients = models.TextField(_("value for clients"), max_length=1000, blank=True)
    value_partners = models.TextField(_("value for partners"), max_length=1000, blank=True)
    value_employees = models.TextField(_("value for employees"), max_length=1000, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="led_partnerships",
        verbose_name=_("partnership lead"),
    )  # fmt: skip
    board = models.ForeignKey(
        "people.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="partnerships", verbose_name=_("board")
    )
    review_on = models.DateField(_("review date"), null=True, blank=True)
    meets_every = models.PositiveSmallIntegerField(_("months between meetings"), null=True, blank=True, editable=False)
    meet_by = models.DateField(_("next meeting due"), null=True, blank=True, editable=False)
    no_sunset_reason = models.TextField(_("why there are no sunset criteria"), max_length=1000, blank=True)
    note = models.TextField(_("what was agreed, and with whom"), max_length=2000, blank=True)
    note_on = models.DateField(_("agreed on"), null=True, blank=True)
    state = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.EXPLORING, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    started_on = models.DateField(_("operating since"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    end_reason = models.TextField(blank=True, editable=False)

    objects = PartnershipQuerySet.as_manager()
    learned_from = ("reference", "name")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Stage.values), name="partnerships_known_stage"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_on__isnull=False) | (~Q(state__in=ENDED) & Q(ended_on=None)),
                name="partnerships_ended_on",
            ),
            models.CheckConstraint(
                condition=Q(meets_every=None, meet_by=None) | Q(meets_every__gte=1, meets_every__lte=12, meet_by__isnull=False),
                name="partnerships_rhythm",
            ),
            models.CheckConstraint(condition=~Q(state__in=ENDED) | ~Q(end_reason=""), name="partnerships_end_has_reason"),
            models.CheckConstraint(
                condition=Q(note="", note_on=None) | (~Q(note="") & Q(note_on__isnull=False)), name="partnerships_note_has_day"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="partnerships_by_stage"),
            models.Index(fields=["review_on", "id"], name="partnerships_by_review"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("partnership", args=[self.reference])

    @property
    def owner(self) -> User | None:
        """The partnership lead, who gets replies to mail."""
        return self.lead

    @property
    def is_under_way(self) -> bool:
        return self.state not in ENDED

    def contacts(self) -> list[User]:
        """The partners' coordinators who have an account, by key."""
        accounts = get_user_model()._default_manager.filter(is_active=True, person__coordinated__partnership=self)
        return list(accounts.filter(person__coordinated__left_on=None).distinct().order_by("pk"))

    def anchors(self) -> dict[str, datetime.date | None]:
        return {"start": self.started_on, "live": self.started_on, "graduation": None, "end": self.ended_on}

    @property
    def words_sha256(self) -> str:
        """What partners confirm: the hash of problem, purpose, vision and the three values, so that a change asks them again (PB-22)."""
        return hashlib.sha256(json.dumps([getattr(self, name) for name in WORDS]).encode()).hexdigest()

    @property
    def sunset_words(self) -> str:
        """The sunset criteria in one line, or why there are none, for the head of the agreement (SP-06); one query."""
        criteria = [criterion.text for criterion in self.criteria.filter(removed_on=None)]
        return "; ".join(criteria) or (gettext("None: %(reason)s") % {"reason": self.no_sunset_reason} if self.no_sunset_reason else "")

    @property
    def partner_names(self) -> str:
        """The partners of today, for the head of the agreement; one query."""
        partners = self.partners.filter(left_on=None).select_related("organization").order_by("pk")
        return ", ".join(partner.organization.name for partner in partners)


class ReferenceYear(models.Model):
    """How many references a year has given out; its row is locked while the next is made."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


@recorded(
    in_stream="partnership__stream",
    fields="partnership organization role joined_on left_on confirmed_sha256 confirmed_on",
    acts="partner-added partner-left purpose-confirmed",
)
@personal("coordinator", purpose=CONTACT, kept=SUBJECT)
@personal("confirmed_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Partner(models.Model):
    """An organization's time in a partnership, with the person who coordinates for it. `confirmed_sha256` is what it confirmed."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="partners")
    organization = models.ForeignKey(
        "people.Organization", on_delete=models.PROTECT, related_name="partnerships", verbose_name=_("organization")
    )
    role = models.CharField(_("role"), max_length=15, choices=PartnerRole, default=PartnerRole.CONTRIBUTING)
    coordinator = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="coordinated", verbose_name=_("coordinator")
    )
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    confirmed_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    confirmed_on = models.DateField(null=True, editable=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = RecordQuerySet["Partner"].as_manager()

    class Meta:
        ordering = ["partnership", "joined_on", "pk"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "organization"], condition=Q(left_on=None), name="partnerships_partner_once"),
            models.CheckConstraint(condition=Q(left_on=None) | Q(left_on__gte=models.F("joined_on")), name="partnerships_partner_dates"),
            models.CheckConstraint(condition=Q(role__in=PartnerRole.values), name="partnerships_partner_role"),
        ]

    def __str__(self) -> str:
        return str(self.organization)

    @property
    def has_confirmed(self) -> bool:
        """Whether it confirmed the words as they are now."""
        return bool(self.confirmed_sha256) and self.confirmed_sha256 == self.partnership.words_sha256


declare(
    "partnerships_partner_once",
    lambda: blocking(
        "partner-known", gettext("This organization is already a partner."), gettext("Choose another one, or change its coordinator.")
    ),
)
