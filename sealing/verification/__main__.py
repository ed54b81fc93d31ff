"""`python -m sealing.verification FILE --root issuer.pem`: no settings, no database, no network.

Bundles name it by its earlier address, `python -m agreements.verification`, which goes on working.
"""

import argparse
import sys

from sealing.verification.command import EPILOG, add_arguments, pem, report, verdict_on
from sealing.verification.verdict import Kind


def main() -> None:
    """Check the file that the command line names; the exit status says what it is."""
    parser = argparse.ArgumentParser(prog="python -m agreements.verification", description="Checks a sealed agreement.", epilog=EPILOG)
    add_arguments(parser)
    asked = parser.parse_args()
    if not asked.root:
        parser.error("name an issuer to trust: --root issuer.pem")
    verdict = verdict_on(asked.file, pem(asked.root), pem(asked.timestamp_root), asked.sha256)
    print(report(verdict, known=asked.sha256, as_json=asked.json))
    sys.exit(verdict.kind.value if verdict else Kind.FOREIGN.value)


if __name__ == "__main__":
    main()
