"""Acts on accounts, roles and people, and on what an account sees on its home."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act, part
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append, lab_stream, revise
from people import addresses
from people.addresses import change_address
from people.identity import known_person
from people.models import AddressChange, Person, Role, RoleGrant, SavedView, Snooze, User
from people.todo import Line, latest_day
from spelling.clean import clean_address, same_address
from spelling.compare import same_name


@act("people.administer")
def set_roles(user: User, roles: Iterable[str], *, by: Actor) -> User:
    """Make `roles` exactly the roles that `user` holds from now on; each change is on the ledger.

    Raises `Refused` (`last-admin`) when nobody could administer the portal afterwards.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    wanted, held = set(roles), set(user.role_grants.filter(to_at=None).values_list("role", flat=True))
    if user.is_active and Role.ADMIN in held - wanted:
        _keep_an_administrator(user)
    granted_by = by if isinstance(by, User) else None
    for role in sorted(wanted - held):
        RoleGrant.objects.create(user=user, role=role, granted_by=granted_by)
    user.role_grants.filter(to_at=None, role__in=held - wanted).update(to_at=timezone.now())
    if wanted != held:
        append(lab_stream(), "roles-set", by=by, facts={"user": user.pk, "from": sorted(held), "to": sorted(wanted)})
    return User.objects.get(pk=user.pk)


@act("people.administer")
def create_account(*, email: str, name: str, roles: Iterable[str] = (), by: Actor) -> User:
    """A new account without a password, and the person who owns it; whoever is known by this address becomes the owner.

    Raises `Refused`: `account-known` when the address has an account already, `address-of-another` when it is that of
    a person with another name.
    """
    known_person(name=name or email, email=email)
    user = User.objects.create_user(email, None, name=name)
    append(lab_stream(), "account-created", by=by, facts={"user": user.pk, "name": user.name})
    person_of(user, by=by)
    return set_roles(user, roles, by=by)


