from typing import Any

from django.core.management.base import BaseCommand

from acts.act import SYSTEM
from agreements.drafting.templates import install_standard_template


class Command(BaseCommand):
    help = "Installs the standard agreement template if it isn't installed yet. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        version = install_standard_template(by=SYSTEM)
        self.stdout.write(f"{version.template.name}, version {version.number}: {version.clauses.count()} clauses.")
