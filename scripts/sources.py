"""Which of our files a check reads, one list for all checks of scripts/."""

from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"node_modules", "var", "fixtures", "migrations"}


def sources(suffix: str = "py", *, root: Path = ROOT, but: Collection[str] = ()) -> Iterator[Path]:
    """Files below `root` with that suffix, in order; nothing below a folder that is hidden, made by a program, or named in `but`."""
    for path in sorted(root.rglob(f"*.{suffix}")):
        parts = path.relative_to(root).parts
        if not (parts[0].startswith(".") or {*NOT_OURS, *but} & set(parts)):
            yield path
