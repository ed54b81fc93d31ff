"""`python -m sealing.verification FILE --root issuer.pem`: no settings, no database, no network.

Bundles use its earlier name, `python -m agreements.verification`, which still works.
"""

import argparse
import sys

from sealing.verification.command import EPILOG, add_arguments, pem, report, verdict_on
from sealing.verification.verdict import Kind


def main() -> None:
    """Check the file on the command line; the exit status is the verdict."""
    parser = argparse.ArgumentParser(
        prog="python -m agreements.verification", description="Checks a sealed agreement, letter or report.", epilog=EPILOG
    )
    add_arguments(parser)
    asked = parser.parse_args()
    if not asked.root:
        parser.error("name an issuer to trust: --root issuer.pem")
    verdict = verdict_on(asked.file, pem(asked.root), pem(asked.timestamp_root), asked.sha256)
    print(report(verdict, known=asked.sha256, as_json=asked.json))
    sys.exit(verdict.kind.value if verdict else Kind.FOREIGN.value)


if __name__ == "__main__":
    main()
