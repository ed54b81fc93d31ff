"""`make check`: run all static checks. Prints one line per check, followed by its errors."""

import os
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = [str(path.relative_to(ROOT)) for path in [ROOT / "templates", *ROOT.glob("*/templates")] if path.is_dir()]

# Production settings as in the operator's guide. Nothing connects to these addresses.
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
    "TRUSTED_PROXIES": "1",
    "DATABASE_URL": "postgres://portal:secret@db.example.org:5432/portal",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "SEAL_ALLOW_DEVELOPMENT": "1",  # there is no production key here
}
# The same with a real database, to compare models with migrations.
IN_MEMORY = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:"}


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    environment: dict[str, str]
    shown: bool = False  # its output is useful even if it passes


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def beside(name: str) -> str:
    return str(Path(sys.executable).parent / name)


CHECKS = (
    Check("style and common mistakes (ruff)", python("-m", "ruff", "check", "--quiet", "."), {}),
    Check("format (ruff)", python("-m", "ruff", "format", "--check", "--quiet", "."), {}),
    Check("templates (djlint)", python("-m", "djlint", *TEMPLATES, "--lint", "--quiet"), {}),
    Check("types (mypy)", python("-m", "mypy", "--no-error-summary", "."), {"DEBUG": "1"}),
    Check("imports between floors (import-linter)", [beside("lint-imports"), "--no-logo"], {}),
    Check("no dates computed in SQL", python("scripts/local_dates.py"), {}),
    Check("types of actors and subjects", python("scripts/seams.py"), {}),
    Check("meaningless names", python("scripts/names.py"), {}),
    Check("words to avoid", python("scripts/words.py"), {}, shown=True),
    Check("migrations match models", python("manage.py", "makemigrations", "--check", "--dry-run"), IN_MEMORY),
    Check("production settings (check --deploy)", python("manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
)


def run(check: Check) -> bool:
    begun = time.monotonic()
    done = subprocess.run(check.command, cwd=ROOT, env={**os.environ, **check.environment}, text=True, capture_output=True, check=False)
    good = done.returncode == 0
    print(f"{'ok  ' if good else 'FAIL'} {check.name} ({time.monotonic() - begun:.1f} s)", flush=True)
    if not good or check.shown:
        print("\n".join(f"     {line}" for line in f"{done.stdout}\n{done.stderr}".strip().splitlines()), flush=True)
    return good


def run_all() -> tuple[int, int]:
    """Run all checks; returns how many passed and failed."""
    results = [run(check) for check in CHECKS]
    return sum(results), len(results) - sum(results)


if __name__ == "__main__":
    passed, failed = run_all()
    print(f"{passed} checks passed, {failed} failed")
    sys.exit(1 if failed else 0)
