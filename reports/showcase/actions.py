"""Acts on the showcase: what a team says about its product, and releasing it to the public and taking it back (EL-95).

Every act locks the residency first and appends its event last (ledger.subjects.lock).
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import Revised, refuse_if_stale
from community.models import AlumnusPlace
from findings import Refused, refuse
from ledger.actions import append, revise
from ledger.subjects import lock
from reports.models import Consent, ShowcaseComponent, ShowcaseEntry, ShowcaseVersion
from reports.permissions import Side, side_of
from reports.showcase import rules
from reports.showcase.queries import fields_of, missing_of, sha256_of
from reports.showcase.rules import EDIT, PLACE
from residencies.models import Residency

NAMES = "showcase-names"


# ── What the team says ───────────────────────────────────────────────────────────────────────


@act("reports.edit_showcase")
def edit_entry(residency: Residency, *, shown_revision: int, by: Actor, **changes: Any) -> ShowcaseEntry:
    """Change the summary, what was learned, the theme or the address. `shown_revision` is 0 if there was no entry yet. Raises `Stale`.

    A page that is public stays as it is until both sides release a new version.
    """
    residency = lock(residency.stream)
    entry = _entry(residency, shown_revision, changes)
    facts = {"product": residency.product}
    return revise(entry, shown_revision=entry.revision, changes=changes, act="showcase-edited", by=by, stream=residency.stream, facts=facts)


@part
def _entry(residency: Residency, shown_revision: int, changes: Any = None) -> ShowcaseEntry:
    """Return the residency's entry, which the caller has locked, and make it if it is the first time. Raises `Stale`."""
    entry = ShowcaseEntry.objects.select_for_update(of=("self",)).filter(stream=residency.stream).first()
    if entry is None:
        return ShowcaseEntry.objects.create(stream=residency.stream)
    current: Revised = entry
    refuse_if_stale(current, shown_revision, changes)
    return entry


@act("reports.edit_showcase")
def add_component(residency: Residency, *, name: str, link: str, by: Actor, text: str = "") -> ShowcaseComponent:
    """List a component that others can reuse. Raises `Refused` (`component-known`)."""
    residency = lock(residency.stream)
    entry = ShowcaseEntry.objects.get_or_create(stream=residency.stream)[0]
    component = ShowcaseComponent.objects.create(entry=entry, name=name, link=link, text=text)
    append(residency.stream, "showcase-component-added", by=by, facts={"component": component.name, "component_link": link})
    return component


@act("reports.edit_showcase_part")
def remove_component(component: ShowcaseComponent, *, by: Actor) -> None:
    """Take a component off the list. Removing it again changes nothing."""
    residency = lock(component.entry.stream)
    if ShowcaseComponent.objects.filter(pk=component.pk).delete()[0]:
        append(residency.stream, "showcase-component-removed", by=by, facts={"component": component.name, "component_link": component.link})


@act("reports.edit_showcase_part")
def record_consent(place: AlumnusPlace, *, agreed_on: datetime.date, how: str, by: Actor) -> Consent:
    """Record that an alum agreed to be named in the showcase. Raises `Refused` (`consent-ahead`, `consent-how`, `consent-known`)."""
    residency = lock(place.residency.stream)
    if agreed_on > timezone.localdate():
        raise refuse("consent-ahead", _("That date is in the future."), _("Use today’s date or an earlier one."), NAMES)
    if not how.strip():
        raise refuse("consent-how", _("How they agreed is missing."), _("For example: by email."), NAMES)
    consent = Consent.objects.create(place=place, agreed_on=agreed_on, how=how.strip(), recorded_by=account_of(by))
    append(residency.stream, "showcase-name-agreed", by=by, facts=_consent_facts(consent) | {"on": agreed_on})
    return consent


@act("reports.edit_showcase_part")
def end_consent(consent: Consent, *, by: Actor) -> Consent:
    """Take someone's name off all public pages, at once. Ending it again changes nothing."""
    residency = lock(consent.place.residency.stream)
    current = Consent.objects.select_for_update(of=("self",)).select_related("place__alumnus__person").get(pk=consent.pk)
    if current.ended_at is None:
        current.ended_at = timezone.now()
        current.save(update_fields=["ended_at"])
        append(residency.stream, "showcase-name-ended", by=by, facts=_consent_facts(current))
    return current


def _consent_facts(consent: Consent) -> dict[str, Any]:
    return {"name": consent.place.alumnus.person.name, "consent": consent.pk}


# ── Releasing and withdrawing ────────────────────────────────────────────────────────────────


