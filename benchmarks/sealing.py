"""Measures what a signature and a seal cost (EL-27, EL-31): `make bench-sealing`.

Signing: a party's POST of the form, behind all middleware, compared with a bare view that inserts one row behind the
same middleware; they take turns. Sealing: the standard agreement with its 30 clauses, rendered and sealed in a separate
process, whose peak memory is reported.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
import uuid
from functools import partial
from pathlib import Path

from agreements.invitations import party_views

ROUNDS, WARM_UPS = 48, 5
MOST_RATIO, MOST_SECONDS, MOST_MB = 6, 0.6, 200


def main() -> int:
    from django.test.utils import setup_databases, teardown_databases

    from benchmarks.pages import where, write_between

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="put the table into this file, between its markers")
    options = parser.parse_args()
    databases = setup_databases(0, interactive=False)
    try:
        rows, ratio = signing()
    finally:
        teardown_databases(databases, 0)
    printed = subprocess.run([sys.executable, "-m", "benchmarks.sealing"], capture_output=True, text=True, check=True)
    seconds, size = (float(word) for word in printed.stdout.split())
    rows.append(f"| printing and sealing 30 clauses, in a worker | {seconds * 1000:.0f} | {size:.0f} MB at most |")
    report = "\n".join(
        [f"{where()}; median of {ROUNDS - WARM_UPS} signatures and of 5 seals.", "", "| what | ms | |", "|---|---:|---:|", *rows]
    )
    print(report)
    if options.write:
        write_between(options.write, "sealing", report)
    missed = [ratio > MOST_RATIO, seconds > MOST_SECONDS, size > MOST_MB]
    print("All targets are met." if not any(missed) else "A target was missed.")
    return int(any(missed))


def signing() -> tuple[list[str], float]:
    """Measure a bare insert and signing; returns table rows, and the ratio of the medians."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from agreements.models import Signature
    from tests.agreements.factories import circulated, read_all, to_sign, token_for

    party_views.LOOKUPS_A_MINUTE = 10_000  # all these parties come from one address
    bare, signed, queries = [], [], 0
    while len(signed) < ROUNDS:
        version = circulated()
        for invitation in to_sign(version)[:-1]:  # the last one also brings it into force
            client = Client()
            client.post(reverse("open-invitation", args=[token_for(invitation)]))
            read_all(invitation)
            form = {
                "sha256": version.content_sha256, "typed_name": invitation.party.person.name, "intends": "on", "consents": "on",
                "submission": str(uuid.uuid4()),
            }  # fmt: skip
            address = reverse("sign-sign", args=[invitation.pk])
            bare.append(_timed(partial(client.post, "/bare-insert/", {"submission": str(uuid.uuid4())}), 302))
            sign = partial(client.post, address, form)
            if queries:
                signed.append(_timed(sign, 302))
                continue
            with CaptureQueriesContext(connection) as asked:
                sign()
            queries = len(asked)
    assert Signature.objects.count() > len(signed), "a form was answered and nothing was signed"
    floor, took = (statistics.median(times[WARM_UPS:]) for times in (bare, signed))
    rows = [
        f"| bare view, one insert | {floor * 1000:.1f} | 1.0 |",
        f"| signing, {queries} queries | {took * 1000:.1f} | {took / floor:.1f} |",
    ]
    return rows, took / floor


def _timed(act, status: int) -> float:
    began = time.perf_counter()
    response = act()
    took = time.perf_counter() - began
    assert response.status_code == status, response.content[:2000]
    return took


def worker() -> None:
    """Print the seconds and megabytes it takes to render and seal an agreement of 30 clauses, with libraries and fonts loaded as in a worker."""
    import django

    django.setup()
    from sealing import keys, pades
    from sealing.rendering import render
    from tests.agreements.sealing.papers import contents

    signer = keys.current_key().signer()
    render(contents(), development=True)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        pades.seal(render(contents(clauses=30), development=True), signer, lab="Exchange Lab")
        took.append(time.perf_counter() - began)
    print(statistics.median(took), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    worker()
