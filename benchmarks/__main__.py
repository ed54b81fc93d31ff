"""`make bench`, `make bench-mail`, `make bench-sealing`, `make bench-search`, `make bench-portfolio` and `make bench-partnerships`: find or start PostgreSQL and Redis as for tests, then measure."""

import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import services

OTHERS = ("mail", "sealing", "search", "portfolio", "partnerships")


def main() -> int:
    if sys.argv[1:2] == ["verify-load"]:
        return _verify_load()
    wanted = sys.argv.pop(1) if sys.argv[1:2] in ([name] for name in OTHERS) else "pages"
    with services.postgresql("lab_portal_bench") as database, services.redis_server() as cache:
        print(f"PostgreSQL {database.version}, {database.how}; Redis {cache.version}, {cache.how}", file=sys.stderr)
        os.environ.update(
            DATABASE_URL=database.url, REDIS_URL=cache.url, DJANGO_SETTINGS_MODULE="benchmarks.settings", SEAL_ALLOW_DEVELOPMENT="1"
        )
        import django

        django.setup()
        from django.db import connection

        try:
            return int(import_module(f"benchmarks.{wanted}").main())
        finally:
            connection.close()


def _verify_load() -> int:
    """Run the upload benchmark. It starts its own portal; Django is only needed here for the settings of test helpers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    from benchmarks import verify_load

    return verify_load.main()


if __name__ == "__main__":
    sys.exit(main())
