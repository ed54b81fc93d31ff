"""Pages of a subject's money: a fiscal year, its entries, contracts, who pays for what, and spreadsheets (EL-70, EL-71)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import rehearsed
from dates.months import fiscal_label, fiscal_year_of
from ledger.memory import remembered_html
from ledger.subjects import Subject, kind_of_subject, subject_or_404
from oversight.choices import BudgetKind, CostItem, LineKind, Payer, usual_payer
from oversight.models import Budget, Contract, CostShare, FundingConfirmation, MoneyLine
from oversight.money import actions, importing, rules
from oversight.money.forms import (
    BudgetForm,
    ConfirmationForm,
    ContractEditForm,
    ContractForm,
    CorrectForm,
    ImportForm,
    LineForm,
    PayerForm,
    RemoveForm,
)
from oversight.money.queries import MoneyOf, lines_of
from oversight.money.tables import LineFilter, LineTable
from people.models import User
from web.access import needs
from web.acts import carry_out, run
from web.exports import FORMATS, export
from web.forms import ActForm
from web.paging import in_order, paged, without_account
from web.spreadsheets.reading import TableRefused

TAB = "money"


def framed(subject: Subject, **more: Any) -> dict[str, Any]:
    """Return the template context for the subject's frame, whatever its kind."""
    kind = kind_of_subject(subject)
    return {"base": kind.base, "subject": subject, kind.name: subject, "tab": TAB, **more}


