"""`make mutants`: puts small bugs into the pure rules and gates and counts how many the tests catch.

    make mutants                                every bug; takes hours
    make mutants ARGS="--sample 300 --seed 7"   a sample of 300 from all modules
    make mutants ARGS="teams/roster/rules.py"   one module

scripts/mutants.toml lists the modules, their tests, and the bugs that change nothing. Exits with 1 if fewer than 95 in 100 are caught.
Existing tools don't fit: one restarts Django for every bug, and the other skips tables, defaults and decorated functions.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mutation import Mutant, mutants
from mutation_run import JOB, PYTEST, ROOT

PLAN = tomllib.loads((ROOT / "scripts/mutants.toml").read_text())
LEAST = 95


def modules(group: dict[str, Any]) -> list[str]:
    return sorted({str(path.relative_to(ROOT)) for pattern in group["modules"] for path in ROOT.glob(pattern)})


def is_equivalent(mutant: Mutant) -> bool:
    return any(
        (each["file"], each["function"], each["change"]) == (mutant.path, mutant.function, mutant.change)
        for each in PLAN.get("equivalent", [])
    )


def drawn(arguments: argparse.Namespace) -> tuple[list[tuple[dict[str, Any], list[Mutant]]], int]:
    """Return the bugs to try, by group, and how many are left out because they change nothing."""
    chosen = [
        (place, mutant)
        for place, group in enumerate(PLAN["group"])
        for path in modules(group)
        if not arguments.only or group["name"] in arguments.only or path.startswith(tuple(arguments.only))
        for mutant in mutants(path, ROOT)
    ]
    if arguments.sample and arguments.sample < len(chosen):
        chosen = random.Random(arguments.seed).sample(chosen, arguments.sample)  # noqa: S311  # a draw, not a secret
    real = [(place, mutant) for place, mutant in chosen if not is_equivalent(mutant)]
    groups = [(group, [mutant for at, mutant in real if at == place]) for place, group in enumerate(PLAN["group"])]
    return [(group, wanted) for group, wanted in groups if wanted], len(chosen) - len(real)


def tried(group: dict[str, Any], wanted: list[Mutant]) -> dict[Mutant, str]:
    """Return the verdict on each mutant; tests that fail without any bug are listed and not used."""
    by_place = {(mutant.path, mutant.number): mutant for mutant in wanted}
    verdicts: dict[Mutant, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        job, results = Path(folder, "job.json"), Path(folder, "results.jsonl")
        job.write_text(json.dumps({"mutants": [asdict(mutant) for mutant in wanted], "tests": group["tests"], "results": str(results)}))
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), JOB: str(job)}
        done = subprocess.run([*PYTEST, *group["tests"]], cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
        for line in results.read_text().splitlines() if results.exists() else []:
            result = json.loads(line)
            if "red" in result:
                print(f"     fails without any bug: {result['red']}", flush=True)
            else:
                verdicts[by_place[result["path"], result["number"]]] = result["verdict"]
    if len(verdicts) < len(wanted):
        print(done.stdout[-3000:], done.stderr[-3000:], sep="\n", flush=True)
    return verdicts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("only", nargs="*", help="groups in scripts/mutants.toml, modules, or the start of their paths")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=13)
    arguments = parser.parse_args()
    groups, equivalent = drawn(arguments)
    total: Counter[str] = Counter()
    for group, wanted in groups:
        begun = time.monotonic()
        verdicts = tried(group, wanted)
        counts = Counter(verdicts.get(mutant, "not tried") for mutant in wanted)
        total += counts
        print(f"{group['name']}: {len(wanted)} mutants, {_listed(counts)} ({time.monotonic() - begun:.0f} s)", flush=True)
        for mutant in wanted:
            if verdicts.get(mutant) in (None, "survived"):
                print(
                    f"     {mutant.path}:{mutant.line}: {mutant.change}" + (f"   in {mutant.function}" if mutant.function else ""),
                    flush=True,
                )
    noticed, tried_at_all = total["killed"] + total["hung"], sum(total.values())
    share = 100 * noticed / tried_at_all if tried_at_all else 100.0
    print(f"{tried_at_all} mutants, {_listed(total)}; {equivalent} left out because they change nothing; {share:.1f} % caught")
    return 0 if share >= LEAST else 1


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
