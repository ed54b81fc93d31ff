"""The demo's accounts: one per role, all with the same password."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from acts.act import Declaration, SystemActor
from people.actions import add_person, set_roles
from people.models import Role, User

PASSWORD = settings.DEMO_PASSWORD


@dataclass(frozen=True)
class Account:
    name: str
    email: str
    person: str
    title: str
    role: str
    does: str


ACCOUNTS = (
    Account("ops", "ops@example.test", "Noor Castellane", "Manager, Lab Operations", Role.LAB_OPS, "runs the lab day to day"),
    Account("lead", "lead@example.test", "Saoirse Lindqvist-Rao", "Executive Director", Role.LAB_LEAD, "decides on applications and graduations"),
    Account("owner", "owner@example.test", "Priya Wenlock", "Director and product owner", Role.PRODUCT_OWNER, "writes intakes and runs its own residencies"),
    Account("viewer", "viewer@example.test", "Bram Quillfeather", "Auditor", Role.VIEWER, "reads everything, changes nothing"),
    Account("admin", "admin@example.test", "Tomasz Everden", "Platform administrator", Role.ADMIN, "manages accounts, templates and reference data"),
)  # fmt: skip


# Applicants. They have no password, so you can't sign in as them.
APPLICANTS = (
    ("dominic", "Dominic Achterberg"),
    ("anneke", "Anneke Torvald"),
    ("kofi", "Kofi Marchbanks"),
    ("leilani", "Leilani Strathmore"),
)


def make_accounts() -> dict[str, User]:
    """Create the demo's accounts, unless they exist already; returns them by name."""
    return {account.name: _account(account, PASSWORD) for account in ACCOUNTS}


def make_applicants() -> dict[str, User]:
    """Create the invented applicants; returns them by first name."""
    accounts = [
        Account(short, f"{short}@example.test", name, "Manager, program area", Role.PRODUCT_OWNER, "writes intakes")
        for short, name in APPLICANTS
    ]
    return {account.name: _account(account, None) for account in accounts}


def _account(account: Account, password: str | None) -> User:
    known = User.objects.filter(email__iexact=account.email).first()
    if known:
        return known
    user = User.objects.create_user(account.email, password, name=account.person)
    user = set_roles(user, [account.role], by=DEMO)
    add_person(name=account.person, email=account.email, title=account.title, user=user, by=DEMO)
    return user


class Demo(SystemActor):
    """May do every act, because the demo is only loaded on request and only about invented people."""

    def may(self, declared: Declaration) -> bool:
        return True


DEMO = Demo("demo")
