"""Acts on checklists: add, plan, start, complete, dismiss and reopen tasks, with their evidence (EL-72)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from dates.plausible import not_happened
from findings import Refused, refuse
from ledger import subjects
from ledger.actions import append, revise
from ledger.models import Stream
from ledger.subjects import Subject
from oversight.checklists import rules
from oversight.checklists.library import LEAVING, LIBRARY, ChecklistTemplate, item_of, items_of, offset_of, sites_of, template_item
from oversight.models import Anchor, Checklist, ChecklistItem, TaskEvidence, TaskState
from people.actions import known_or_new
from people.models import Person
from spelling.clean import unsafe_link
from web.uploads.storage import attach

PLACE = "tasks"
OWN = "own-"
DAYS_OF_LEAVING = datetime.timedelta(days=45)


# ── Lists ────────────────────────────────────────────────────────────────────────────────────


@part
def make_checklists(subject: Subject, *templates: ChecklistTemplate, by: Actor, owner: Person | None = None) -> None:
    """Give a subject lists from their current templates. A list it already has gets only the new tasks. Writes one event for all.

    The caller holds the subject's lock. Existing tasks keep their text, even if the template has changed. All of the templates
    have the same `events`. `owner` is who owns the new tasks at first.
    """
    codes = [template.code for template in templates]
    by_code = {template.code: template for template in templates}
    lists = list(Checklist.objects.filter(stream=subject.stream, code__in=codes))
    missing = [template for template in templates if template.code not in {checklist.code for checklist in lists}]
    lists += Checklist.objects.bulk_create(
        Checklist(stream=subject.stream, code=template.code, after_end=template.after_end) for template in missing
    )
    known = set(ChecklistItem.objects.filter(checklist__in=lists).values_list("checklist", "code"))
    anchors = subject.anchors()
    items = [
        item
        for checklist in lists
        for item in items_of(checklist, anchors, by_code[checklist.code])
        if (checklist.pk, item.code) not in known
    ]
    for item in items:
        item.owner = owner
    if items:
        ChecklistItem.objects.bulk_create(items)
        facts = {"checklists": [checklist.code for checklist in lists], "tasks_added": [item.code for item in items]}
        append(subject.stream, _event(lists[0], "checklist-made"), by=by, facts=facts)


@act(system=SYSTEM, whole=False)
def make_leaving_lists(*, by: Actor) -> int:
    """Give every subject that is due to graduate within 45 days its leaving list, once; returns how many got one.

    If graduation moves further away later, the subject keeps its list.
    """
    last = timezone.localdate() + DAYS_OF_LEAVING
    have = Checklist.objects.filter(code=LEAVING.code).values("stream")
    due = [kind.graduating(last).exclude(stream__in=have) for kind in subjects.kinds() if kind.graduating]
    return sum(_make_leaving_list(subject.stream, last, by) for rows in due for subject in rows.select_related("stream").order_by("pk"))


@transaction.atomic
def _make_leaving_list(stream: Stream, last: datetime.date, by: Actor) -> bool:
    """Add the leaving list if the subject still needs it; returns whether it was added.

    Checks again under the subject's lock, because another worker may be doing the same.
    """
    subject = subjects.lock(stream)
    due_on = subject.anchors()["graduation"]
    if not subject.is_under_way or due_on is None or due_on > last:
        return False
    if Checklist.objects.filter(stream=stream, code=LEAVING.code).exists():
        return False
    make_checklists(subject, LEAVING, by=by)
    return True


@part
def follow_anchors(subject: Subject, *, by: Actor) -> int:
    """Move due dates to match the subject's current dates, and record it in the ledger; returns how many tasks moved.

    Only open tasks move, and no date that was set by hand. The caller holds the subject's lock and has changed its dates.
    """
    anchors = subject.anchors()
    moved = []
    for item in ChecklistItem.objects.select_for_update().filter(checklist__stream=subject.stream, due_by_hand=False).left():
        due_on = rules.due_on(offset_of(item), anchors)
        if item.anchor != Anchor.DATE and due_on != item.due_on:
            item.due_on, before = due_on, item.due_on
            item.revision += 1
            moved.append((item, before))
    if moved:
        ChecklistItem.objects.bulk_update([item for item, _before in moved], ["due_on", "revision"])
        changes = {item.code: {"from": before, "to": item.due_on} for item, before in moved}
        append(subject.stream, "tasks-moved", by=by, facts={"count": len(moved), "due_dates": changes})
    return len(moved)


@act("oversight.keep_task")
def add_task(
    checklist: Checklist, *, text: str, owner: Person | None, due_on: datetime.date | None, by: Actor, name: str = "", email: str = ""
) -> ChecklistItem:
    """Add a custom task to one of a subject's lists. It isn't required for any step.

    For an owner who isn't on record, give `name` and, if known, `email`. Raises `Refused` (`task-no-text`, `ended`).
    """
    current = _locked_list(checklist)
    if not text.strip():
        raise refuse("task-no-text", _("The task is missing."), _("Say what has to be done."), PLACE)
    if owner is None and name.strip():
        owner = known_or_new(name=name, email=email, by=by)
    # Safe under the subject's lock: two tasks added at once get different numbers.
    own = current.items.filter(code__startswith=OWN).count() + 1
    item = ChecklistItem.objects.create(
        checklist=current,
        code=f"{OWN}{own}",
        position=(current.items.aggregate(last=Max("position"))["last"] or 0) + 1,
        text=text,
        owner=owner,
        anchor=Anchor.DATE,
        due_on=due_on,
        due_by_hand=due_on is not None,
    )
    facts = {**_facts(item), **({"due": due_on} if due_on else {}), **({"owner": owner.name} if owner else {})}
    append(current.stream, _act(item, "added"), by=by, facts=facts)
    return item


# ── Planning ─────────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_task")
def plan_task(
    item: ChecklistItem,
    *,
    owner: Person | None,
    due_on: datetime.date | None,
    note: str,
    shown_revision: int,
    by: Actor,
    name: str = "",
    email: str = "",
) -> ChecklistItem:
    """Set a task's owner, due date and note. Without `due_on` the due date follows its anchor.

    For an owner who isn't on record, give `name` and, if known, `email`.
    A date that is set by hand stays when the anchor moves. Raises `Stale`, and `Refused` (`task-settled`, `ended`).
    """
    current = _locked(item)
    if current.revision == shown_revision:
        _refuse_unless_left(current)
    computed = rules.due_on(offset_of(current), current.subject.anchors())
    by_hand = due_on is not None and (due_on != computed or current.due_by_hand)
    if owner is None and name.strip():
        owner = known_or_new(name=name, email=email, by=by)
    changes = {"owner": owner, "due_on": due_on if by_hand else computed, "due_by_hand": by_hand, "note": note.strip()}
    return revise(
        current, shown_revision=shown_revision, changes=changes, act=_act(current, "planned"), by=by, stream=current.checklist.stream,
        facts=_facts(current),
    )  # fmt: skip


# ── Carrying out ─────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_task")
def begin_task(item: ChecklistItem, *, by: Actor) -> ChecklistItem:
    """Mark a task as in progress. Does nothing if it already is. Raises `Refused` (`task-settled`, `ended`)."""
    current = _locked(item)
    if current.state == TaskState.DOING:
        return current
    _refuse_unless_left(current)
    return _settle(current, "begun", by, state=TaskState.DOING)


@act("oversight.keep_task")
def complete_task(
    item: ChecklistItem,
    *,
    done_on: datetime.date,
    shown_revision: int,
    by: Actor,
    note: str = "",
    url: str = "",
    file_name: str = "",
    content: bytes = b"",
) -> ChecklistItem:
    """Record the day a task was done, with a link or a file as evidence. An item of a ticked list is saved now, in its current words.

    Raises `Stale`, and `Refused`: `task-settled`, `day-to-come`, `no-evidence` for a task that needs evidence and has none,
    `unsafe-link`, `link-elsewhere`, what a file is refused for (web/uploads/kinds.py), `not-on-list`, and `ended`.
    """
    current = _locked(item)
    is_tick = LIBRARY[current.checklist.code].ticked
    refuse_if_stale(current, shown_revision, {"done_on": done_on, **({"note": note.strip()} if is_tick else {})})
    _refuse_unless_left(current)
    if faults := list(not_happened(done_on, timezone.localdate(), since=None)):
        raise Refused(faults)
    added = _add(current, url=url, file_name=file_name, content=content, by=by)
    if current.evidence_needed and not added and not current.evidence.filter(withdrawn_at=None).exists():
        raise refuse("no-evidence", _("This task needs evidence."), _("Add a link or a file that shows it was done."), PLACE)
    facts: dict[str, Any] = {"done_on": done_on, **({"shown_by": [_evidence_fact(evidence) for evidence in added]} if added else {})}
    changes: dict[str, Any] = {"state": TaskState.DONE, "done_on": done_on, "done_by": account_of(by)}
    if is_tick:
        known = template_item(current.checklist, current.code)
        # An item that was ticked before, and undone, keeps the words of the day on which it is ticked again.
        changes |= {"note": note.strip(), "text": str(known.text) if known else current.text}
        facts["note"] = note.strip()
    return _settle(current, "done", by, facts, **changes)


@act("oversight.keep_task")
def dismiss_task(item: ChecklistItem, *, reason: str, shown_revision: int, by: Actor) -> ChecklistItem:
    """Mark a task as not applicable, with a reason. It counts as done but is shown separately.

    Raises `Stale`, and `Refused`: `task-settled`, `task-required` for a task that always applies, `no-reason`, `ended`.
    """
    current = _locked(item)
    refuse_if_stale(current, shown_revision, {"reason": reason.strip()})
    _refuse_unless_left(current)
    if current.evidence_needed:
        raise refuse("task-required", _("This task applies to every residency."), _("Complete it, with evidence."), PLACE)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the task doesn’t apply."), PLACE)
    return _settle(current, "dismissed", by, {"reason": reason.strip()}, state=TaskState.NOT_APPLICABLE, reason=reason.strip())


@act("oversight.keep_task")
def reopen_task(item: ChecklistItem, *, reason: str, shown_revision: int, by: Actor) -> ChecklistItem:
    """Reopen a task that was done or not applicable, with a reason. Its evidence stays.

    Its due date follows its anchor again, unless it was set by hand. Raises `Stale`, and `Refused` (`task-open`, `no-reason`, `ended`).
    """
    current = _locked(item)
    refuse_if_stale(current, shown_revision)
    if current.is_left:
        raise refuse("task-open", _("This task is already open."), _("Mark it as done when it’s done."), PLACE)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why you’re reopening the task."), PLACE)
    facts = {"reason": reason.strip(), **({"was_done_on": current.done_on} if current.done_on else {})}
    due_on = current.due_on if current.due_by_hand else rules.due_on(offset_of(current), current.subject.anchors())
    return _settle(current, "reopened", by, facts, state=TaskState.OPEN, reason="", done_on=None, done_by=None, due_on=due_on)


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_task")
def add_evidence(item: ChecklistItem, *, by: Actor, url: str = "", file_name: str = "", content: bytes = b"") -> list[TaskEvidence]:
    """Add a link or a file as evidence of a task or its progress.

    Raises `Refused`: `no-evidence` without either, `unsafe-link`, what a file is refused for (web/uploads/kinds.py), `ended`.
    """
    current = _locked(item)
    added = _add(current, url=url, file_name=file_name, content=content, by=by)
    if not added:
        raise refuse("no-evidence", _("There is nothing to add."), _("Paste a link or choose a file."), PLACE)
    facts = {**_facts(current), "shown_by": [_evidence_fact(evidence) for evidence in added]}
    append(current.checklist.stream, _act(current, "evidence-added"), by=by, facts=facts)
    return added


@act("oversight.keep_task", on="evidence.item")
def withdraw_evidence(evidence: TaskEvidence, *, by: Actor) -> TaskEvidence:
    """Withdraw a link or a file that was added by mistake. The row and the file stay. Withdrawing it again does nothing.

    Raises `Refused`: `evidence-last` if it is the only evidence of a task that is done and needs it, `ended`.
    """
    item = _locked(evidence.item)
    current = TaskEvidence.objects.select_for_update().get(pk=evidence.pk)
    if current.withdrawn_at:
        return current
    others = item.evidence.filter(withdrawn_at=None).exclude(pk=current.pk)
    if item.state == TaskState.DONE and item.evidence_needed and not others.exists():
        raise refuse("evidence-last", _("This is the only evidence that the task was done."), _("Add other evidence first."), PLACE)
    current.withdrawn_at = timezone.now()
    current.save(update_fields=["withdrawn_at"])
    append(item.checklist.stream, _act(item, "evidence-withdrawn"), by=by, facts={**_facts(item), "shown_by": [_evidence_fact(current)]})
    return current


def _add(item: ChecklistItem, *, url: str, file_name: str, content: bytes, by: Actor) -> list[TaskEvidence]:
    """Save a link, a file, or both, as given, and return their rows; part of an act that holds the task's lock."""
    added = []
    if url.strip():
        if faults := [fault] if (fault := unsafe_link(url)) else list(rules.link_elsewhere(url, sites_of(item))):
            raise Refused(faults)
        added.append(TaskEvidence.objects.create(item=item, url=url.strip(), added_by=account_of(by)))
    if file_name:
        evidence = TaskEvidence(item=item, added_by=account_of(by))
        attach(evidence, content, file_name)
        evidence.save(force_insert=True)
        added.append(evidence)
    return added


