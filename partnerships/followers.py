"""What partnerships do when something happens elsewhere."""

from people.merging import FATES, Moves

FATES.update({"people.OrganizationContact.person": Moves()})
