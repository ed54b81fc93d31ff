"""Connects accounts to what they follow: a person's new address, and sign-ins (labportal/sign_in.py listens once it is imported)."""

from __future__ import annotations

from labportal import accounts
from people import addresses

addresses.WATCHERS.add(accounts.follow_address_change)
