"""Changes of an email address: made at once, or by two accounts while the person is asked to sign (OP-03), and who hears of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.registry import Registry, RegistryKind
from findings import Finding, Refused, blocking
from ledger.actions import append, lab_stream
from people.lab import findings_on_second_look
from people.models import AddressChange, Person, User
from spelling.clean import clean_address, same_address

Follower = Callable[[Person, str, str], object]
Watcher = Callable[[AddressChange], object]

# Added in an app's `followers.py`, each called in the transaction of the act:
FOLLOWERS: Registry[Follower] = Registry(RegistryKind.ADDRESS_FOLLOWER)  # with the person, the old and the new address, as it changes
WATCHERS: Registry[Watcher] = Registry(RegistryKind.ADDRESS_WATCHER)  # with the change, once it is carried out
ASKERS: Registry[Watcher] = Registry(RegistryKind.ADDRESS_ASKER)  # with the change, once a second account is asked to confirm it


def asked_for(change: AddressChange) -> None:
    """Part of the act that asks a second account to confirm a change."""
    for asker in ASKERS.all():
        asker(change)


# What a person is asked to sign, as sentences: while there is one, no single account changes where their links go (OP-03).
Guard = Callable[[Person], list[str]]
GUARDS: Registry[Guard] = Registry(RegistryKind.ADDRESS_GUARD)


def asked_to_sign(person: Person) -> list[str]:
    """Everything the person is asked to sign now, in words; empty when one account may change their address."""
    return [words for asked in GUARDS.all() for words in asked(person)]


def reached_at(person: Person) -> str:
    """Where mail to this person goes: their own address, else their account's."""
    return person.email or (person.user.email if person.user else "")


def changed(person: Person, old: str, change: AddressChange | None = None) -> None:
    """Part of an act that changed an address: whoever follows is told, if mail goes elsewhere now; then whoever watches changes."""
    new = reached_at(person)
    if clean_address(new) != clean_address(old):
        for follower in FOLLOWERS.all():
            follower(person, old, new)
    if change:
        for watcher in WATCHERS.all():
            watcher(change)


Kind, State = AddressChange.Kind, AddressChange.State


@act("people.edit_person", "people.administer")
def change_address(person: Person, email: str, *, by: Actor, kind: str = Kind.MAIL, reason: str = "") -> AddressChange:
    """Change where mail to a person goes, or with what their account signs in (`kind`).

    While the person is asked to sign something, the change only waits until a second account confirms it, and needs
    a reason. Whatever follows addresses is told in the same transaction. Raises `Refused`: `address-same`,
    `person-known`, `address-waits`, `reason-missing`, `address-your-own`; nothing is written then.
    """
    person = _locked(person)
    email = clean_address(email)
    asked = asked_to_sign(person)
    findings = list(_findings(person, email, kind))
    if asked:
        findings += _before_asking(person, email, reason, by)
    if findings:
        raise Refused(findings)
    change = AddressChange.objects.create(
        person=person, kind=kind, from_address=_address(person, kind), to_address=email, reason=reason.strip(),
        requested_by=account_of(by), state=State.WAITING if asked else State.APPLIED,
        decided_at=None if asked else timezone.now(),
    )  # fmt: skip
    if asked:
        append(lab_stream(), "address-change-asked", by=by, facts=_facts(change) | {"reason": change.reason})
        asked_for(change)
    else:
        _carry_out(change, "address-changed", by=by)
    return change


@act("people.confirm_address")
def confirm_address_change(change: AddressChange, *, by: Actor) -> AddressChange:
    """A second account confirms: the address changes, and whatever links were sent to the old one end (OP-03).

    Raises `Refused`: `address-decided`, `second-account`, `second-account-new`, `second-account-dependent`,
    `address-your-own`, `person-known`; nothing is written then.
    """
    change = _locked_change(change)
    person = change.person
    findings = findings_before_confirming(change, by=by)
    findings += _findings(person, change.to_address, change.kind) if change.is_waiting else []
    if findings:
        raise Refused(findings)
    change.state, change.decided_by, change.decided_at = State.APPLIED, account_of(by), timezone.now()
    change.save(update_fields=["state", "decided_by", "decided_at"])
    _carry_out(change, "address-change-confirmed", by=by)
    return change


@act("people.confirm_address")
def refuse_address_change(change: AddressChange, *, reason: str, by: Actor) -> AddressChange:
    """The address stays; whoever asked reads why. Who asked may take it back so. Raises `Refused` (`address-decided`, `reason-missing`)."""
    change = _locked_change(change)
    findings = _decided(change)
    if not reason.strip():
        findings.append(blocking("reason-missing", _("The reason is missing."), _("Say why, in a sentence.")))
    if findings:
        raise Refused(findings)
    change.state, change.decided_by, change.decided_at, change.answer = State.REFUSED, account_of(by), timezone.now(), reason.strip()
    change.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    append(lab_stream(), "address-change-refused", by=by, facts=_facts(change) | {"reason": change.answer})
    return change


