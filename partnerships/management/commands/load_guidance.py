"""`manage.py load_guidance`: models, practices, tools and case studies for service partnerships (SP-05, SP-08, SP-09)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from acts.act import SYSTEM
from partnerships.cases.actions import load_cases
from partnerships.guidance.actions import load_guidance


class Command(BaseCommand):
    help = (
        "Load the guidance for service partnerships: models, practices, tools and templates, and case studies. Run it again after an "
        "update: what was added or changed by hand stays as it is."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = load_guidance(by=SYSTEM)
        self.stdout.write(f"Added {loaded.added}, changed {loaded.changed}, left {loaded.left} that were changed in the admin.")
        cases = load_cases(by=SYSTEM)
        self.stdout.write(
            f"Case studies: added {cases.added}, changed {cases.changed}, left {cases.left} that were changed by hand. "
            f"{cases.unpublished} aren't complete enough to publish."
        )
