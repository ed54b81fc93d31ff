"""The command that checks a file: `python -m agreements.verification` anywhere, and `manage.py verify_agreement`."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from sealing.verification.apart import check_apart
from sealing.verification.verdict import SENTENCES, Kind, Verdict

EPILOG = """exit codes: 0 genuine · 1 altered · 2 not ours, or unreadable · 3 unchanged, but trust can't be proved now"""
MOST_BYTES = 100 * 1024 * 1024
WITHOUT_RECORD = (
    "Without --sha256, this check relies on the seal alone. The seal doesn't cover the few kilobytes that hold the seal itself.",
    "We check that they're written the one way the lab writes them, but someone who can write the same seal with different",
    "numbers wouldn't be noticed. What the document says can't change that way. To rule it out, give the fingerprint on record.",
)


def fingerprint(text: str) -> str:
    """Return `text` as 64 lower-case hex digits, without spaces. Raises ValueError for anything else."""
    digits = re.sub(r"[\s:]", "", text).lower().removeprefix("sha256")
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ValueError("a fingerprint has 64 digits, 0 to 9 and a to f")
    return digits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the PDF")
    parser.add_argument("--root", type=Path, action="append", default=[], help="an issuer's certificate (PEM) to trust; can be repeated")
    parser.add_argument(
        "--timestamp-root", type=Path, action="append", default=[], help="an issuer's certificate for time stamps (PEM); can be repeated"
    )
    parser.add_argument("--sha256", type=fingerprint, metavar="HEX", help="the file's fingerprint as the lab has it on record")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def pem(files: list[Path]) -> bytes:
    return b"\n".join(file.read_bytes() for file in files)


def verdict_on(file: Path, roots: bytes, timestamp_roots: bytes, known: str | None) -> Verdict | None:
    """Return the verdict, or None for a file that can't be opened or is larger than any document."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError:
        return None
    return check_apart(data, roots, timestamp_roots, known or "") if len(data) <= MOST_BYTES else None


def report(verdict: Verdict | None, *, known: str | None, as_json: bool) -> str:
    """Return the text to print."""
    if verdict is None:
        missing = "The file can't be opened, or is larger than 100 MB."
        return json.dumps({"verdict": Kind.FOREIGN.word, "exit": Kind.FOREIGN.value, "says": missing}) if as_json else missing
    if as_json:
        return json.dumps(verdict.plain(), indent=2, ensure_ascii=False)
    lines: list[str] = [SENTENCES[verdict.kind], ""]
    lines += [f"  {'ok ' if check.passed else 'NOT'}  {check.says}" for check in verdict.checks]
    if verdict.contents:
        lines += ["", f"Agreement, version {verdict.contents.version}, signed by:"]
        lines += [f"  {signed.at[:10]}  {signed.role}" for signed in verdict.contents.signed]
    if verdict.issued:
        lines += ["", f"{verdict.issued.label}, issued {verdict.issued.at[:10]} (UTC)"]
    lines += ["", f"Fingerprint of the file (SHA-256): {verdict.sha256}"]
    if not known and verdict.kind in (Kind.GENUINE, Kind.UNPROVEN):
        lines += ["", *WITHOUT_RECORD]
    return "\n".join(lines)
