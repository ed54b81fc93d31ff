"""Proposed changes to the words of a version and what became of each: their list is the change log (EL-25, EL-34)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from agreements.models.agreement import AgreementVersion, Clause, Section
from agreements.models.parties import Party
from agreements.models.word_diff import Piece, pieces
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField


class AmendmentQuerySet(RecordQuerySet["Amendment"]):
    def with_everything(self) -> AmendmentQuerySet:
        """With all that a page says of an amendment: who, where, what became of it."""
        return self.select_related(
            "section", "clause", "person", "party__person", "party__role", "entered_by", "decided_by", "proposed_against", "made",
            "version__agreement__stream", "version__agreement__template_version", "version__circulated_by",
        )  # fmt: skip

    def open(self) -> AmendmentQuerySet:
        return self.filter(state=Amendment.State.OPEN)


# What a hash of an amendment covered before the header and the parties could be amended.
BEFORE = (
    "version proposed_against section clause kind was_heading was_text heading text party entered_by at_request_of reason "
    "proposed_at state decided_by decided_at decision_reason made"
)
FIELDS = f"{BEFORE} field person must_sign relation dated_on editorial page carried_over"


@recorded(
    in_stream="version__agreement__stream",
    fields=FIELDS,
    before=[BEFORE],
    acts="amendment-proposed amendment-accepted amendment-rejected amendment-withdrawn amendment-overtaken",
)
@personal("party entered_by at_request_of decided_by person", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Amendment(models.Model):
    """One change of an agreement, as somebody proposed it; triggers keep its words, and all of it once decided.

    Most change one clause. One of a header field (`field`, from `was_text` to `text`) or of a date in the header has no clause, and
    no more has a new party: `person` joins as `heading`, on the side `field`.

    `was_*` are the words that it found, none for a new clause; `heading` and `text` those it wants, none to
    take a clause out. `version` is the wording it stands against: while it is open and its clause stays as
    it was, it moves along to the next version; `proposed_against` is where it began. `made` is the version
    that took it up, or that overtook it. At whose wish it was is in `at_request_of` and `relation`; `dated_on` is the day of the
    change where that is not when it was proposed, `page` where older editions had it. One that is `carried_over` from a log of
    before was never signed here.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("Wording change")
        ADD = "add", _("New clause")
        REMOVE = "remove", _("Clause removed")
        HEADER = "header", _("Header change")
        DATE = "date", _("Date change")
        JOIN = "join", _("New party")

    class Relation(models.TextChoices):
        """How somebody else stands behind a change."""

        REQUEST = "request", _("At the request of")
        ADVICE = "advice", _("On the advice of")
        BEHALF = "behalf", _("On behalf of")
        CONSISTENCY = "consistency", _("For consistency with")
        UPDATE = "update", _("To bring up to date")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        OVERTAKEN = "overtaken", _("Overtaken")

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="amendments")
    proposed_against = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="+", editable=False)
    section = models.ForeignKey(Section, null=True, on_delete=models.PROTECT, related_name="amendments")
    clause = models.ForeignKey(Clause, null=True, on_delete=models.PROTECT, related_name="amendments")
    kind = models.CharField(max_length=10, choices=Kind)
    was_heading = LineField(max_length=150, blank=True)
    was_text = models.TextField(blank=True)
    heading = LineField(max_length=150, blank=True)
    text = models.TextField(blank=True)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="amendments")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at_request_of = LineField(max_length=200, blank=True)
    field = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    must_sign = models.BooleanField(default=True)
    relation = models.CharField(max_length=12, choices=Relation, blank=True)
    dated_on = models.DateField(null=True)
    editorial = models.BooleanField(_("editorial change: no commitment changes"), default=False)
    page = models.PositiveSmallIntegerField(null=True)
    carried_over = models.BooleanField(default=False)
    reason = models.TextField()
    proposed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    made = models.ForeignKey(AgreementVersion, null=True, on_delete=models.PROTECT, related_name="decided_amendments")

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("amendment")
        indexes = [models.Index(fields=["version"], condition=models.Q(state="open"), name="agreements_amendment_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="change", section__isnull=False, clause__isnull=False) & ~models.Q(was_text="") & ~models.Q(text="")
                | models.Q(kind="add", section__isnull=False, clause=None, was_heading="", was_text="") & ~models.Q(text="")
                | models.Q(kind="remove", section__isnull=False, clause__isnull=False, heading="", text="") & ~models.Q(was_text="")
                | models.Q(kind__in=["header", "date"], section=None, clause=None) & ~models.Q(field="") & ~models.Q(text="")
                | models.Q(kind="join", section=None, clause=None, person__isnull=False) & ~models.Q(field="") & ~models.Q(heading=""),
                name="agreements_amendment_words",
            ),
            models.CheckConstraint(
                condition=models.Q(party__isnull=False, entered_by=None) | models.Q(party=None, entered_by__isnull=False),
                name="agreements_amendment_one_proposer",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="agreements_amendment_reason"),
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at=None, decided_by=None, decision_reason="", made=None)
                | models.Q(state="accepted", decided_at__isnull=False, decided_by__isnull=False, made__isnull=False)
                & ~models.Q(decision_reason="")
                | models.Q(state="rejected", decided_at__isnull=False, decided_by__isnull=False, made=None) & ~models.Q(decision_reason="")
                | models.Q(state="withdrawn", decided_at__isnull=False, made=None)
                | models.Q(state="overtaken", decided_at__isnull=False) & ~models.Q(decision_reason=""),
                name="agreements_amendment_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.place}"

    @cached_property
    def heading_pieces(self) -> tuple[Piece, ...]:
        return pieces(self.was_heading, self.heading)

    @cached_property
    def text_pieces(self) -> tuple[Piece, ...]:
        return pieces(self.was_text, self.text)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def place(self) -> str:
        """Where it stands: the clause by number, or the section that gets a new one."""
        if self.section is None:
            return (
                _now("Header: %(field)s") % {"field": self.heading}
                if self.person is None
                else _now("Parties: %(role)s") % {"role": self.heading}
            )
        if self.clause:
            return f"{self.clause.number} {self.was_heading}".strip()
        return f"{self.section} – {self.heading}" if self.heading else str(self.section)

    @property
    def happened_on(self) -> datetime.date:
        """The day of the change, as its log tells it."""
        return self.dated_on or timezone.localdate(self.proposed_at)

    @property
    def at_whose_wish(self) -> str:
        """Who stands behind it, beside the one who entered it: “On the advice of: our legal counsel”; empty for nobody."""
        relation = self.get_relation_display() if self.relation else (_now("At the request of") if self.at_request_of else "")
        return ": ".join(filter(None, [str(relation), self.at_request_of]))

    @property
    def proposer(self) -> Any:
        """The person or the account that proposed it."""
        return self.party.person if self.party else self.entered_by
