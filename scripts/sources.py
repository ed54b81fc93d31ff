"""The files that checks read; shared by all checks in scripts/."""

from collections.abc import Collection, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"node_modules", "var", "fixtures", "migrations"}


def sources(suffix: str = "py", *, root: Path = ROOT, but: Collection[str] = ()) -> Iterator[Path]:
    """Yield files below `root` with this suffix, in order, except in folders that are hidden, generated or named in `but`."""
    for path in sorted(root.rglob(f"*.{suffix}")):
        parts = path.relative_to(root).parts
        if not (parts[0].startswith(".") or {*NOT_OURS, *but} & set(parts)):
            yield path
