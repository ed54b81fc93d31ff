"""What accounts follow: a new address of the person, and whoever signs in or out (labportal/sign_in.py listens as it is imported)."""

from __future__ import annotations

from labportal import accounts
from people import addresses

addresses.WATCHERS.add(accounts.follow_address_change)
