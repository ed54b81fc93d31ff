"""Templates of checklists, as data. A list copies its template on the day it is made, so a change here doesn't change existing tasks.

Reword `text` freely, but never change the `code` of an item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from ledger.subjects import Subject, after_end
from oversight.checklists import rules
from oversight.checklists.rules import Offset
from oversight.models import Anchor, Blocks, Checklist, ChecklistItem
from people.models import Person


@dataclass(frozen=True)
class TemplateItem:
    """A task of a template, due `months` and then `days` working days after the day of `anchor`, or before it if negative.

    An item to tick has no due date. `is_entry` sets an entry condition apart from a success sign. Its links must lead to one of
    `sites`, if there are any. `owner` is who has to do it.
    """

    code: str
    text: Any
    help: Any = ""
    anchor: Anchor = Anchor.DATE
    months: int = 0
    days: int = 0
    blocks: str = ""
    evidence_needed: bool = False
    is_entry: bool = False
    sites: tuple[str, ...] = ()
    owner: Person | None = None


@dataclass(frozen=True)
class ChecklistTemplate:
    """A list's title, intro and tasks. With `after_end` it can be worked on after its subject has ended.

    A list with a `page` of its own, named by its URL, isn't among a subject's tasks. Its events in the ledger start with `events`.
    The items of a `ticked` list aren't saved until they are ticked, with the words of that day; `make_items` makes them for a subject
    if they differ from one to the next. `suggest_link` returns a known link for the item with a code, or "". Only lab operations can
    change a list that is `by_lab`.
    """

    code: str
    title: Any
    intro: Any
    items: tuple[TemplateItem, ...] = ()
    after_end: bool = False
    page: str = ""
    events: str = ""
    ticked: bool = False
    by_lab: bool = False
    make_items: Callable[[Subject], Iterable[TemplateItem]] | None = None
    suggest_link: Callable[[Subject, str], str] | None = None

    def items_for(self, subject: Subject) -> tuple[TemplateItem, ...]:
        return tuple(self.make_items(subject)) if self.make_items else self.items


ADMINISTRATION = ChecklistTemplate(
    "administrative-tasks",
    _("Administrative tasks"),
    _("The home ministry keeps its financial and administrative duties during the residency."),
    (
        TemplateItem(
            "contract-management",
            _("Set up contract management"),
            _("Who manages the contracts of the team’s vendors, and where the contracts are kept."),
            Anchor.START,
            days=10,
        ),
        TemplateItem(
            "paying-resources",
            _("Set up payment of contracted resources"),
            _("Who approves timesheets and invoices, and how they are paid each month."),
            Anchor.START,
            days=20,
        ),
        TemplateItem(
            "onboarding",
            _("Complete administrative requests and government onboarding"),
            _("Accounts, equipment, building access and screening for everyone on the team."),
            Anchor.START,
            days=10,
        ),
        TemplateItem(
            "pia",
            _("Privacy impact assessment"),
            _("The ministry’s privacy office signs it. Add the signed assessment, or a link to it."),
            Anchor.START,
            months=3,
            blocks=Blocks.LIVE,
            evidence_needed=True,
        ),
        TemplateItem(
            "stra",
            _("Security threat and risk assessment"),
            _("The ministry’s information security officer signs it. Add the signed assessment, or a link to it."),
            Anchor.START,
            months=3,
            blocks=Blocks.LIVE,
            evidence_needed=True,
        ),
        TemplateItem(
            "software-licences",
            _("Buy and assign software licences"),
            _("The licences the team works with, and who renews them."),
            Anchor.START,
            days=15,
        ),
        TemplateItem(
            "team-hr",
            _("Arrange human resources for the team"),
            _("Temporary assignments, backfill, supervision and leave for the government employees on the team."),
            Anchor.START,
            days=20,
        ),
    ),
)

FIRST_WEEKS = ChecklistTemplate(
    "first-weeks",
    _("The first weeks"),
    _("How the team, the lab and the ministry start working together."),
    (
        TemplateItem(
            "working-together",
            _("Agree how and where the team works together"),
            _("Online, in person or both, and on which days. Record it on the Community page."),
            Anchor.START,
            days=2,
        ),
        TemplateItem(
            "welcome",
            _("Welcome the team and introduce everyone"),
            _("The team, the lab, the champions and the people in the ministry who will support them."),
            Anchor.START,
            days=1,
        ),
        TemplateItem(
            "problem",
            _("Go through the problem statement with the product owner"),
            _("What the agreement expects, what is known about the people affected, and what isn’t."),
            Anchor.START,
            days=3,
        ),
        TemplateItem(
            "team-agreement",
            _("Write a team agreement"),
            _("Working hours, meetings, tools, and how the team makes decisions."),
            Anchor.START,
            days=5,
        ),
        TemplateItem(
            "first-sprint",
            _("Plan the first sprint and invite people to its review"),
            _("Champions come to every review. Plan the sprints on the Sprints page."),
            Anchor.START,
            days=7,
        ),
        TemplateItem(
            "first-users",
            _("Arrange conversations with the first five users"),
            _("Real users of the service. The program area can help find them."),
            Anchor.START,
            days=10,
        ),
        TemplateItem(
            "look-back",
            _("Look back on the first weeks and adjust the plan"),
            _("What helped, what slowed the team down, and what changes from now on."),
            Anchor.START,
            days=20,
        ),
    ),
)

LEAVING = ChecklistTemplate(
    "leaving-list",
    _("Leaving the lab"),
    _("What has to be ready when the team moves to its ministry. The list appears 45 days before graduation is due."),
    (
        TemplateItem(
            "handover",
            _("Hold handover sessions with every successor"),
            _("Each vendor role has a successor in the ministry, and they work together for at least two weeks."),
            Anchor.GRADUATION,
            days=-15,
        ),
        TemplateItem(
            "documentation",
            _("Finish the runbook and the other documentation"),
            _("How the product is released, monitored and restored, and what is planned next."),
            Anchor.GRADUATION,
            days=-15,
        ),
        TemplateItem(
            "transfer",
            _("Transfer repositories, hosting and service accounts to the ministry"),
            _("Include ownership and billing, so that nothing depends on the lab."),
            Anchor.GRADUATION,
            days=-10,
            blocks=Blocks.GRADUATE,
        ),
        TemplateItem(
            "vendor-contracts",
            _("End or transfer vendor contracts"),
            _("Which contracts end with the residency, and which the ministry continues."),
            Anchor.GRADUATION,
            days=-10,
        ),
        TemplateItem(
            "support-contacts",
            _("Update who to contact about the product"),
            _("On the product itself, at the service desk, and in the lab’s records."),
            Anchor.GRADUATION,
            days=-5,
        ),
        TemplateItem(
            "story",
            _("Write the team’s story and plan the ceremony"),
            _("What changed for people, in the team’s own words."),
            Anchor.GRADUATION,
            days=-5,
        ),
        TemplateItem(
            "desks-and-passes",
            _("Return desks, equipment and building passes"),
            _("Everything that belongs to the lab."),
            Anchor.GRADUATION,
            days=-2,
        ),
        TemplateItem(
            "remove-access",
            _("Remove access that people no longer need"),
            _("For people who are leaving the team, and for the lab’s own staff."),
            Anchor.GRADUATION,
            days=-1,
            blocks=Blocks.GRADUATE,
        ),
    ),
)

TRANSITION = ChecklistTemplate(
    "transition-list",
    _("After the pivot"),
    _("What to wrap up now that the partnership has ended. These tasks stay open until they’re done."),
    (
        TemplateItem(
            "tell-users",
            _("Tell the people who use the product what happens next"),
            _("What is ending, when, and where they can get help instead."),
            Anchor.END,
            days=5,
        ),
        TemplateItem(
            "close-access",
            _("Close accounts, licences and access"),
            _("For everyone who worked on the product, and for services that are ending."),
            Anchor.END,
            days=10,
        ),
        TemplateItem(
            "archive-code",
            _("Archive the code and say where it is"),
            _("Others can reuse it. Mark the repositories as archived and link to them."),
            Anchor.END,
            days=10,
        ),
        TemplateItem(
            "lessons",
            _("Record what was learned"),
            _("What other teams should know about the problem, the users and the approach."),
            Anchor.END,
            days=15,
        ),
        TemplateItem(
            "end-contracts",
            _("End or transfer vendor contracts"),
            _("Check the notice period of each contract first."),
            Anchor.END,
            days=20,
        ),
        TemplateItem(
            "people-return",
            _("Return government employees to their positions"),
            _("Agree with each person and their supervisor when they return."),
            Anchor.END,
            days=20,
        ),
        TemplateItem(
            "data",
            _("Move or delete the product’s data"),
            _("Follow the privacy impact assessment."),
            Anchor.END,
            days=20,
        ),
        TemplateItem(
            "records",
            _("File the records that the ministry must keep"),
            _("Decisions, contracts and assessments, in the ministry’s records system."),
            Anchor.END,
            days=30,
        ),
    ),
    after_end=True,
    events="transition-",
)

LIBRARY: dict[str, ChecklistTemplate] = {}
VERBS = ("added", "planned", "begun", "done", "dismissed", "reopened", "evidence-added", "evidence-withdrawn")


def register(*templates: ChecklistTemplate) -> None:
    """Add templates, with their titles as words for history; for an app's own, called when its `checklists.py` is imported (ledger/apps.py)."""
    for template in templates:
        LIBRARY[template.code] = template
        history_text.register(words={template.code: template.title})
        if template.after_end:
            after_end(f"{template.events}checklist-made", *(f"{template.events}task-{verb}" for verb in VERBS))


