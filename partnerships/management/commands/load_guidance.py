"""`manage.py load_guidance`: models, practices and tools for service partnerships (SP-05, SP-09)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from acts.act import SYSTEM
from partnerships.guidance.actions import load_guidance


class Command(BaseCommand):
    help = (
        "Load the guidance for service partnerships: models, practices, and tools and templates. Run it again after an update: "
        "what was added or changed in the admin stays as it is."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = load_guidance(by=SYSTEM)
        self.stdout.write(f"Added {loaded.added}, changed {loaded.changed}, left {loaded.left} that were changed in the admin.")