@act("reports.release_showcase")
def propose_version(residency: Residency, *, shown_sha256: str, by: Actor) -> ShowcaseVersion:
    """Freeze what the page says now as a version, released by the actor's side. The other side publishes it by releasing it too.

    A version that was waiting is replaced. Raises `Refused`: `showcase-changed` if the page says something else than what was
    shown, `showcase-unchanged`, and everything that is missing (reports/showcase/rules.py).
    """
    residency = lock(residency.stream)
    fields = fields_of([_with_ministry(residency)])[residency.stream_id]
    if sha256_of(fields) != shown_sha256:
        raise refuse(
            "showcase-changed", _("Something on this page was changed in the meantime."), _("Read it again, then release it."), PLACE
        )
    if faults := missing_of(residency, fields):
        raise Refused(faults)
    _replace_waiting(residency, fields, by)
    number = (residency.stream.showcase_versions.aggregate(last=Max("number"))["last"] or 0) + 1
    columns = {name: fields[name] for name in ("reference", "product", "ministry", "stage", "theme")}
    version = ShowcaseVersion(
        stream=residency.stream, number=number, fields=fields, fields_sha256=shown_sha256, search_text=rules.search_text(fields),
        proposed_on=timezone.localdate(), **columns,
    )  # fmt: skip
    side = _sign(version, by)
    version.save()
    append(residency.stream, "showcase-proposed", by=by, facts=_facts(version) | {"side": side, "sha256": version.fields_sha256})
    return version


def _with_ministry(residency: Residency) -> Residency:
    return Residency.objects.select_related("program_area__ministry").get(pk=residency.pk)


@part
def _replace_waiting(residency: Residency, fields: dict[str, Any], by: Actor) -> None:
    """End the version that waits, because a new one takes its place. Raises `Refused` (`showcase-unchanged`) if it would say the same."""
    versions = ShowcaseVersion.objects.filter(stream=residency.stream)
    waiting = versions.waiting().first()
    newest = waiting or versions.published().first()
    if newest and not rules.changed(newest.fields, fields):
        remedy = _("Release the version that is waiting.") if waiting else _("Change something first.")
        raise refuse("showcase-unchanged", _("Nothing has changed since version %(number)d.") % {"number": newest.number}, remedy, PLACE)
    if waiting:
        _end(waiting, by, _("Replaced by a newer version."))


@act("reports.release_version")
def release_version(version: ShowcaseVersion, *, by: Actor) -> ShowcaseVersion:
    """Release a version that the other side has released: it is public from now on, in place of the one before.

    Raises `Refused`: `showcase-closed` if it doesn't wait any more, `showcase-second-account` for the side or the account that
    released it already, and everything that is missing.
    """
    residency = lock(version.stream)
    current = ShowcaseVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    current.stream = residency.stream
    if not current.is_waiting:
        raise _closed(current)
    if faults := missing_of(residency, current.fields):
        raise Refused(faults)
    _sign(current, by)
    before = ShowcaseVersion.objects.select_for_update().published().filter(stream=residency.stream).first()
    current.from_at = timezone.now()
    if before:
        _end(before, by, _("Replaced by version %(number)d.") % {"number": current.number}, at=current.from_at)
    current.save(update_fields=["lab_by", "lab_at", "owner_by", "owner_at", "from_at"])
    append(residency.stream, "showcase-published", by=by, facts=_facts(current) | {"sha256": current.fields_sha256})
    return current


def _sign(version: ShowcaseVersion, by: Actor) -> str:
    """Add the actor's release for their side, and return the side. Raises `Refused` (`showcase-second-account`)."""
    account, side = account_of(by), side_of(by, version.subject)
    taken = version.lab_by_id if side == Side.LAB else version.owner_by_id
    if taken or account.pk in (version.lab_by_id, version.owner_by_id):
        message = _("Your side has already released this version.")
        raise refuse("showcase-second-account", message, _("The other side has to release it from its own account."), PLACE)
    if side == Side.LAB:
        version.lab_by, version.lab_at = account, timezone.now()
    else:
        version.owner_by, version.owner_at = account, timezone.now()
    return str(Side(side).label) if side else ""


@act("reports.release_version")
def withdraw_version(version: ShowcaseVersion, *, reason: str, by: Actor) -> ShowcaseVersion:
    """Take a version off the showcase, or say no to one that waits; either side can. Raises `Refused` (`showcase-closed`, `no-reason`)."""
    residency = lock(version.stream)
    current = ShowcaseVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if current.to_at is not None:
        raise _closed(current)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why it shouldn’t be public."), EDIT)
    current.stream = residency.stream
    _end(current, by, reason.strip())
    append(residency.stream, "showcase-withdrawn", by=by, facts=_facts(current) | {"reason": reason.strip()})
    return current


def _end(version: ShowcaseVersion, by: Actor, reason: str, at: datetime.datetime | None = None) -> None:
    version.to_at, version.ended_by, version.reason = at or timezone.now(), account_of(by), reason
    version.save(update_fields=["to_at", "ended_by", "reason"])


def _closed(version: ShowcaseVersion) -> Refused:
    message = _("Version %(number)d isn’t waiting any more.") % {"number": version.number}
    return refuse("showcase-closed", message, _("Reload the page to see the current version."), PLACE)


def _facts(version: ShowcaseVersion) -> dict[str, Any]:
    return {"number": version.number, "product": version.product}
