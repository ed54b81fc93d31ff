"""The residency: one program area, one product, one problem, one way through (EL-01 to EL-06)."""

from __future__ import annotations

import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNT, ACCOUNTABLE, EVIDENCE, SUBJECT, personal
from acts.revisions import Revised
from findings import blocking
from ledger.memory import at_heads
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField
from people.models import Role
from residencies.models.reference_data import ProgramArea
from residencies.models.states import ENDED, UNDER_WAY, Phase, State
from web.search_words import SearchText, asked_for, words_of

if TYPE_CHECKING:
    from people.models import User


# The latest end first. One from before the portal may have no date and comes last, in a way that an index of either database can hold.
BY_END = Coalesce("ended_on", models.Value(datetime.date.min, models.DateField())).desc()


class ResidencyQuerySet(RecordQuerySet["Residency"]):
    def visible_to(self, user: User) -> ResidencyQuerySet:
        """What this account may know of: the lab and viewers all, a program area its own."""
        if user.has_role(Role.LAB_OPS, Role.LAB_LEAD, Role.VIEWER):
            return self
        return self.filter(pk__in=Membership.objects.filter(user=user, to_at=None).values("residency"))

    def for_list(self) -> ResidencyQuerySet:
        """With all that a row of a list shows, in one query."""
        return self.select_related("program_area__ministry", "owner")

    def at_heads(self) -> ResidencyQuerySet:
        """With `own_head` and `lab_head`, the ends of its stream and of the lab's: one moves with every act that touches it (EL-07)."""
        return at_heads(self)

    def under_way(self) -> ResidencyQuerySet:
        return self.filter(state__in=UNDER_WAY)

    def of_ministry(self, ministry: int) -> ResidencyQuerySet:
        """Those of a ministry, without a join, so that a count reads one table."""
        return self.filter(program_area__in=ProgramArea.objects.filter(ministry=ministry))

    def overdue(self, today: datetime.date) -> ResidencyQuerySet:
        """Live past its graduation, or with a conversation that should have been held (EL-83, EL-84)."""
        unheld = apps.get_model("residencies", "Conversation").objects.filter(held_on=None, due_on__lt=today).values("residency")
        return self.under_way().filter(models.Q(state=State.LIVE, graduation_due_on__lt=today) | models.Q(pk__in=unheld))

    def matching(self, text: str) -> ResidencyQuerySet:
        """Those in which every word of `text` begins a word: of the reference, product, program area, ministry, or of a name.

        Names are of whoever looks after it or keeps it. Asks at most two small queries about them at once.
        """
        words = asked_for(text)
        if not words:
            return self.none()
        rows = self
        for word, people in _named(words).items():
            rows = rows.filter(_mentions(word, people))
        return rows

    def index_words(self) -> None:
        """Let the words that these residencies are found by be what they say now; any act that changes one calls it."""
        rows: list[Residency] = list(self.select_related("program_area__ministry"))
        for row in rows:
            row.search_text = row.own_words
        Residency.objects.bulk_update(rows, ["search_text"], batch_size=500)


def _named(words: list[str]) -> dict[str, list[int]]:
    """For each word the accounts with a name in which it begins a word; one query."""
    condition = models.Q()
    for word in words:
        condition |= models.Q(name__icontains=word)
    names = list(get_user_model()._default_manager.filter(condition).values_list("pk", "name"))
    return {word: [pk for pk, name in names if any(each.startswith(word) for each in words_of(name))] for word in words}


def _mentions(word: str, people: list[int]) -> models.Q:
    mentions = models.Q(search_text__has_word=word)
    if people:
        kept = Membership.objects.filter(to_at=None, user__in=people).values_list("residency", flat=True)
        mentions |= models.Q(owner__in=people) | models.Q(pk__in=list(kept))
    return mentions


