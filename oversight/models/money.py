"""A subject's money: budgets, what is committed, spent and forecast, who pays for what, and contracts with vendors (EL-70, EL-71)."""

from __future__ import annotations

import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, not_personal, personal
from acts.revisions import Revised
from dates.months import fiscal_bounds, fiscal_label
from findings import Finding, blocking
from ledger.models import Stream
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import Subject, subject_of
from oversight.choices import MOST_CENTS, BudgetKind, CostItem, LineKind, Payer
from people.fields import LineField


class OfSubject(models.Model):
    """A row on a subject's stream."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def subject(self) -> Subject:
        subject: Subject = subject_of(self.stream)
        return subject


class CorrectableQuerySet(RecordQuerySet[Any]):
    def current(self) -> Self:
        """Leave out rows that a later one corrects."""
        return self.filter(corrected_by=None)

    def known_at(self, moment: datetime.datetime) -> Self:
        """Return the rows that no later one had corrected at a moment, whatever was corrected since."""
        later = self.model._default_manager.filter(corrects=models.OuterRef("pk"), entered_at__lte=moment)
        return self.filter(~models.Exists(later), entered_at__lte=moment)


class Correctable(OfSubject, Revised):
    """A row that never changes. A correction is a new row that refers to it and has a reason; `revision` counts them."""

    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = LineField(_("reason"), max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


@recorded(in_stream="stream", fields="fiscal_year kind amount_cents corrects reason entered_by entered_at", acts="budget-set")
@personal("entered_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Budget(Correctable):
    """A subject's money for a fiscal year, for its team or as other funding."""

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    kind = models.CharField(_("kind"), max_length=10, choices=BudgetKind)
    amount_cents = models.BigIntegerField(_("amount"))

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "kind", "pk"]
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_cents__gte=0, amount_cents__lte=MOST_CENTS), name="oversight_budget_amount"),
            models.CheckConstraint(condition=models.Q(kind__in=BudgetKind.values), name="oversight_budget_kind"),
            models.CheckConstraint(condition=models.Q(corrects=None) | ~models.Q(reason=""), name="oversight_budget_reason"),
            models.UniqueConstraint(
                fields=["stream", "fiscal_year", "kind"], condition=models.Q(corrects=None), name="oversight_budget_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{fiscal_label(self.fiscal_year)}, {self.get_kind_display()}"


class MoneyLineQuerySet(CorrectableQuerySet):
    def counting(self) -> Self:
        """Leave out entries that were corrected or removed."""
        return self.current().filter(removed=False)

    def in_year(self, year: int) -> Self:
        return self.filter(on__range=fiscal_bounds(year))


@recorded(
    in_stream="stream",
    fields="kind item payer vendor on amount_cents source corrects removed reason entered_by entered_at",
    acts="money-entered",
)
@personal("entered_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class MoneyLine(Correctable):
    """One amount that is committed, spent or forecast on a date; below zero for a credit. A `removed` row takes back an earlier one."""

    kind = models.CharField(_("kind"), max_length=10, choices=LineKind)
    item = LineField(_("item"), max_length=150)
    payer = models.CharField(_("payer"), max_length=10, choices=Payer)
    vendor = LineField(_("vendor"), max_length=150, blank=True)
    on = models.DateField(_("date"))
    amount_cents = models.BigIntegerField(_("amount"))
    source = LineField(_("source"), max_length=150, blank=True)
    removed = models.BooleanField(default=False)

    objects = MoneyLineQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("money entry")
        verbose_name_plural = _("money entries")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount_cents=0) & models.Q(amount_cents__gte=-MOST_CENTS, amount_cents__lte=MOST_CENTS),
                name="oversight_line_amount",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=LineKind.values), name="oversight_line_kind"),
            models.CheckConstraint(condition=models.Q(payer__in=Payer.values), name="oversight_line_payer"),
            models.CheckConstraint(condition=models.Q(corrects=None) | ~models.Q(reason=""), name="oversight_line_reason"),
            models.CheckConstraint(condition=models.Q(removed=False) | models.Q(corrects__isnull=False), name="oversight_line_removed"),
        ]
        indexes = [models.Index(fields=["stream", "-on", "-id"], name="oversight_lines")]

    def __str__(self) -> str:
        return self.item

    @property
    def is_credit(self) -> bool:
        return self.amount_cents < 0


