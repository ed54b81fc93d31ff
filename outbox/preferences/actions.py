"""Acts to change a person's email preferences, and to end the links that lead to them (EL-64)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from acts.act import Actor, act
from acts.revisions import Stale
from ledger.actions import append, lab_stream
from outbox.catalogue.messages import is_optional
from outbox.digest import release
from outbox.models import MailPreference
from outbox.preferences.links import preference_of
from outbox.queue import nudge_on_commit
from people.models import Person


@act("outbox.choose_mail")
def choose_mail(
    person: Person,
    *,
    digest: bool | None = None,
    optional: bool | None = None,
    stopped: Iterable[str] | None = None,
    shown_revision: int | None = None,
    by: Actor,
) -> MailPreference:
    """Set `person`'s email preferences: a daily digest or not, optional mail or none, and the kinds `stopped` (EL-64).

    An argument left out changes nothing. If the digest is turned off, messages held for it are sent separately. Raises `Stale` if
    the preference is no longer at `shown_revision`; None overrides any earlier choice.
    """
    row = _locked_wish(person)
    wanted = {"digest": digest, "optional": optional, "stopped": None if stopped is None else sorted(set(stopped))}
    if shown_revision not in (None, row.revision):
        raise Stale(row, {name: (getattr(row, name), value) for name, value in wanted.items()})
    return _save_changes(row, wanted, by=by)


@act("outbox.choose_mail")
def stop(person: Person, occasion: str, *, by: Actor) -> MailPreference:
    """Stop this kind of optional mail to `person` (EL-64, RFC 8058); does nothing if it is already stopped or isn't optional."""
    if not is_optional(occasion):
        return preference_of(person)
    row = _locked_wish(person)
    return _save_changes(row, {"stopped": sorted({*row.stopped, occasion})}, by=by)


@act("outbox.end_mail_links")
def end_mail_links(person: Person, *, by: Actor) -> MailPreference:
    """End every link to `person`'s email preferences that was sent so far; later mail has new ones."""
    row = _locked_wish(person)
    row.links += 1
    row.save(update_fields=["links"])
    append(lab_stream(), "mail-links-ended", by=by, facts={"person": person.pk})
    return row


def _save_changes(row: MailPreference, wanted: Mapping[str, Any], *, by: Actor) -> MailPreference:
    changes = {name: {"from": getattr(row, name), "to": value} for name, value in wanted.items() if value not in (None, getattr(row, name))}
    if not changes:
        return row
    for name, change in changes.items():
        setattr(row, name, change["to"])
    row.revision += 1
    row.save(update_fields=[*changes, "revision"])
    append(lab_stream(), "mail-wish-set", by=by, facts={"person": row.person_id, "record": row._meta.label_lower, "changes": changes})
    if not row.digest and release(row.person_id):
        nudge_on_commit()
    return row


def _locked_wish(person: Person) -> MailPreference:
    return MailPreference.objects.select_for_update().get_or_create(person=person)[0]
