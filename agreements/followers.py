"""What agreements follow of what happens to people: a new address, a merge, a colleague who leaves; and whom they know (EL-16, OP-03)."""

from __future__ import annotations

from agreements import for_person, mail
from agreements.invitations import addresses as links
from ledger import subjects
from people import addresses, leaving
from people.merging import FATES, Moves, Stays
from residencies import contacts

addresses.GUARDS.add(links.asked_to_sign)
addresses.WATCHERS.add(links.follow)
addresses.ASKERS.add(mail.address_change_asked)
leaving.HOLDINGS.add(for_person.holdings)
FATES["agreements.Party.person"] = Moves("agreement__stream", only=for_person.never_asked)
FATES["agreements.Amendment.person"] = Stays("a proposal keeps whom it named")
contacts.AROUND.add(for_person.people_of_agreement)
subjects.register_belonging(for_person.people_of_agreement)
contacts.SIGNATORIES.add(for_person.lab_signatories)