def findings_before_confirming(change: AddressChange, *, by: Actor) -> list[Finding]:
    """Why this account can't confirm the change."""
    findings = _decided(change)
    if not findings:
        findings += findings_on_second_look(account_of(by), change.requested_by, since=change.requested_at)
        findings += _own_address(change.person, change.to_address, by)
    return findings


def _decided(change: AddressChange) -> list[Finding]:
    if change.is_waiting:
        return []
    message = _("A decision was already made on this change: %(state)s.") % {"state": change.get_state_display()}
    return [blocking("address-decided", message, _("You don’t need to do anything."))]


def _findings(person: Person, email: str, kind: str) -> list[Finding]:
    if same_address(email, _address(person, kind)) or email == _address(person, kind):
        return [blocking("address-same", _("This address is already on record."), _("You don’t need to change anything."))]
    if kind == Kind.SIGN_IN:
        taken = User.objects.filter(email=email).exclude(person=person).exists()
    else:
        taken = Person.objects.at(email).exclude(pk=person.pk).exists()
    if taken:
        return [_address_in_use()]
    if kind == Kind.SIGN_IN and not (email and person.user_id):
        return [blocking("address-missing", _("An account needs an address to sign in with."), _("Enter the new address."))]
    return []


def _address_in_use() -> Finding:
    return blocking(
        "person-known", _("Another person already uses this address."), _("Use a different address, or change that person’s record.")
    )


def _before_asking(person: Person, email: str, reason: str, by: Actor) -> list[Finding]:
    findings = _own_address(person, email, by)
    if not email:
        findings.append(
            blocking(
                "address-missing",
                _("%(name)s has been asked to sign and needs an email address.") % {"name": person},
                _("Enter the new address."),
            )
        )
    if person.address_changes.filter(state=State.WAITING).exists():
        message = _("Another change to this address is waiting to be confirmed.")
        findings.append(blocking("address-waits", message, _("Have it confirmed or refused first.")))
    if not reason.strip():
        findings.append(
            blocking(
                "reason-missing",
                _("The reason is missing."),
                _("Say why the address changes. The colleague who confirms it will read this."),
            )
        )
    return findings


def _own_address(person: Person, email: str, by: Actor) -> list[Finding]:
    """Nobody has the links of another person sent to themselves."""
    mine = isinstance(by, User) and by.pk != person.user_id and (same_address(email, by.email) or _is_theirs(by, email))
    if not mine:
        return []
    message = _("%(email)s is your own address.") % {"email": email}
    return [blocking("address-your-own", message, _("Links for %(name)s can't be sent to you.") % {"name": person})]


def _is_theirs(account: User, email: str) -> bool:
    return Person.objects.at(email).filter(user=account).exists()


def _carry_out(change: AddressChange, event: str, *, by: Actor) -> None:
    """The address changes. One event says so and names the row of the change: a second would have no row to name."""
    person, old = change.person, reached_at(change.person)
    if change.kind == Kind.SIGN_IN:
        _sign_in_with(person.user, change.to_address)  # type: ignore[arg-type]
    taken = Person.objects.at(change.to_address).exclude(pk=person.pk).exists()
    if change.kind == Kind.MAIL or (same_address(person.email, change.from_address) and not taken):
        try:
            with transaction.atomic():
                person.email, person.revision = change.to_address, person.revision + 1
                person.save(update_fields=["email", "revision"])
        except IntegrityError as clash:  # another act gave it to somebody else at this moment
            raise Refused([_address_in_use()]) from clash
    append(lab_stream(), event, by=by, facts=_facts(change))
    changed(person, old, change)


def _sign_in_with(account: User, email: str) -> None:
    """Whoever held the old address, or the password that went with it, is out; the new address asks for a new password."""
    account.email = email
    account.set_unusable_password()
    account.save(update_fields=["email", "password"])
    EmailAddress.objects.filter(user=account).delete()


def _address(person: Person, kind: str) -> str:
    return person.user.email if kind == Kind.SIGN_IN and person.user else person.email


def _facts(change: AddressChange) -> dict[str, Any]:
    return {
        "change": change.pk, "person": change.person_id, "kind": change.kind, "from": change.from_address, "to": change.to_address,
        "requested_by": change.requested_by_id,
    }  # fmt: skip


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)


def _locked_change(change: AddressChange) -> AddressChange:
    # The person before the change: asking for one and deciding on one both lock in this order.
    person = _locked(change.person)
    row = AddressChange.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=change.pk)
    row.person = person
    return row
