"""Templates of checklists, as data. A list copies its template on the day it is made, so a change here doesn't change existing tasks.

Reword `text` freely, but never change the `code` of an item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from oversight.checklists import rules
from oversight.checklists.rules import Offset
from oversight.models import Anchor, Blocks, Checklist, ChecklistItem


@dataclass(frozen=True)
class TemplateItem:
    """A task of a template, due `months` and then `days` working days after the day of `anchor`, or before it if negative."""

    code: str
    text: Any
    help: Any
    anchor: Anchor
    months: int = 0
    days: int = 0
    blocks: str = ""
    evidence_needed: bool = False


@dataclass(frozen=True)
class ChecklistTemplate:
    """A list's title, intro and tasks. With `after_end` it is for the time after its subject has ended."""

    code: str
    title: Any
    intro: Any
    items: tuple[TemplateItem, ...]
    after_end: bool = False


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
)

LIBRARY: dict[str, ChecklistTemplate] = {template.code: template for template in (ADMINISTRATION, FIRST_WEEKS, LEAVING, TRANSITION)}


def items_of(checklist: Checklist, anchors: rules.Anchors) -> list[ChecklistItem]:
    """Return the tasks of a list from its current template, unsaved."""
    return [_item_of(checklist, item, position, anchors) for position, item in enumerate(LIBRARY[checklist.code].items, start=1)]


def _item_of(checklist: Checklist, item: TemplateItem, position: int, anchors: rules.Anchors) -> ChecklistItem:
    return ChecklistItem(
        checklist=checklist,
        code=item.code,
        position=position,
        text=str(item.text),
        help=str(item.help),
        anchor=item.anchor,
        offset_months=item.months,
        offset_days=item.days,
        due_on=rules.due_on(Offset(item.anchor, item.months, item.days), anchors),
        blocks=item.blocks,
        evidence_needed=item.evidence_needed,
    )


def offset_of(item: ChecklistItem) -> Offset:
    """Return how a task's due date is counted."""
    return Offset(item.anchor, item.offset_months, item.offset_days)
