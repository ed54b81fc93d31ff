"""What becomes of clients' comments when people's records are merged, or someone leaves the lab."""

from people.merging import FATES, Moves

FATES["partnerships.ClientComment.responsible"] = Moves("site__partnership__stream")
