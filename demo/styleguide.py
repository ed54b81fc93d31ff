"""The style guide: every shared component with sample content, on one page. Only with DEBUG on."""

from __future__ import annotations

import datetime
from types import SimpleNamespace as Thing
from typing import Any

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_tables2 import RequestConfig

from acts.revisions import Stale
from findings import Finding, Severity
from labportal.todo_list import Reader, arranged
from people.todo import LAB, About, Line
from web.access import open_to_anyone
from web.charts.small import KeyFigure, Point
from web.forms import ActForm
from web.paging import Table, TemplateColumn

NOW = datetime.datetime(2026, 3, 3, 22, 30, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 3, 3)

FINDINGS = [
    Finding(
        "few-employees",
        Severity.BLOCKS_START,
        "Only one government employee is on the team.",
        "Add a second employee of the ministry to the roster.",
        "home",
    ),
    Finding(
        "no-devops",
        Severity.BLOCKS_LIVE,
        "No one on the team is responsible for keeping the product secure and running.",
        "Add a senior DevOps specialist.",
    ),
    Finding(
        "small-team",
        Severity.WARNS,
        "The team has four people; five to nine is usual.",
        "Talk to the product owner about adding another person.",
    ),
    Finding("no-date", Severity.NOTE, "No graduation date yet."),
]
STATES = [
    "draft",
    "submitted",
    "in_review",
    "qualified",
    "agreement",
    "in_residence",
    "live",
    "graduated",
    "declined",
    "withdrawn",
    "pivoted",
]
PRODUCTS = [
    ("Trail Finder", "Mara Lindqvist"),
    ("Permit Desk", "Oren Castellanos"),
    ("Harvest Map", "Dana Okafor"),
    ("Ferry Notice", "Wil Tremblay-Nakamura"),
]


class SampleForm(ActForm):
    verb = "Submit to the lab"
    product = forms.CharField(label="Product", help_text="A short name that’s easy to say aloud.", max_length=80)
    problem = forms.CharField(
        label="The problem, in one sentence",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Say who has the problem and what it costs them.",
    )
    ministry = forms.ChoiceField(label="Ministry", choices=[("", "Choose one"), ("a", "Forests"), ("b", "Citizens’ Services")])
    finding = forms.ChoiceField(
        label="Does it meet the condition?", choices=[("m", "Met"), ("n", "Not met"), ("q", "More needed")], widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        label="What the team needs", choices=[("d", "A designer"), ("o", "A desk")], widget=forms.CheckboxSelectMultiple, required=False
    )
    starts_on = forms.DateField(label="Start date", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    evidence = forms.FileField(label="Evidence", required=False, help_text="A PDF, picture or Office document, up to 10 MB.")
    agreed = forms.BooleanField(label="I have read the whole agreement")


class SampleFilters(forms.Form):
    q = forms.CharField(label="Search", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), ("live", "Live")])
    ministry = forms.ChoiceField(label="Ministry", required=False, choices=[("", "Any ministry"), ("a", "Forests")])


class SampleTable(Table):
    label = "Residencies"
    sizes = (25, 50, 100)
    reference = tables.Column("Reference")
    product = tables.Column("Product")
    state = TemplateColumn('{% include "components/state_chip.html" with state=value only %}', verbose_name="State")
    owner = tables.Column("Owner", orderable=False)
    budget = TemplateColumn(
        "{% load portal %}{{ value|dollars }}", verbose_name="Budget", attrs={"th": {"class": "number"}, "td": {"class": "number"}}
    )

    class Meta:
        attrs = {"class": "table table-hover"}