def _evidence_fact(evidence: TaskEvidence) -> str:
    """Return evidence as the ledger records it: a file with its hash, so that it can't be replaced by another."""
    return f"{evidence.file_name} (sha256 {evidence.sha256})" if evidence.sha256 else evidence.url


# ── Shared ───────────────────────────────────────────────────────────────────────────────────


def _locked(item: ChecklistItem) -> ChecklistItem:
    """Lock a task and return it as it is now. Raises `Refused` (`ended`) if its subject has ended and the list is not for after that."""
    checklist = _locked_list(item.checklist)
    rows = ChecklistItem.objects.select_for_update(of=("self",)).select_related("owner")
    current = rows.filter(checklist=checklist, code=item.code).first() or _save_from_template(checklist, item.code)
    current.checklist = checklist
    return current


def _save_from_template(checklist: Checklist, code: str) -> ChecklistItem:
    """Save an item of a ticked list as its template has it now; part of an act that holds the subject's lock."""
    known = template_item(checklist, code)
    if known is None:
        raise refuse("not-on-list", _("This is no longer on the list."), _("Reload the page to see what’s there now."), PLACE)
    item = item_of(checklist, known)
    item.save(force_insert=True)
    return item


def _locked_list(checklist: Checklist) -> Checklist:
    """Lock a list's subject and return the list. Raises `Refused` (`ended`) as `_locked` does."""
    # Lock the subject first, as ending it does: an act that has to wait here then finds it ended.
    subject = subjects.lock(checklist.stream)
    # The ledger would refuse too, but only after a file was saved.
    subjects.refuse_after_end(subject.stream, _event(checklist, "task-planned"))
    if checklist._state.adding:
        defaults = {"after_end": LIBRARY[checklist.code].after_end}
        checklist, _is_new = Checklist.objects.get_or_create(stream=subject.stream, code=checklist.code, defaults=defaults)
    checklist.stream = subject.stream
    return checklist


