"""Tasks: findings grouped by where they are resolved, so that seven of a kind make one line (EL-06).

Pure data and grouping. A line opens the `place` of its first finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from findings import Finding

_l = gettext_lazy


@dataclass(frozen=True)
class Kind:
    """Findings that are resolved in one place: their codes, the area, what to do about one or several, the button, and the permission."""

    codes: tuple[str, ...]
    area: Any
    single: Any
    plural: Any
    verb: Any
    permission: str

    def covers(self, code: str) -> bool:
        return any(code == known or (known.endswith("-") and code.startswith(known)) for known in self.codes)

    def title(self, count: int) -> str:
        return str(self.single) if count == 1 else str(self.plural) % {"count": count}


APPLICATION, AGREEMENT, TEAM, PLAN = _l("Application"), _l("Agreement"), _l("Team"), _l("Graduation plan")
PARTNERSHIP, HOLDS = _l("Partnership"), "partnerships.keep_partnership"
WRITES, SIGNS, STAFFS, KEEPS = "residencies.edit_intake", "agreements.keep_invitations", "teams.edit_team", "residencies.keep_clocks"

TASKS = "oversight.keep_tasks"

# A code that ends in a hyphen matches every code that starts with it. The first kind that matches a code gets it.
KINDS = (
    Kind(("question-unanswered",), APPLICATION, _l("Answer 1 question"), _l("Answer %(count)d questions"), _l("Answer"), WRITES),
    Kind(
        ("condition-",),
        _l("Review"),
        _l("Review 1 condition"),
        _l("Review %(count)d conditions"),
        _l("Review"),
        "residencies.review_intake",
    ),
    Kind(("no-agreement",), AGREEMENT, _l("Prepare the agreement"), _l("Prepare the agreement"), _l("Prepare it"), "agreements.prepare"),
    Kind(
        ("agreement-not-circulated",),
        AGREEMENT,
        _l("Finish and send the draft"),
        _l("Finish and send the draft"),
        _l("Open the draft"),
        "agreements.circulate",
    ),
    Kind(("role-unfilled",), AGREEMENT, _l("Name 1 signer"), _l("Name %(count)d signers"), _l("Name"), "agreements.edit_draft"),
    Kind(
        ("party-without-address",),
        AGREEMENT,
        _l("Add 1 email address"),
        _l("Add %(count)d email addresses"),
        _l("Add"),
        "agreements.edit_draft",
    ),
    Kind(
        ("header-empty",),
        AGREEMENT,
        _l("Fill in 1 line of the header"),
        _l("Fill in %(count)d lines of the header"),
        _l("Fill in"),
        "agreements.edit_draft",
    ),
    Kind(("paper-unconfirmed",), AGREEMENT, _l("Confirm the scan"), _l("Confirm the scans"), _l("Compare"), "agreements.confirm_paper"),
    Kind(("declined-to-sign",), AGREEMENT, _l("Resolve 1 refusal to sign"), _l("Resolve %(count)d refusals to sign"), _l("Resolve"), SIGNS),
    Kind(("not-signed",), AGREEMENT, _l("Follow up on 1 signature"), _l("Follow up on %(count)d signatures"), _l("Follow up"), SIGNS),
    Kind(
        ("agreement-voided",),
        AGREEMENT,
        _l("Replace the void agreement"),
        _l("Replace the void agreement"),
        _l("Replace it"),
        "agreements.prepare",
    ),
    Kind(("no-product-owner",), TEAM, _l("Add the product owner"), _l("Add the product owner"), _l("Add"), STAFFS),
    Kind(("product-owner-untrained",), TEAM, _l("Record Agile training"), _l("Record Agile training"), _l("Record"), STAFFS),
    Kind(("no-devops",), TEAM, _l("Add a DevOps specialist"), _l("Add a DevOps specialist"), _l("Add"), STAFFS),
    Kind(("too-few-government",), TEAM, _l("Add a government employee"), _l("Add government employees"), _l("Add"), STAFFS),
    Kind(("product-owner-", "team-"), TEAM, _l("Fix 1 role check"), _l("Fix %(count)d role checks"), _l("Fix"), STAFFS),
    Kind(
        ("no-pia", "no-stra"), _l("Assessments"), _l("Complete 1 assessment"), _l("Complete %(count)d assessments"), _l("Complete"), TASKS
    ),
    Kind(("task-not-done",), _l("Tasks"), _l("Complete 1 task"), _l("Complete %(count)d tasks"), _l("Complete"), TASKS),
    Kind(("plan-not-done",), PLAN, _l("Complete 1 part of the plan"), _l("Complete %(count)d parts of the plan"), _l("Complete"), KEEPS),
    Kind(("plan-no-owner",), PLAN, _l("Choose 1 owner in the plan"), _l("Choose %(count)d owners in the plan"), _l("Choose"), KEEPS),
    Kind(("plan-no-",), PLAN, _l("Write 1 part of the plan"), _l("Write %(count)d parts of the plan"), _l("Write"), KEEPS),
    Kind(("destination-undecided",), PLAN, _l("Decide where 1 person goes"), _l("Decide where %(count)d people go"), _l("Decide"), STAFFS),
    Kind(("vendor-no-successor",), PLAN, _l("Choose 1 successor"), _l("Choose %(count)d successors"), _l("Choose"), STAFFS),
    Kind(
        ("no-conversation",),
        _l("Conversation"),
        _l("Hold the conversation"),
        _l("Hold the conversation"),
        _l("Hold it"),
        "residencies.hold_conversation",
    ),
    Kind(("too-few-partners",), PARTNERSHIP, _l("Add the partners"), _l("Add the partners"), _l("Add"), HOLDS),
    Kind(
        ("partnership-no-problem", "partnership-no-purpose", "value-clients", "value-partners", "value-employees"),
        PARTNERSHIP,
        _l("Complete the description"),
        _l("Complete the description"),
        _l("Complete"),
        HOLDS,
    ),
    Kind(("no-arrangement",), PARTNERSHIP, _l("Plan an arrangement"), _l("Plan an arrangement"), _l("Plan it"), HOLDS),
    Kind(("site-not-chosen",), PARTNERSHIP, _l("Choose the site"), _l("Choose %(count)d sites"), _l("Choose"), HOLDS),
    Kind(("partnership-no-board",), PARTNERSHIP, _l("Choose the board"), _l("Choose the board"), _l("Choose"), HOLDS),
    Kind(("no-decider",), PARTNERSHIP, _l("Add 1 partner to the board"), _l("Add %(count)d partners to the board"), _l("Add"), HOLDS),
    Kind(("no-note",), PARTNERSHIP, _l("Record what was agreed"), _l("Record what was agreed"), _l("Record"), HOLDS),
    Kind(("no-sunset",), PARTNERSHIP, _l("Add sunset criteria"), _l("Add sunset criteria"), _l("Add"), HOLDS),
    Kind(("no-review-date",), PARTNERSHIP, _l("Set the review date"), _l("Set the review date"), _l("Set it"), HOLDS),
    Kind(("no-queue-owner",), PARTNERSHIP, _l("Choose who runs the queue"), _l("Choose who runs %(count)d queues"), _l("Choose"), HOLDS),
    Kind(("untrained",), PARTNERSHIP, _l("Record the training"), _l("Record %(count)d trainings"), _l("Record"), HOLDS),
    Kind(("no-settlement",), PARTNERSHIP, _l("Say how payments are settled"), _l("Say how payments are settled"), _l("Enter"), HOLDS),
    Kind(("assessment-due",), PARTNERSHIP, _l("Assess the site’s safety"), _l("Assess the safety of %(count)d sites"), _l("Assess"), HOLDS),
    Kind(("step-open",), _l("Tasks"), _l("Complete 1 task"), _l("Complete %(count)d tasks"), _l("Complete"), TASKS),
    Kind(("no-", "description-"), APPLICATION, _l("Complete 1 answer"), _l("Complete %(count)d answers"), _l("Complete"), WRITES),
)
OTHER = Kind((), "", "", "", _l("Open"), "")


@dataclass(frozen=True)
class Task:
    """Findings of one kind. The task opens the place of the first, `finding`."""

    kind: Kind
    findings: tuple[Finding, ...]

    @property
    def area(self) -> str:
        return str(self.kind.area)

    @property
    def title(self) -> str:
        return self.kind.title(len(self.findings)) if self.kind is not OTHER else self.finding.remedy or self.finding.message

    @property
    def finding(self) -> Finding:
        return self.findings[0]

    @property
    def is_known(self) -> bool:
        """Whether the table has an entry for its findings."""
        return self.kind is not OTHER


def tasks(findings: Iterable[Finding]) -> list[Task]:
    """Group `findings` by kind, in the order of each kind's first finding; those of no kind come last, one task each."""
    by_kind: dict[Kind, list[Finding]] = {}
    alone: list[Task] = []
    for finding in findings:
        kind = next((kind for kind in KINDS if kind.covers(finding.code)), OTHER)
        if kind is OTHER:
            alone.append(Task(OTHER, (finding,)))
        else:
            by_kind.setdefault(kind, []).append(finding)
    return [*(Task(kind, tuple(own)) for kind, own in by_kind.items()), *alone]
