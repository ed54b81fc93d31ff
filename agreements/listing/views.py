"""The list of agreements: filters, columns, its export, and reminding those who haven't signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from agreements.invitations.actions import remind_signer
from agreements.invitations.reminders import unsigned
from agreements.listing.queries import AgreementRow, agreements_for, led_by, overdue, rows_of, silent_for, with_silence
from agreements.models import Agreement, Invitation, State
from ledger import subjects
from people.identity import account_on
from people.lists import bulk
from people.lists.bulk import SelectColumn
from people.lists.page import Acts, View, list_page
from people.models import User
from residencies.models import Residency
from web.access import needs
from web.exports import export
from web.forms import PlainCheckbox, PlainSelect, PlainText
from web.paging import KeyedRows, Table, TemplateColumn, in_order
from web.return_url import return_url

BATCH = 500
SILENT = [("3", gettext_lazy("3 days")), ("7", gettext_lazy("7 days")), ("14", gettext_lazy("14 days")), ("30", gettext_lazy("30 days"))]
STATES = [(state.value, state.label) for state in (State.DRAFT, State.CIRCULATED, State.IN_FORCE)]


class AgreementFilter(django_filters.FilterSet):
    """Agreements by words, state, silence and lab lead."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Search"), method="by_words", widget=PlainText(attrs={"type": "search", "maxlength": 100, "autocomplete": "off"})
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=STATES, empty_label=gettext_lazy("Any state"), widget=PlainSelect
    )
    silent = django_filters.ChoiceFilter(
        label=gettext_lazy("No activity for"),
        choices=SILENT,
        method="silent_days",
        empty_label=gettext_lazy("Any time"),
        widget=PlainSelect,
    )
    lead = django_filters.ChoiceFilter(
        label=gettext_lazy("Lab lead"), method="by_lead", empty_label=gettext_lazy("Anyone"), widget=PlainSelect
    )
    late = django_filters.BooleanFilter(label=gettext_lazy("Late only"), method="only_late", widget=PlainCheckbox(attrs={"value": "true"}))

    class Meta:
        model = Agreement
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(role_grants__to_at=None, role_grants__role__in=["lab_ops", "lab_lead"]).distinct()
        self.filters["lead"].extra["choices"] = [
            (str(user.pk), str(user)) for user in staff.only("name", "email").order_by("name", "email")
        ]

    def filter_queryset(self, rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
        """A filter that can't be understood finds nothing: an address mistyped must not pass for an answer."""
        return super().filter_queryset(rows) if self.form.is_valid() else rows.none()

    def by_words(self, rows: QuerySet[Agreement], name: str, words: str) -> QuerySet[Agreement]:
        words = words.replace("\x00", "")[:100]
        streams = Residency.objects.matching(words).values("stream")
        parties = Q(parties__person__name__icontains=words.strip(), parties__to_at=None)
        return rows.filter(
            pk__in=Agreement.objects.filter(Q(stream__in=streams) | Q(reference__iexact=words.strip()) | parties).values("pk")
        )

    def silent_days(self, rows: QuerySet[Agreement], name: str, days: str) -> QuerySet[Agreement]:
        return silent_for(rows, int(days), timezone.now())

    def by_lead(self, rows: QuerySet[Agreement], name: str, account: str) -> QuerySet[Agreement]:
        return led_by(rows, int(account))

    def only_late(self, rows: QuerySet[Agreement], name: str, value: bool) -> QuerySet[Agreement]:
        return overdue(rows, timezone.localdate()) if value else rows


class AgreementRows(KeyedRows):
    """Counted and ordered by keys; only the rows of the page asked for are fetched, with all that they show."""

    def rows_of_page(self, keys: list[int]) -> list[AgreementRow]:
        rows = _with_subjects(Agreement.objects.all()).in_bulk(keys)
        return rows_of([rows[key] for key in keys if key in rows], timezone.localdate())


def _with_subjects(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    contacts = [f"stream__{kind.related_name}__{kind.contact}" for kind in subjects.kinds() if kind.contact]
    return rows.select_related("template_version", *subjects.with_subject("stream"), *contacts)


PRODUCT = '<a href="{{ record.agreement.get_absolute_url }}">{{ record.product }}</a>{% if record.kind %}<span class="cell-sub">{{ record.kind }}</span>{% endif %}'
SILENCE = "{% load portal %}{% if record.silent_days is not None %}{{ record.silent_days|days }}{% if record.is_late %} <span class='need-age-late'>{{ table.late }}</span>{% endif %}{% endif %}"
REMINDED = "{% load portal %}{{ value|day_short }}"
REMIND = "{% include 'agreements/_remind_all.html' with row=record only %}"


class AgreementTable(Table):
    """One row an agreement."""

    select = SelectColumn()
    product = TemplateColumn(PRODUCT, verbose_name=gettext_lazy("Product"), orderable=False, attrs={"td": {"class": "cell-title"}})
    reference = tables.Column(
        gettext_lazy("Reference"), accessor="agreement__reference", order_by="pk", attrs={"td": {"class": "nowrap text-muted"}}
    )
    state = TemplateColumn(
        "{% include 'agreements/_state_chip.html' with version=record.version only %}",
        verbose_name=gettext_lazy("State"), orderable=False, accessor="version", attrs={"td": {"class": "cell-whole"}},
    )  # fmt: skip
    stage = tables.Column(gettext_lazy("Signatures"), orderable=False, attrs={"td": {"class": "cell-stage"}})
    silent = TemplateColumn(SILENCE, verbose_name=gettext_lazy("No activity"), empty_values=(), attrs={"td": {"class": "cell-whole"}})
    reminded = TemplateColumn(REMINDED, verbose_name=gettext_lazy("Reminded"), accessor="facts__reminded_at", orderable=False)
    owner = tables.Column(gettext_lazy("Lab lead"), orderable=False, default="")
    remind = TemplateColumn(
        REMIND, verbose_name=gettext_lazy("Remind"), orderable=False, empty_values=(), attrs={"td": {"class": "cell-whole"}}
    )

    label = gettext_lazy("Agreements")
    cards = True
    late = gettext_lazy("late")

    class Meta:
        attrs = {"class": "table table-hover align-middle table-dense"}
        order_by_field = "sort"
        per_page_field = "per_page"

    def __init__(self, *args: Any, may_remind: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_remind else ("select", "remind"), **kwargs)

    def order_silent(self, rows: QuerySet[Agreement], is_descending: bool) -> tuple[QuerySet[Agreement], bool]:
        """The longest silence first when descending: those who were heard of, or sent out, the longest ago."""
        known = with_silence(rows)
        order = [F("state"), F("heard_at"), F("circulated_at")]
        ordered = [field.asc(nulls_first=True) if is_descending else field.desc(nulls_last=True) for field in order]
        return known.order_by(*ordered, "pk"), True


HEADER = (
    gettext_lazy("Agreement"),
    gettext_lazy("Reference"),
    gettext_lazy("Product"),
    gettext_lazy("State"),
    gettext_lazy("Version"),
    gettext_lazy("Sent"),
    gettext_lazy("Signed"),
    gettext_lazy("Must sign"),
    gettext_lazy("Waiting for"),
    gettext_lazy("Declined"),
    gettext_lazy("Sign by"),
    gettext_lazy("Days without activity"),
    gettext_lazy("Last reminder"),
    gettext_lazy("Lab lead"),
)


def export_rows(agreements: QuerySet[Agreement]) -> Iterator[tuple[Any, ...]]:
    """The cells of every row, in the order of `agreements`, read in batches."""
    keys = list(agreements.values_list("pk", flat=True))
    rows = AgreementRows(agreements)
    for start in range(0, len(keys), BATCH):
        yield from map(_cells, rows.rows_of_page(keys[start : start + BATCH]))


def _cells(row: AgreementRow) -> tuple[Any, ...]:
    facts, version = row.facts, row.version
    return (
        row.agreement.reference, row.subject.reference, row.product, version.get_state_display(), version.number,
        version.circulated_at and timezone.localdate(version.circulated_at), facts.given, facts.wanted, ", ".join(facts.waiting_for),
        ", ".join(facts.declined), facts.due_on if row.is_open else None, row.silent_days,
        facts.reminded_at and timezone.localdate(facts.reminded_at), str(row.owner or ""),
    )  # fmt: skip


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


@needs("agreements.list_agreements")
@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Every standing agreement that the account may know of: its state, who has signed, how long it has been silent."""
    user = account_on(request)
    may_remind = user.has_perm("agreements.keep_invitations")
    agreements = AgreementFilter(request.GET, queryset=agreements_for(user))
    table = AgreementTable(AgreementRows(agreements.qs), order_by="-reference", may_remind=may_remind)
    table.empty = _empty(bool(request.GET))
    acts = Acts("agreements/_list_acts.html", reverse("agreement-remind")) if may_remind else None
    page = list_page(request, table, agreements, views=_views(user), export="agreement-list-export", acts=acts)
    return render(request, "agreements/list.html", {"list": page})


def _views(user: User) -> list[View]:
    views = [
        View(State.CIRCULATED.label, {"state": State.CIRCULATED.value}),
        View(gettext_lazy("Late"), {"late": "true"}),
    ]
    if not user.has_perm("residencies.assign"):
        return views
    mine = View(gettext_lazy("Mine"), {"lead": user.pk})
    return [mine, *views, View(gettext_lazy("Waiting for me"), {"lead": user.pk, "state": State.DRAFT.value})]


def _empty(filtered: bool) -> dict[str, Any]:
    if filtered:
        text = _("No agreements match these filters.")
        return {"title": _("Nothing matches"), "text": text, "url": reverse("agreement-list"), "action": _("Show all agreements")}
    return {
        "title": _("No agreements yet"),
        "text": _("Lab operations prepare an agreement once a residency is qualified. It then appears here."),
    }


@needs("agreements.list_agreements")
@require_safe
def agreement_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What the list shows for the same address, all of it, with every column."""
    agreements = AgreementFilter(request.GET, queryset=agreements_for(account_on(request)))
    rows = in_order(request, AgreementTable(AgreementRows(agreements.qs), order_by="-reference"))
    return export(f"agreements-{timezone.localdate():%Y-%m-%d}", file_format, HEADER, export_rows(rows))


@needs("agreements.keep_invitations")
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind everyone who hasn't signed the selected agreements, or the one whose button was pressed (EL-28, EL-60)."""
    only = request.POST.get("only", "")
    keys = [int(only)] if only.isascii() and only.isdigit() and len(only) < 19 else bulk.selected(request.POST)
    back = return_url(request) or reverse("agreement-list")
    if not keys:
        bulk.nothing_selected(request)
        return redirect(back)
    outcome = bulk.for_each(_to_remind(keys), lambda invitation: remind_signer(invitation, by=request.user), name=_who)
    for agreement in _without_signers(keys):
        outcome.leave_out(agreement.subject, _("No signatures outstanding"))
    count = len(outcome.done)
    done = ngettext("%(count)d reminder is on its way: %(names)s.", "%(count)d reminders are on their way: %(names)s.", count)
    bulk.report(request, outcome, done % {"count": count, "names": bulk.listed([_who(invitation) for invitation in outcome.done])})
    return redirect(back)


def _to_remind(keys: list[int]) -> list[Invitation]:
    about = "version__agreement__stream"
    rows = (
        unsigned().filter(version__agreement__in=keys).select_related("party__person", "version__agreement", *subjects.with_subject(about))
    )
    return list(rows.order_by("version__agreement", "party__role__position"))


def _without_signers(keys: list[int]) -> list[Agreement]:
    """Those of the selected that wait for nobody's signature."""
    rows = Agreement.objects.current().filter(pk__in=keys).exclude(pk__in=unsigned().values("version__agreement"))
    return list(rows.select_related(*subjects.with_subject("stream")))


def _who(invitation: Invitation) -> str:
    subject = subjects.subject_of(invitation.version.agreement.stream)
    return f"{invitation.party.person} ({subject.reference})"