def acted(
    request: HttpRequest, subject: Subject, form: ActForm, act: Callable[[], Any], *, heading: str, done: Any, year: int | None = None,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show `form`. When it is valid, run `act`, show the message `done` and redirect to the money page, of `year` if given."""
    to = reverse("money", args=[subject.reference]) + (f"?year={year}" if year else "")
    context = framed(subject, heading=heading, money_url=to, **more)
    return run(request, form, act, done=done, to=to, page="oversight/money/act.html", **context)


# ── The page ─────────────────────────────────────────────────────────────────────────────────


@needs("oversight.view_money", subject_or_404)
def money(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show a fiscal year: the current one, or the one in the address."""
    today = timezone.localdate()
    year = asked_year(request) or fiscal_year_of(today)
    may_keep = subject.is_under_way and request.user.has_perm("oversight.keep_money", subject)  # type: ignore[arg-type]  # every kind is a model
    write = lambda: [_year(request, subject, year, today, may_keep)]
    asks_more = set(request.GET) - {"year"}
    [html] = write() if asks_more else remembered_html(f"money-{year}{'-kept' * may_keep}", subject, today, write)
    return render(request, "oversight/money/money.html", framed(subject, year=html))


def _year(request: HttpRequest, subject: Subject, year: int, today: datetime.date, may_keep: bool) -> SafeString:
    lines = LineFilter(request.GET, queryset=lines_of(subject, year))
    table = paged(request, LineTable(lines.qs, reference=subject.reference, may_keep=may_keep))
    table.empty = _empty(lines.narrows)
    query = request.GET.copy()
    query["year"] = str(year)
    context = framed(subject, of=MoneyOf(subject, year, today), table=table, filter=lines, today=today, may_keep=may_keep)
    context |= {"year_url": f"{request.path}?year={year}", "export_query": query.urlencode(), "request": without_account(request)}
    return render_to_string("oversight/money/_year.html", context)


def _empty(narrows: bool) -> dict[str, Any]:
    """Return the title and text of an empty list of entries."""
    if narrows:
        return {"title": _("No entries match these filters"), "text": _("Clear the filters to see all entries for this year.")}
    text = _("Add what is committed, spent or forecast, or import it from a spreadsheet.")
    return {"title": _("No entries for this year yet"), "text": text}


def asked_year(request: HttpRequest) -> int | None:
    """Return the fiscal year in the address, if money can be planned for it."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else 0
    return year if year and _can_be_planned(year) else None


def _can_be_planned(year: int) -> bool:
    return not list(rules.year_faults(year, timezone.localdate()))


# ── Budget and confirmation ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class FiscalYear:
    """A fiscal year of a subject."""

    subject: Subject
    year: int

    @property
    def label(self) -> str:
        return fiscal_label(self.year)


def year_or_404(user: User, reference: str, year: int) -> FiscalYear:
    """Return a fiscal year of a subject. Raises `Http404` if money can't be planned for it or `user` can't see the subject."""
    if not _can_be_planned(year):
        raise Http404(_("You can’t enter money for that year."))
    return FiscalYear(subject_or_404(user, reference), year)


@needs("oversight.keep_money_entry", year_or_404)
def budget(request: HttpRequest, of: FiscalYear) -> HttpResponse:
    """Record or correct the team's budget for a year."""
    return _budget_form(request, of, BudgetKind.TEAM, _("Team budget, %(year)s") % {"year": of.label})


@needs("oversight.keep_money_entry", year_or_404)
def other_funding(request: HttpRequest, of: FiscalYear) -> HttpResponse:
    """Record or correct other funding for a year."""
    return _budget_form(request, of, BudgetKind.FUND, _("Other funding, %(year)s") % {"year": of.label})


def _budget_form(request: HttpRequest, of: FiscalYear, kind: BudgetKind, heading: str) -> HttpResponse:
    before = Budget.objects.current().filter(stream=of.subject.stream_id, fiscal_year=of.year, kind=kind).first()
    form = BudgetForm(request.POST or None, record=before)
    act = lambda: actions.set_budget(
        of.subject, fiscal_year=of.year, kind=kind, shown_revision=form.shown_revision, by=request.user, **form.facts
    )
    intro = _("Staff, contracts and training. Don’t include capital for IT.") if kind == BudgetKind.TEAM else ""
    return acted(request, of.subject, form, act, heading=heading, done=_("Budget saved."), year=of.year, intro=intro)


@needs("oversight.keep_money_entry", year_or_404)
def confirm(request: HttpRequest, of: FiscalYear) -> HttpResponse:
    """Record that the program area can pay and who confirmed it."""
    before = FundingConfirmation.objects.current().filter(stream=of.subject.stream_id, fiscal_year=of.year).first()
    initial = {} if before else {"confirmed_on": timezone.localdate()}
    form = ConfirmationForm(request.POST or None, record=before, initial=initial)
    act = lambda: actions.confirm_funding(
        of.subject, fiscal_year=of.year, shown_revision=form.shown_revision, by=request.user, **form.facts
    )
    heading = _("Funding confirmation, %(year)s") % {"year": of.label}
    return acted(request, of.subject, form, act, heading=heading, done=_("Confirmation saved."), year=of.year)


# ── Entries ──────────────────────────────────────────────────────────────────────────────────


@needs("oversight.keep_money", subject_or_404)
def add(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Add an entry."""
    initial = {"kind": LineKind.SPENT, "payer": Payer.MINISTRY, "on": timezone.localdate()}
    form = LineForm(request.POST or None, initial=initial)
    act = lambda: actions.enter_money(subject, **form.facts, by=request.user)
    done = lambda line: _("Entry added to %(year)s.") % {"year": fiscal_label(fiscal_year_of(line.on))}
    return acted(request, subject, form, act, heading=_("Add an entry"), done=done)


def entry_or_404(user: User, reference: str, entry: int) -> MoneyLine:
    """Return an entry. Raises `Http404` if `user` can't see its subject."""
    return _part_or_404(MoneyLine, subject_or_404(user, reference), entry, _("This entry doesn’t exist."))


def contract_or_404(user: User, reference: str, contract: int) -> Contract:
    """Return a contract. Raises `Http404` if `user` can't see its subject."""
    return _part_or_404(Contract, subject_or_404(user, reference), contract, _("This contract doesn’t exist."))


def _part_or_404(model: Any, subject: Subject, pk: int, missing: str) -> Any:
    part = model.objects.filter(pk=pk, stream=subject.stream_id).first()
    if part is None:
        raise Http404(missing)
    part.stream = subject.stream
    return part


@needs("oversight.keep_money_entry", entry_or_404)
def correct(request: HttpRequest, line: MoneyLine) -> HttpResponse:
    """Correct an entry."""
    form = CorrectForm(request.POST or None, record=line)
    act = lambda: actions.correct_entry(line, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Correct: %(item)s") % {"item": line.item}
    return acted(request, line.subject, form, act, heading=heading, done=_("Entry corrected."), year=fiscal_year_of(line.on))


@needs("oversight.keep_money_entry", entry_or_404)
def remove(request: HttpRequest, line: MoneyLine) -> HttpResponse:
    """Remove an entry that was added by mistake."""
    form = RemoveForm(request.POST or None, record=line)
    act = lambda: actions.remove_entry(line, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Remove: %(item)s") % {"item": line.item}
    return acted(request, line.subject, form, act, heading=heading, done=_("Entry removed."), year=fiscal_year_of(line.on), tone="danger")


# ── Who pays for what ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cost:
    """One of the items a subject's team needs."""

    subject: Subject
    item: CostItem


def cost_or_404(user: User, reference: str, item: str) -> Cost:
    if item not in CostItem.values:
        raise Http404(_("This item doesn’t exist."))
    return Cost(subject_or_404(user, reference), CostItem(item))


@needs("oversight.keep_money_entry", cost_or_404)
def payer(request: HttpRequest, cost: Cost) -> HttpResponse:
    """Record who pays for one of the items a team needs."""
    share = CostShare.objects.filter(stream=cost.subject.stream_id, item=cost.item).first()
    form = PayerForm(request.POST or None, record=share, initial={} if share else {"payer": usual_payer(cost.item)})
    act = lambda: actions.set_payer(cost.subject, item=cost.item, shown_revision=form.shown_revision, by=request.user, **form.facts)
    intro = _("Under the standard agreement: %(payer)s.") % {"payer": usual_payer(cost.item).label}
    heading = _("Who pays: %(item)s") % {"item": cost.item.label}
    return acted(request, cost.subject, form, act, heading=heading, done=_("Saved."), intro=intro)


# ── Contracts ────────────────────────────────────────────────────────────────────────────────


@needs("oversight.keep_money", subject_or_404)
def add_contract(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Add a vendor's contract."""
    form = ContractForm(request.POST or None)
    act = lambda: actions.add_contract(subject, **form.facts, by=request.user)
    return acted(request, subject, form, act, heading=_("Add a contract"), done=_("Contract added. We’ll remind you before it ends."))


@needs("oversight.keep_money_entry", contract_or_404)
def contract(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Change a contract, or extend it."""
    form = ContractEditForm(request.POST or None, record=contract)
    act = lambda: actions.edit_contract(contract, shown_revision=form.shown_revision, by=request.user, **form.facts)
    remove_url = reverse("contract-remove", args=[contract.subject.reference, contract.pk])
    return acted(request, contract.subject, form, act, heading=str(contract), done=_("Saved."), remove_url=remove_url)


@needs("oversight.keep_money_entry", contract_or_404)
def remove_contract(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Remove a contract that was added by mistake."""
    form = RemoveForm(request.POST or None, record=contract)
    act = lambda: actions.remove_contract(contract, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Remove: %(contract)s") % {"contract": contract}
    return acted(request, contract.subject, form, act, heading=heading, done=_("Contract removed."), tone="danger")


# ── Spreadsheets ─────────────────────────────────────────────────────────────────────────────


@needs("oversight.keep_money", subject_or_404)
def import_money(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Import budgets and entries from a spreadsheet, all rows or none. Rows with problems are listed and can be downloaded."""
    form = ImportForm(request.POST or None, request.FILES or None)
    act = lambda: importing.import_money(subject, form.facts["text"], by=request.user)
    if request.POST.get("download") in FORMATS and form.is_valid():
        return _faulty_rows(request, subject, act)
    intro = _(
        "The first row names the columns: %(columns)s. Kind is Budget, Other funding, Committed, Spent or Forecast. Rows that are "
        "already here don’t change. If any row has a problem, nothing is added."
    ) % {"columns": ", ".join(importing.headers())}  # fmt: skip
    to = reverse("money", args=[subject.reference])

    def page(status: int) -> HttpResponse:
        table = form.refusal.table if isinstance(form.refusal, TableRefused) else None
        context = framed(subject, heading=_("Import from a spreadsheet"), form=form, intro=intro, table=table, money_url=to)
        return render(request, "oversight/money/import.html", context, status=status)

    return run(request, form, act, done=_import_summary, to=to, page=page)


def _import_summary(plan: importing.Plan) -> str:
    added = ngettext("%(count)d row added.", "%(count)d rows added.", plan.added) % {"count": plan.added}
    if not plan.known:
        return added
    known = ngettext("%(count)d row was already on record.", "%(count)d rows were already on record.", plan.known) % {"count": plan.known}
    return f"{added} {known}"


def _faulty_rows(request: HttpRequest, subject: Subject, act: Callable[[], Any]) -> HttpResponse:
    """Export the rows with problems, each with the reason, or redirect to the form if there are none."""

    def try_out() -> None:
        with rehearsed():
            act()

    refusal = carry_out(try_out).refusal
    if isinstance(refusal, TableRefused):
        return export(f"{subject.reference}-money-problems", request.POST["download"], *refusal.table.faulty_rows())
    return redirect(request.path)


@dataclass(frozen=True)
class Download:
    """A subject's money as a file."""

    subject: Subject
    file_format: str


def download_or_404(user: User, reference: str, file_format: str) -> Download:
    return Download(subject_or_404(user, reference), file_format)


@needs("oversight.view_money_entry", download_or_404)
def export_money(request: HttpRequest, of: Download) -> HttpResponse:
    """Export budgets and entries as a spreadsheet that can be imported again, for all years or the one in the address.

    If filters are set, it has only the entries that match.
    """
    year = asked_year(request)
    lines = LineFilter(request.GET, queryset=lines_of(of.subject, year))
    budgets = Budget.objects.current().filter(stream=of.subject.stream_id, **({"fiscal_year": year} if year else {}))
    name = f"{of.subject.reference}-money" + (f"-{year}" if year else "")
    entries = in_order(request, LineTable(lines.qs, reference=of.subject.reference, may_keep=False))
    rows = importing.rows_of([] if lines.narrows else list(budgets), entries.iterator(chunk_size=1000))
    return export(name, of.file_format, importing.headers(), rows)