@open_to_anyone("Only with DEBUG on. Shows sample content.")
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show all components, including a new form, one with errors and one that was saved second."""
    messages.success(request, "Trail Finder is live. Graduation is due 3 September 2026.")
    messages.warning(request, "The invitation to D. Lee could not be delivered.")
    return render(request, "demo/styleguide.html", _samples(request))


def _samples(request: HttpRequest) -> dict[str, Any]:
    refused = SampleForm({"problem": "", "finding": "x"}, prefix="refused")
    return {
        "crumbs": [("Residencies", "/"), ("XL-2026-014 Trail Finder", "/"), ("Styles", "")],
        "navigation": [
            Thing(label=label, url="/", current=label == "Residencies")
            for label in ("Home", "Residencies", "Intake", "People", "History", "Outbox", "Admin")
        ],
        "portal": {"product": "Lab Portal", "lab": "Exchange Lab", "email": "exchange-lab@example.test"},
        "demo": {"is_loaded": True},
        "states": STATES,
        "findings": FINDINGS,
        "met": ["The agreement has been in force since 12 February 2026.", "All six conditions are met."],
        "events": [
            Thing(what="Went live", at=NOW, who="Priya Sandhu", tone="success", detail="Released on 3 March 2026.", url="/"),
            Thing(what="Residency started", at=NOW - datetime.timedelta(days=90), who="Priya Sandhu", tone="active", detail="", url=""),
            Thing(
                what="Declined, then submitted again",
                at=NOW - datetime.timedelta(days=120),
                who="The lab",
                tone="danger",
                detail="",
                url="",
            ),
        ],
        "steps": _steps(),
        "columns": _columns(),
        "form": SampleForm(prefix="fresh"),
        "refused_form": refused,
        "stale_form": _stale(),
        "filters": SampleFilters(),
        "chips": [Thing(label="State: Live", url="?"), Thing(label="Ministry: Forests", url="?")],
        "table": _table(request),
        "page_of_many": Paginator(range(1000), 25).page(7),
        "tabs": [
            Thing(label="Overview", url="/", current=True, waiting=0),
            Thing(label="Qualification", url="/", current=False, waiting=2),
            Thing(label="Team", url="/", current=False, waiting=3),
            Thing(label="History", url="/", current=False, waiting=0),
        ],
        "clocks": [
            Thing(title="Harvest Map", days=-12, due=TODAY - datetime.timedelta(days=12)),
            Thing(title="Permit Desk", days=14, due=TODAY + datetime.timedelta(days=14)),
            Thing(title="Trail Finder", days=184, due=TODAY + datetime.timedelta(days=184)),
        ],
        "todo": arranged(_lines(), Reader(1, LAB), TODAY),
        "key_figures": [
            (Thing(slug="days-to-start"), KeyFigure("38 days", "from application to start", _points(52, 47, 47, 38))),
            (Thing(slug="signatures-outstanding"), KeyFigure("3", "signatures outstanding", _points(3))),
        ],
        "today": TODAY,
    }


def _lines() -> list[Line]:
    trail = About("XL-2026-014", "Trail Finder", "in_review", "/", 1, "Noor Castellane")
    desk = About("XL-2026-009", "Permit Desk", "agreement", "/")
    days = lambda count: TODAY + datetime.timedelta(days=count)
    return [
        Line("a", "2 of 6 conditions left to decide", "Decide 2 conditions", "/", days(-16), days(-2), about=trail),
        Line("b", "Product owner without Agile training", "Arrange Agile training", "/", days(-9), about=trail),
        Line("c", "3 signatures outstanding", "Send reminders", "/", days(-12), days(2), note="4 of 7 have signed", about=desk),
    ]


def _points(*values: int) -> tuple[Point, ...]:
    months = ("December", "January", "February", "March")
    return tuple(Point(month, value, f"{value} days") for month, value in zip(months, values, strict=False))


def _steps() -> list[Thing]:
    dates = [datetime.date(2025, 9, 4), datetime.date(2025, 10, 2), datetime.date(2025, 11, 20), datetime.date(2025, 12, 3)]
    done = [
        Thing(label=label, status="done", date=on, note="")
        for label, on in zip(["Submitted", "Qualified", "Agreement", "In residence"], dates, strict=True)
    ]
    return [
        *done,
        Thing(label="Live", status="current", date=TODAY, note=""),
        Thing(label="Graduated", status="next", date=datetime.date(2026, 9, 3), note="due"),
    ]


def _columns() -> list[Thing]:
    def card(at: int, note: str = "", tone: str = "") -> Thing:
        return Thing(title=PRODUCTS[at % len(PRODUCTS)][0], url="/", days=f"{9 * at + 4} d", note=note, tone=tone)

    return [
        Thing(label="In review", count=2, url="/", cards=[card(0, "3 to decide"), card(1)]),
        Thing(label="Qualified", count=0, url="/", cards=[]),
        Thing(label="Agreement", count=1, url="/", cards=[card(2, "2 blockers")]),
        Thing(label="In residence", count=7, url="/", cards=[card(3), card(4), card(5)]),
        Thing(label="Live", count=2, url="/", cards=[card(6, "1 blocker", "danger"), card(7)]),
    ]


def _stale() -> SampleForm:
    form = SampleForm({"product": "Trail Finder", "problem": "Hikers don’t know which trails are open."}, prefix="stale")
    form.stale = Stale(
        Thing(revision=3),  # type: ignore[arg-type]
        {"problem": ("Hikers can’t tell which trails are open.", "Hikers and rangers can’t tell which trails are open this week.")},
    )
    return form


def _table(request: HttpRequest) -> SampleTable:
    rows = [
        {
            "reference": f"XL-2026-{n:03}",
            "product": PRODUCTS[n % 4][0],
            "state": STATES[n % 11],
            "owner": PRODUCTS[n % 4][1],
            "budget": 95_000_000 + n * 1_234_56,
        }
        for n in range(1, 63)
    ]
    table = SampleTable(rows, order_by="reference")
    RequestConfig(request, paginate={"per_page": 25}).configure(table)
    return table