@recorded(
    in_stream="stream",
    fields="fiscal_year amount_cents confirmed_by confirmed_on corrects reason entered_by entered_at",
    acts="funding-confirmed",
)
@personal("entered_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
@personal("confirmed_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class FundingConfirmation(Correctable):
    """The program area's confirmation that it can pay an amount in a fiscal year, and who gave it (EL-70)."""

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    amount_cents = models.BigIntegerField(_("amount"))
    confirmed_by = LineField(_("confirmed by"), max_length=200)
    confirmed_on = models.DateField(_("confirmed on"))

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "pk"]
        verbose_name = _("funding confirmation")
        verbose_name_plural = _("funding confirmations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gte=0, amount_cents__lte=MOST_CENTS), name="oversight_confirmed_amount"
            ),
            models.CheckConstraint(condition=~models.Q(confirmed_by=""), name="oversight_confirmed_by"),
            models.CheckConstraint(condition=models.Q(corrects=None) | ~models.Q(reason=""), name="oversight_confirmed_reason"),
            models.UniqueConstraint(fields=["stream", "fiscal_year"], condition=models.Q(corrects=None), name="oversight_confirmed_once"),
        ]

    def __str__(self) -> str:
        return f"{fiscal_label(self.fiscal_year)}, {self.confirmed_by}"


class CostShare(OfSubject, Revised):
    """Who pays for one of the things a team needs, where that was set for this subject (EL-71)."""

    item = models.CharField(_("item"), max_length=20, choices=CostItem)
    payer = models.CharField(_("who pays"), max_length=10, choices=Payer)
    note = LineField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("who pays")
        verbose_name_plural = _("who pays")
        constraints = [
            models.CheckConstraint(condition=models.Q(item__in=CostItem.values), name="oversight_share_item"),
            models.CheckConstraint(condition=models.Q(payer__in=Payer.values), name="oversight_share_payer"),
            models.UniqueConstraint(fields=["stream", "item"], name="oversight_share_once"),
        ]

    def __str__(self) -> str:
        return self.get_item_display()


class ContractQuerySet(models.QuerySet["Contract"]):
    def current(self) -> ContractQuerySet:
        """Leave out contracts that were added by mistake."""
        return self.filter(struck_at=None)

    def watched(self) -> ContractQuerySet:
        """Return the contracts whose end needs a decision: current ones that aren't marked as ending as planned."""
        return self.current().filter(ends_as_planned=False)


@personal("entered_by", purpose=ACCOUNTABLE, kept=SUBJECT)
@not_personal("vendor", why="of a company")
class Contract(OfSubject, Revised):
    """A vendor's contract for work on a subject. Reminders go out before its last day, unless it `ends_as_planned`."""

    vendor = LineField(_("vendor"), max_length=150)
    purpose = LineField(_("purpose"), max_length=200)
    amount_cents = models.BigIntegerField(_("value"), null=True, blank=True)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    ends_as_planned = models.BooleanField(_("ends as planned"), default=False)
    struck_at = models.DateTimeField(null=True, editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["to_on", "pk"]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="oversight_contract_dates"),
            models.CheckConstraint(
                condition=models.Q(amount_cents=None) | models.Q(amount_cents__gte=0, amount_cents__lte=MOST_CENTS),
                name="oversight_contract_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["stream", "to_on"], name="oversight_contracts"),
            models.Index(fields=["to_on", "id"], condition=models.Q(struck_at=None), name="oversight_contracts_end"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}: {self.purpose}"

    def has_ended(self, today: datetime.date) -> bool:
        return self.to_on < today


def _saved_in_the_meantime() -> Finding:
    return blocking(
        "saved-meanwhile",
        gettext("Someone else saved this at the same time, so your entry wasn’t saved."),
        gettext("Reload the page to see the latest amounts."),
        "money",
    )


for _constraint in (
    "oversight_budget_once", "oversight_confirmed_once", "oversight_share_once",
    "oversight_budget.corrects_id", "oversight_moneyline.corrects_id", "oversight_fundingconfirmation.corrects_id",
):  # fmt: skip
    declare(_constraint, _saved_in_the_meantime)
