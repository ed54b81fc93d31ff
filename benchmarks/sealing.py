"""What a signature and a seal cost (EL-27, EL-31): `make bench-sealing`.

Signing: the POST of the form by a party that came by a link, behind the whole middleware, beside a bare view that
inserts one row behind the same middleware; they take turns. Sealing: the standard agreement with its 30 clauses,
printed and sealed in a process of its own, whose greatest size is told.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
import uuid
from functools import partial

ROUNDS = 18
MOST_RATIO, MOST_SECONDS, MOST_MB = 6, 0.6, 200


def main() -> int:
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(0, interactive=False)
    try:
        ratio = signing()
    finally:
        teardown_databases(made, 0)
    told = subprocess.run([sys.executable, "-m", "benchmarks.sealing"], capture_output=True, text=True, check=True)
    seconds, size = (float(word) for word in told.stdout.split())
    print(f"| print and seal 30 clauses, in a worker | {seconds * 1000:.0f} ms | {size:.0f} MB at most |")
    missed = [ratio > MOST_RATIO, seconds > MOST_SECONDS, size > MOST_MB]
    print("All aims are met." if not any(missed) else "Missed an aim.")
    return int(any(missed))


def signing() -> float:
    """Tells how long signing takes beside a bare insert; returns the ratio of the medians."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from agreements import limits
    from agreements.models import Signature
    from tests.agreements.factories import circulated, read_all, to_sign, token_for

    limits.LOOKUPS_A_MINUTE = 10_000  # all these parties come from one address
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
    ratio = statistics.median(signed[5:]) / statistics.median(bare[5:])
    print(f"| bare view, one insert | {statistics.median(bare[5:]) * 1000:.1f} ms | 1.0 |")
    print(f"| signing | {statistics.median(signed[5:]) * 1000:.1f} ms | {ratio:.1f} times, {queries} queries |")
    return ratio


def _timed(act, status: int) -> float:
    began = time.perf_counter()
    response = act()
    took = time.perf_counter() - began
    assert response.status_code == status, response.content[:2000]
    return took


def worker() -> None:
    """Prints seconds and megabytes of printing and sealing one agreement of 30 clauses, libraries and fonts loaded before, as in a worker."""
    import django

    django.setup()
    from agreements.sealing import keys, pades
    from agreements.sealing.rendering import render
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
