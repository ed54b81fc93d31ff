"""Two records of one person become one, deliberately and on record: the kept one, and an alias that points to it (EL-16).

Each app declares what becomes of its rows about people: they move to the kept record, or they stay where they are because
they are evidence or history. A test fails when a foreign key to a person is declared nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from acts.act import Actor, act, rehearsed
from acts.registry import Registry, RegistryKind
from findings import Finding, Refused, blocking
from ledger.actions import append, lab_stream
from ledger.models import Stream
from ledger.subjects import after_end
from people import addresses
from people.models import Person

after_end("people-merged")  # whom a record is about is put in order in ended subjects too: their words don't change

Only = Callable[[models.QuerySet[Any]], models.QuerySet[Any]]


@dataclass(frozen=True)
class Moves:
    """The rows move: `stream` leads from a row to its subject's stream, empty for rows that are the lab's own; `only` picks those that may."""

    stream: str = ""
    only: Only | None = None


@dataclass(frozen=True)
class Stays:
    """The rows keep the person they were written about; `because` says why."""

    because: str


Fate = Moves | Stays
# What becomes of rows about people, by field such as "teams.Seat.person"; added in an app's `followers.py`.
FATES: Registry[Fate] = Registry(RegistryKind.MERGE_FATE)


@dataclass(frozen=True)
class Change:
    """One kind of row about the record that is given up: how many move, how many stay."""

    label: str
    moves: int
    stays: int


def preview(kept: Person, merged: Person) -> list[Change]:
    """What a merge would move from `merged`, and what would stay on it, by moving it and taking that back; kinds without rows left out."""
    counts = {field: _rows(field, fate, merged)[0].count() for field, fate in FATES.items()}
    with rehearsed():
        moved, _streams = _move_all(kept, merged)
    return [
        Change(str(apps.get_model(field.rsplit(".", 1)[0])._meta.verbose_name_plural), moved.get(field, 0), count - moved.get(field, 0))
        for field, count in counts.items()
        if count
    ]


def findings_before_merging(kept: Person, merged: Person) -> list[Finding]:
    """Why these two records can't become one."""
    findings = []
    if kept.pk == merged.pk or kept.merged_into_id or merged.merged_into_id:
        message = _("One of these records has already been merged.")
        findings.append(blocking("merge-alias", message, _("Choose two different people.")))
    if kept.user_id and merged.user_id:
        message = _("Both have an account: %(one)s and %(other)s.") % {"one": kept.user, "other": merged.user}
        findings.append(blocking("merge-two-accounts", message, _("Ask an administrator to close one account first.")))
    for person in (kept, merged):
        if asked := addresses.asked_to_sign(person):
            message = _("%(name)s has been asked to sign: %(asked)s.") % {"name": person, "asked": "; ".join(asked)}
            remedy = _("Merge after they sign, or after someone else is named for the role.")
            findings.append(blocking("merge-asked-to-sign", message, remedy))
    return findings


@act("people.merge")
def merge_people(kept: Person, merged: Person, *, reason: str, by: Actor) -> Person:
    """Move everything about `merged` that is no evidence to `kept`; `merged` stays as an alias that points to it.

    A signature keeps the person it was given under. A row that `kept` has already stays where it is. The account and, if
    `kept` has none, the address go along. Raises `Refused`: `merge-alias`, `merge-two-accounts`, `merge-asked-to-sign`,
    `reason-missing`; nothing is written then.
    """
    # In the order of keys, whichever is kept: two merges of the same pair, one each way, wait in line.
    people = {
        person.pk: person for person in Person.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
    }
    kept, merged = people[kept.pk], people[merged.pk]
    findings = findings_before_merging(kept, merged)
    if not reason.strip():
        findings.append(blocking("reason-missing", _("The reason is missing."), _("Say how you know they are the same person.")))
    if findings:
        raise Refused(findings)
    moved, streams = _move_all(kept, merged)
    _give_over(kept, merged)
    facts = {"name": kept.name, "kept": kept.pk, "merged": merged.pk, "merged_name": merged.name, "reason": reason.strip()}
    for stream in Stream.objects.filter(pk__in=streams).order_by("pk"):
        append(stream, "people-merged", by=by, facts=facts)
    append(lab_stream(), "people-merged", by=by, facts=facts | {"moved": moved})
    return kept


def _move_all(kept: Person, merged: Person) -> tuple[dict[str, int], set[int]]:
    """How many rows of each kind moved, and the streams that they belong to: each gets an event about it."""
    moved: dict[str, int] = {}
    streams: set[int] = set()
    for field, fate in FATES.items():
        if isinstance(fate, Stays):
            continue
        _all, rows = _rows(field, fate, merged)
        stream = f"{fate.stream}_id" if fate.stream else "pk"
        for pk, about in list(rows.order_by("pk").values_list("pk", stream)):
            if _move(rows.model, pk, field.rsplit(".", 1)[1], kept):
                moved[field] = moved.get(field, 0) + 1
                streams |= {about} if fate.stream else set()
    return moved, streams


def _move(model: Any, pk: int, name: str, kept: Person) -> bool:
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=pk).update(**{name: kept})
    except IntegrityError:  # the kept record has this already
        return False
    return True


def _give_over(kept: Person, merged: Person) -> None:
    account, address = merged.user, merged.email
    merged.user, merged.merged_into = None, kept
    merged.email = "" if address and not kept.email else address
    merged.revision += 1
    merged.save(update_fields=["user", "merged_into", "email", "revision"])
    kept.user = kept.user or account
    kept.email = kept.email or address
    for name in ("title", "organisation", "phone"):
        setattr(kept, name, getattr(kept, name) or getattr(merged, name))
    kept.revision += 1
    kept.save(update_fields=["user", "email", "title", "organisation", "phone", "revision"])


def _rows(field: str, fate: Fate, person: Person) -> tuple[models.QuerySet[Any], models.QuerySet[Any]]:
    label, name = field.rsplit(".", 1)
    rows = apps.get_model(label)._default_manager.filter(**{name: person})
    if isinstance(fate, Stays):
        return rows, rows.none()
    return rows, fate.only(rows) if fate.only else rows


FATES.update(
    {
        "people.Person.merged_into": Moves(),
        "people.AddressChange.person": Stays("it is the history of that record's address"),
    }
)