register(ADMINISTRATION, FIRST_WEEKS, LEAVING, TRANSITION)


def ticked_lists() -> list[str]:
    """Return the codes of the lists whose items are only ticked, which aren't tasks."""
    return [template.code for template in LIBRARY.values() if template.ticked]


def items_of(checklist: Checklist, anchors: rules.Anchors, template: ChecklistTemplate | None = None) -> list[ChecklistItem]:
    """Return the tasks of a list from its current template, or from one that was made for its subject; unsaved."""
    items = (template or LIBRARY[checklist.code]).items
    return [item_of(checklist, item, anchors, position) for position, item in enumerate(items, start=1)]


def template_item(checklist: Checklist, code: str) -> TemplateItem | None:
    """Return an item as its list's template has it now; None if the template doesn't have it."""
    return next((item for item in LIBRARY[checklist.code].items_for(checklist.subject) if item.code == code), None)


def sites_of(item: ChecklistItem) -> tuple[str, ...]:
    """Return the sites that a link for an item must lead to; empty if any link will do."""
    known = template_item(item.checklist, item.code)
    return known.sites if known else ()


def item_of(checklist: Checklist, item: TemplateItem, anchors: rules.Anchors | None = None, position: int = 0) -> ChecklistItem:
    """Return an item of a list as its template has it, unsaved."""
    return ChecklistItem(
        checklist=checklist,
        code=item.code,
        position=position,
        text=str(item.text),
        help=str(item.help),
        owner=item.owner,
        anchor=item.anchor,
        offset_months=item.months,
        offset_days=item.days,
        due_on=rules.due_on(Offset(item.anchor, item.months, item.days), anchors or {}),
        blocks=item.blocks,
        evidence_needed=item.evidence_needed,
    )


def offset_of(item: ChecklistItem) -> Offset:
    """Return how a task's due date is counted."""
    return Offset(item.anchor, item.offset_months, item.offset_days)
