"""What an account of the lab holds in agreements, for whoever takes over when it leaves (EL-16)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agreements.addresses import open_parties
from agreements.models import Agreement, Party, State
from people.leaving import Holding
from people.models import Person, User


def holdings(account: User) -> Iterator[Holding]:
    """Open agreements follow their residency's lead by themselves; a role that signs is given to somebody else by two accounts."""
    standing = Agreement.objects.current().filter(versions__state__in=[State.DRAFT, State.CIRCULATED])
    prepared = standing.filter(Q(made_by=account) | Q(versions__circulated_by=account)).distinct().order_by("reference")
    note = _("From now on, mail about these goes to the residency’s lab lead.")
    yield Holding("agreements", _("Open agreements they prepared or sent"), [agreement.reference for agreement in prepared], None, note)
    person = Person.objects.filter(user=account).first()
    signing = [f"{party.agreement.reference}, {party.role}" for party in open_parties(person)] if person else []
    note = _("These aren’t handed over. Name another signer on the agreement; a colleague has to confirm it.")
    yield Holding("parties", _("Agreements they are asked to sign"), signing, None, note)


def never_asked(parties: QuerySet[Party]) -> QuerySet[Party]:
    """Roles of drafts that nobody was invited to: a signature, and what was asked for, keep the person they were under (EL-27)."""
    return parties.filter(invitations=None, signatures=None, to_at=None, agreement__voided_at=None)