def _refuse_unless_left(current: ChecklistItem) -> None:
    if not current.is_left:
        raise refuse("task-settled", _("This task is no longer open."), _("Reopen it first."), PLACE)


def _settle(current: ChecklistItem, verb: str, by: Actor, facts: dict[str, Any] | None = None, **changes: Any) -> ChecklistItem:
    """Save `changes` to a task and append one event."""
    for name, value in changes.items():
        setattr(current, name, value)
    current.revision += 1
    current.save(update_fields=[*changes, "revision"])
    append(current.checklist.stream, _act(current, verb), by=by, facts={**_facts(current), **(facts or {})})
    return current


def _facts(item: ChecklistItem) -> dict[str, Any]:
    """Return a task's facts, including its text, so that history needs no lookup."""
    facts = {"task": item.text, "code": item.code, "checklist": item.checklist.code}
    ticked_for = item.owner if LIBRARY[item.checklist.code].ticked else None
    return facts | ({"owner": ticked_for.name} if ticked_for else {})


def _act(item: ChecklistItem, verb: str) -> str:
    return _event(item.checklist, f"task-{verb}")


def _event(checklist: Checklist, name: str) -> str:
    """Return the ledger's name for an act on a list; some lists have names of their own, such as those for after an end (followers.py)."""
    return f"{LIBRARY[checklist.code].events}{name}"
