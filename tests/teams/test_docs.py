import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def test_every_code_of_the_team_is_explained():
    """docs/findings.md names each code that rules and acts can give, and no other."""
    rooms = ("teams/roster/rules.py", "teams/roster/actions.py", "teams/locks.py", "teams/roster/importing.py")
    source = "".join((ROOT / room).read_text() for room in rooms)
    given = set(re.findall(r'(?:Finding|refuse)\(\s*"([a-z-]+)"', source))
    section = (ROOT / "docs/findings.md").read_text().split("## The team")[1].split("\n## ")[0]
    codes = {code for row in re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE) for code in re.findall(r"`([a-z-]+)`", row)}
    assert given == codes
