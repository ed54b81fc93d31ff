"""`make attack`: replay what was tried on the product, on a database of its own, and print a line each.

Exit 1 when anything is not found, or not refused, that should be. An attack is a function in `ATTACKS`, which gives its lines.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SURROUNDINGS = dict(os.environ)  # before the tests' settings put theirs in


@dataclass(frozen=True)
class Line:
    """What one attack came to. `held`: it was found, refused or bounded; or it is known that it can't be, and said so."""

    what: str
    came_to: str
    held: bool = True

    def __str__(self) -> str:
        return f"{'ok  ' if self.held else 'FAIL'} {self.what}: {self.came_to}"


Attack = Callable[[], Iterator[Line]]


def manipulations() -> Iterator[Line]:
    """The database is altered by whoever owns its tables (K2)."""
    from django.db import transaction

    from tests.attack.manipulations import MANIPULATIONS, do, found_by
    from tests.attack.world import world

    with world() as attacked:
        clean = found_by(attacked)
        yield Line(" 0 nothing is altered", clean or "nothing found", held=not clean)
        for each in MANIPULATIONS:
            with transaction.atomic():
                do(attacked, each)
                detection = found_by(attacked)
                transaction.set_rollback(True)
            what = f"{each.number:2} {each.name}"
            if each.undetectable:
                yield Line(what, f"NOT DETECTABLE: {each.undetectable}", held=not detection)
            else:
                yield Line(what, detection or "NOT FOUND", held=bool(detection))


def forged_before_the_seal() -> Iterator[Line]:
    """A name is forged in the database before the last signature (K2)."""
    from agreements.models import SealedDocument
    from agreements.sealing.pipeline import seal_due
    from tests.agreements import factories as make
    from tests.attack.manipulations import MANIPULATIONS, World, do
    from tests.attack.world import world

    forge = next(each for each in MANIPULATIONS if each.number == 31)
    with world() as attacked:
        version = make.circulated(by=attacked.sealed.agreement.made_by)
        *others, last = make.to_sign(version)
        for invitation in others:
            make.sign(invitation)
        do(World(attacked.sealed, version, attacked.draft, attacked.exported), forge)
        make.sign(last)
        seal_due()
        sealed = SealedDocument.objects.filter(version=version).exists()
    yield Line("a name forged before the last signature", "SEALED" if sealed else "not sealed, administrators told", held=not sealed)


def one_account_redirects_a_signature() -> Iterator[Line]:
    """An account with every role tries each route to the link of somebody with an open invitation (K3)."""
    from django.db import transaction

    from findings import Refused
    from tests.agreements.factories import circulated, to_sign
    from tests.factories import long_standing
    from tests.people.test_separation import EVIL, ROUTES, gained

    for route in ROUTES:
        with transaction.atomic():
            attacker = long_standing("lab_ops", "lab_lead", "admin", email=EVIL, name="Mallory Voss")
            invitation = to_sign(circulated(by=attacker))[0]
            dana, address, came_to = invitation.party.person, invitation.party.person.email, "nothing gained: her link stays hers"
            try:
                route(attacker, invitation, dana)  # what it did before it was refused stays, as in life
            except Refused as refused:
                came_to = f"refused: {refused}"
            gains = gained(invitation, dana, address)
            transaction.set_rollback(True)
        yield Line(f"one account {route.__name__.replace('_', ' ')}", "; ".join(gains).upper() or came_to, held=not gains)


def wrong_passwords() -> Iterator[Line]:
    """Twelve wrong passwords, each from another address of one IPv6 /64, then the right one from there and from next door."""
    from django.core.cache import cache
    from django.db import transaction
    from django.test import Client, override_settings

    from labportal import settings as product
    from tests.factories import account
    from tests.labportal.test_accounts import GOOD, sign_in, signed_in

    with override_settings(ACCOUNT_RATE_LIMITS=product.ACCOUNT_RATE_LIMITS), transaction.atomic():
        cache.clear()
        dana = account("lab_ops", email="dana@example.org", name="Dana Lee")
        dana.set_password(GOOD)
        dana.save()
        for number in range(1, 13):
            sign_in(Client(REMOTE_ADDR=f"2001:db8:5:6::{number:x}"), "a wrong password here")
        inside, neighbour = Client(REMOTE_ADDR="2001:db8:5:6:ffff::9"), Client(REMOTE_ADDR="2001:db8:5:7::1")
        for client in (inside, neighbour):
            sign_in(client)
        waits, gets_in = not signed_in(inside), signed_in(neighbour)
        transaction.set_rollback(True)
    came_to = "refused: even the right password has to wait there" if waits else "THE NETWORK MAY GO ON GUESSING"
    yield Line("12 wrong passwords from one /64", came_to, held=waits)
    yield Line("the owner, from another network", "gets in" if gets_in else "LOCKED OUT", held=gets_in)


def hostile_uploads() -> Iterator[Line]:
    """Forty uploads made to harm are in flight at the public page while the probes are asked (K8); on a portal of its own."""
    command = [sys.executable, "-m", "benchmarks", "verify-load"]
    run = subprocess.run(command, cwd=ROOT, env=SURROUNDINGS, capture_output=True, text=True, check=False)
    lines = (run.stdout.strip() or run.stderr.strip()).splitlines()
    yield Line("hostile uploads to /verify/", lines[-1] if lines else "it could not be measured", held=run.returncode == 0)


# What is tried beside the database is added here: one function, which gives a line for each thing it tried.
ATTACKS: tuple[Attack, ...] = (
    manipulations, forged_before_the_seal, one_account_redirects_a_signature, wrong_passwords, hostile_uploads,
)  # fmt: skip


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ.pop("DATABASE_URL", None)  # never the database of anything that runs: one in memory

    import django

    django.setup()

    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    old = setup_databases(verbosity=0, interactive=False)
    lines = []
    try:
        for attack in ATTACKS:
            for line in attack():
                print(line, flush=True)
                lines.append(line)
    finally:
        teardown_databases(old, verbosity=0)
    failed = sum(not line.held for line in lines)
    print(f"{len(lines) - failed} held, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
