"""Discovery of modules by file name, so that an app's declarations need no list of imports."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings

NAMES = (
    "subject", "permissions", "checklists", "history_text", "mail", "reminders", "followers", "search", "todo", "status", "document_kinds",
    "checks",
)  # fmt: skip
RECIPES = ("codes", "links", "ics", "calendars")  # recipes for mail are found only by their key (outbox/delivery/compose.py)


def import_declarations() -> None:
    """Import every module of our apps and their packages whose name is in `NAMES` or `RECIPES`.

    Importing a module makes its declarations; importing it again does nothing.
    """
    root = Path(settings.BASE_DIR)
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent != root:
            continue  # not one of ours
        declarations = [path for path in folder.rglob("*.py") if path.stem in NAMES + RECIPES]
        for path in sorted(declarations, key=lambda path: ((NAMES + RECIPES).index(path.stem), path)):
            import_module(".".join(path.relative_to(root).with_suffix("").parts))


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        import_declarations()