@act("people.administer")
def edit_account(user: User, *, by: Actor, **changes: Any) -> User:
    """Change an account's name, address, or whether it may sign in; an account that may not is out at its next request.

    Raises `Refused` (`last-admin`) when nobody could administer the portal afterwards.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    differing = {name: (getattr(user, name), value) for name, value in changes.items() if getattr(user, name) != value}
    email = changes.pop("email", None)
    if email is not None and differing.pop("email", False) and not same_address(email, user.email):
        person = person_of(user, by=by)
        _one_account_may(person)
        change_address(person, email, kind=AddressChange.Kind.SIGN_IN, by=by)
        user = User.objects.get(pk=user.pk)
    if not differing:
        return user
    if user.has_role(Role.ADMIN) and changes.get("is_active") is False:
        _keep_an_administrator(user)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(differing))
    facts = {name: {"from": old, "to": new} for name, (old, new) in differing.items()}
    append(lab_stream(), "account-edited", by=by, facts={"user": user.pk, "changes": facts})
    return User.objects.get(pk=user.pk)


def _one_account_may(person: Person) -> None:
    """Raise `Refused` while the person is asked to sign: their address and account change with a second account alone (OP-03)."""
    if asked := addresses.asked_to_sign(person):
        message = _("%(name)s has been asked to sign: %(asked)s.") % {"name": person, "asked": "; ".join(asked)}
        raise refuse(
            "address-guarded",
            message,
            _("Use “Change address” on %(name)s’s page. A second account then confirms the change.") % {"name": person},
        )


def _keep_an_administrator(without: User) -> None:
    # Locked, or two administrators who step down in the same moment would each count on the other.
    others = RoleGrant.objects.select_for_update().filter(role=Role.ADMIN, to_at=None, user__is_active=True).exclude(user=without)
    if not others:
        raise refuse(
            "last-admin",
            _("This is the only account that can administer the portal."),
            _("Make another person an administrator first."),
        )


@act("people.own_account", "people.edit_person", "people.administer", system=SYSTEM)
def person_of(user: User, *, by: Actor) -> Person:
    """The person who owns this account: already linked, else who is known by its address and name, else a new one.

    If the address is that of a person with another name or with an account of their own, the new person has none:
    mail to them goes to the account.
    """
    known = Person.objects.filter(user=user).first()
    if known:
        return known
    try:
        with transaction.atomic():
            return _linked(user, by)
    except IntegrityError:  # another act did so at this moment
        return Person.objects.get(user=user)


def _linked(user: User, by: Actor) -> Person:
    name = user.name or user.email
    person = Person.objects.known_at(user.email)
    if person and (person.user_id or not same_name(name, person.name)):
        return known_or_new(name=name, user=user, by=by)
    person = person or known_or_new(name=name, email=user.email, by=by)
    person.user = user
    person.save(update_fields=["user"])
    append(lab_stream(), "account-linked", by=by, facts={"person": person.pk, "user": user.pk})
    return person


@act("people.edit_person", "people.administer", system=SYSTEM)
def add_person(
    *, name: str, email: str = "", title: str = "", organisation: str = "", phone: str = "", user: User | None = None, by: Actor
) -> Person:
    """The person with this address, or a new one; a person without an address is always new.

    An existing person keeps what is known of them. Raises `Refused` (`address-of-another`) when the address is that
    of a person with another name.
    """
    return known_or_new(name=name, email=email, title=title, organisation=organisation, phone=phone, user=user, by=by)


@part
def known_or_new(
    *, name: str, email: str = "", title: str = "", organisation: str = "", phone: str = "", user: User | None = None, by: Actor
) -> Person:
    """What `add_person` does, for acts in which someone new is named: who may name them, those acts have asked."""
    known = known_person(name=name, email=email)
    if known:
        return known
    person = Person.objects.create(name=name, email=email, title=title, organisation=organisation, phone=phone, user=user)
    append(lab_stream(), "person-added", by=by, facts={"person": person.pk, "name": person.name})
    return person


@part
def chosen_or_new(person: Person | None, *, name: str, email: str, by: Actor, organisation: str = "") -> Person | None:
    """Return the person who was chosen, or else what `known_or_new` makes of a name; None if there is neither."""
    return person or (known_or_new(name=name, email=email, organisation=organisation, by=by) if name.strip() else None)


@act("people.edit_person", "people.administer")
def edit_person(person: Person, *, shown_revision: int, by: Actor, **changes: Any) -> Person:
    """Change what is known of a person. Mail that waits, or failed, goes to the new address (EL-62).

    Raises `Stale` when somebody else did so first, and `Refused`: `person-known` when the address is another person's,
    `address-guarded` while a second account has to confirm a change of address or account (OP-03).
    """
    before = Person.objects.get(pk=person.pk)
    email = changes.pop("email", before.email)
    moves = clean_address(email) != clean_address(before.email)
    if moves or changes.get("user", before.user) != before.user:
        _one_account_may(before)
    edited = revise(person, shown_revision=shown_revision, changes=changes, act="person-edited", by=by, stream=lab_stream())
    if moves:
        change_address(edited, email, by=by)
    return Person.objects.get(pk=person.pk)


# ── Views of lists ───────────────────────────────────────────────────────────────────────────


@act("people.own_account")
def save_view(account: User, *, page: str, name: str, query: str, by: Actor) -> SavedView:
    """Keep how `account` looks at the list at the address called `page`, under a name of its own.

    Raises `Refused` (`view-known`) when that account has such a name for this list already.
    """
    view = SavedView.objects.create(account=account, page=page, name=name, query=query)
    append(lab_stream(), "view-saved", by=by, facts={"view": view.pk})
    return view


@act("people.own_account", on="view.account")
def rename_view(view: SavedView, *, name: str, by: Actor) -> SavedView:
    """Give a view another name. Raises `Refused` (`view-known`)."""
    view.name = name
    view.save(update_fields=["name"])
    append(lab_stream(), "view-renamed", by=by, facts={"view": view.pk})
    return view


@act("people.own_account", on="view.account")
def delete_view(view: SavedView, *, by: Actor) -> None:
    """Delete a view; the list itself stays as it is."""
    pk = view.pk
    SavedView.objects.filter(pk=view.pk).delete()
    append(lab_stream(), "view-deleted", by=by, facts={"view": pk})


# ── Home ─────────────────────────────────────────────────────────────────────────────────────────


@act("people.own_account")
def snooze(account: User, line: Line, *, until: datetime.date, by: Actor) -> Snooze:
    """Take `line` off the home of `account` until a day; one that is snoozed already gets the new day.

    Raises `Refused`: `snooze-too-early`, `snooze-too-late`.
    """
    if findings := list(_snooze_faults(line, until, timezone.localdate())):
        raise Refused(findings)
    title = f"{line.title} · {line.about.name}" if line.about.name else line.title
    row = Snooze.objects.update_or_create(user=account, line=line.key, defaults={"until": until, "title": title[:300]})[0]
    append(lab_stream(), "snoozed", by=by, facts={"line": row.title, "until": until})
    return row


@act("people.own_account", on="row.user")
def end_snooze(row: Snooze, *, by: Actor) -> None:
    """Bring a snoozed line back now; one that is back already stays so."""
    if Snooze.objects.filter(pk=row.pk).delete()[0]:
        append(lab_stream(), "snooze-ended", by=by, facts={"line": row.title})


def _snooze_faults(line: Line, until: datetime.date, today: datetime.date) -> Iterator[Finding]:
    latest = latest_day(line.due_on, today)
    if until <= today:
        yield blocking("snooze-too-early", _("A line can be snoozed until tomorrow at the earliest."), _("Choose a later date."))
    elif until > latest:
        params = {"latest": date_format(latest)}
        message = _("This can be snoozed until %(latest)s at the latest.") % params
        if line.is_overdue(today):
            message = _("This is overdue, so it can be snoozed for a week at most, until %(latest)s.") % params
        yield blocking("snooze-too-late", message, _("Choose an earlier date."))