@recorded(
    in_stream="stream",
    fields="reference stream stream__kind program_area state started_on live_on graduation_due_on ended_on end_reason before_portal",
    acts="intake-started submitted taken-up more-asked qualified declined agreement-begun started live graduated pivoted withdrawn past-recorded",
)
@personal("owner", purpose=ACCOUNTABLE, kept=SUBJECT)
class Residency(Revised):
    """A program area's stay in the lab.

    `state` changes in residencies/lifecycle/moves.py alone, with its gates; every act is on `stream`.
    `owner` is whoever at the lab looks after it. `search_text` is always `own_words`, kept so by the acts (`index_words`). `before_portal` marks one that had graduated before there was
    a portal: it is on record as the lab remembers it, with no dates but those that are known.
    """

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    stream = models.OneToOneField("ledger.Stream", on_delete=models.PROTECT, related_name="residency", editable=False)
    program_area = models.ForeignKey(
        "residencies.ProgramArea", on_delete=models.PROTECT, related_name="residencies", verbose_name=_("program area")
    )
    product = LineField(_("product"), max_length=150)
    problem = models.TextField(_("the problem, in one sentence"), max_length=400)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    phase = models.CharField(_("coaching phase"), max_length=20, choices=Phase, default=Phase.APPLY, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="owned_residencies",
        verbose_name=_("lab lead"),
    )  # fmt: skip
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    started_on = models.DateField(_("in residence since"), null=True, editable=False)
    live_on = models.DateField(_("live since"), null=True, editable=False)
    graduation_due_on = models.DateField(_("graduation due"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    end_reason = models.TextField(blank=True, editable=False)
    referred_to = models.CharField(max_length=20, blank=True, editable=False)
    reintegrated_into = LineField(max_length=200, blank=True, editable=False)
    before_portal = models.BooleanField(_("graduated before the portal"), default=False, editable=False)
    search_text = SearchText(default="", editable=False)

    objects = ResidencyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("residency")
        verbose_name_plural = _("residencies")
        constraints = [
            models.UniqueConstraint(
                fields=["program_area"],
                condition=~models.Q(state__in=ENDED),
                name="residencies_one_under_way",
                violation_error_message=_("This program area already has a residency under way."),
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="residencies_known_state"),
            models.CheckConstraint(condition=models.Q(phase__in=Phase.values), name="residencies_known_phase"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.LIVE, State.GRADUATED])
                | models.Q(live_on__isnull=False, graduation_due_on__isnull=False)
                | models.Q(before_portal=True),
                name="residencies_live_has_clock",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.DECLINED, State.WITHDRAWN, State.PIVOTED]) | ~models.Q(end_reason=""),
                name="residencies_end_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ENDED, ended_on__isnull=False)
                | (~models.Q(state__in=ENDED) & models.Q(ended_on=None))
                | models.Q(before_portal=True),
                name="residencies_ended_on",
            ),
            models.CheckConstraint(
                condition=models.Q(before_portal=False) | models.Q(state=State.GRADUATED), name="residencies_past_is_graduated"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="residencies_by_state"),
            models.Index(fields=["graduation_due_on"], condition=models.Q(state="live"), name="residencies_clock"),
            models.Index(fields=["owner", "-id"], name="residencies_by_owner"),
            models.Index(fields=["phase", "-id"], name="residencies_by_phase"),
            models.Index(fields=["product", "id"], name="residencies_by_product"),
            models.Index(fields=["state_since", "id"], name="residencies_by_since"),
            models.Index(fields=["graduation_due_on", "id"], name="residencies_by_due"),
            models.Index(BY_END, models.F("id").desc(), condition=models.Q(state="graduated"), name="residencies_graduated"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.product}"

    @property
    def name(self) -> str:
        """The product: what the residency is called without its reference."""
        return self.product

    def get_absolute_url(self) -> str:
        # From the address of any residency: a list would spend a tenth of its time in `reverse`.
        return _address().replace(ANY_REFERENCE, self.reference)

    def contacts(self) -> list[User]:
        """The accounts on the program side that keep this residency now, by key."""
        accounts = get_user_model()._default_manager.filter(is_active=True, residency_memberships__residency=self)
        return list(accounts.filter(residency_memberships__to_at=None).distinct().order_by("pk"))

    def anchors(self) -> dict[str, datetime.date | None]:
        """Return the days that due dates are counted from (ledger/subjects.py). A pivot ends on the day it takes effect; one query then."""
        end = self.pivot.effective_on if self.state == State.PIVOTED and hasattr(self, "pivot") else self.ended_on
        return {"start": self.started_on, "live": self.live_on, "graduation": self.graduation_due_on, "end": end}

    @property
    def own_words(self) -> str:
        """What `search_text` has to be; people leave out the reference's beginning, so its rest is a word too."""
        area = self.program_area
        number = self.reference.partition("-")[2]
        return " ".join(words_of(self.reference, number, self.product, area.name, area.ministry.name, area.ministry.short_name))

    @property
    def ministry(self) -> Any:
        return self.program_area.ministry

    @property
    def is_under_way(self) -> bool:
        return self.state not in ENDED

    def has_member(self, user: User) -> bool:
        """Whether `user` is one of those on the program side who keep this residency."""
        return self.memberships.filter(user=user, to_at=None).exists()


ANY_REFERENCE = "ANY-REFERENCE"


@cache
def _address() -> str:
    return reverse("residency", args=[ANY_REFERENCE])


declare(
    "residencies_one_under_way",
    lambda: blocking(
        "area-busy",
        gettext("This program area already has a residency under way."),
        gettext("Wait until that residency ends, or withdraw it, before you start another."),
    ),
)


@recorded(in_stream="residency__stream", fields="residency user from_at to_at", acts="member-added member-ended")
@personal("user", purpose=ACCOUNT, kept=EVIDENCE)
class Membership(models.Model):
    """An account on the program side that keeps this residency: its applicant, product owner, colleagues."""

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="residency_memberships")
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True, blank=True)

    objects = RecordQuerySet["Membership"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["residency", "user"], condition=models.Q(to_at=None), name="residencies_member_once"),
        ]
        indexes = [models.Index(fields=["user", "residency"], condition=models.Q(to_at=None), name="residencies_members")]

    def __str__(self) -> str:
        return f"{self.user} keeps {self.residency_id}"


class Repository(models.Model):
    """A public repository of the product's code."""

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="repositories")
    url = models.URLField(_("link"), max_length=500)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("repository")
        verbose_name_plural = _("repositories")
        constraints = [models.UniqueConstraint(fields=["residency", "url"], name="residencies_repository_once")]

    def __str__(self) -> str:
        return self.url


class ReferenceYear(models.Model):
    """How many references a year has given out; its row is locked while the next is made (EL-03)."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class PhaseSpan(models.Model):
    """A residency's time in a coaching phase, up to but not including `to_on`; spans never overlap (EL-05).

    The current phase has the one open span, until the residency ends. `note` says why it started.
    """

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="phase_spans")
    phase = models.CharField(max_length=20, choices=Phase)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    note = LineField(max_length=500, blank=True)
    entered_at = models.DateTimeField(default=timezone.now, null=True, editable=False)  # None if it was entered before this was kept

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["residency"], condition=models.Q(to_on=None), name="residencies_one_phase"),
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="residencies_phase_order"
            ),
        ]
        indexes = [models.Index(fields=["phase", "-from_on", "-id"], name="residencies_phases_begun")]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} from {self.from_on}"
