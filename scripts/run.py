"""`make run`: set up and start everything on this machine with one command.

Installs what is missing, migrates the database, loads the demo into an empty database on the first start, then runs two processes, the
web server and the delivery loop, until Ctrl-C. Existing data is never changed.
Standard library only: this runs before anything is installed.
"""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import setup

HOST = "127.0.0.1"
VAR = Path(os.environ.get("VAR_DIR", setup.ROOT / "var"))
STARTING_SECONDS = 60
STOPPING_SECONDS = 15


def main() -> None:
    port = wanted_port()
    setup.main("run")
    environment = surroundings(port)
    prepare_data(environment)
    serve(port, environment)


def wanted_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        setup.stop(f"PORT={text} isn't a valid port. Try: make run PORT=8001")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            setup.stop(f"Port {port} is in use: {who_has(port) or error}. Stop that first, or run: make run PORT={port + 1}")
    return port


def who_has(port: int) -> str:
    """The program that listens on `port`, as far as this account can see."""
    inodes = {
        fields[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for fields in (line.split() for line in Path(table).read_text().splitlines()[1:])
        if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port
    }
    if not inodes:
        return ""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            opened = os.readlink(link)
        except OSError:
            continue
        if (match := re.fullmatch(r"socket:\[(\d+)\]", opened)) and match[1] in inodes:
            command = (link.parent.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            return f"taken by process {link.parts[2]} ({command[:100]})"
    return "taken by another account's program"


def surroundings(port: int) -> dict[str, str]:
    """The environment for everything started here: development, unless the caller sets something else."""
    VAR.mkdir(parents=True, exist_ok=True)
    given = {name: value for name, value in os.environ.items() if value}
    return {
        "DEBUG": "1",
        "LOG_LEVEL": "ERROR",  # keeps the welcome as the last thing on the screen: a 404 isn't worth a line
        "SITE_URL": f"http://{HOST}:{port}",
        "VAR_DIR": str(VAR),
        "PYTHONUNBUFFERED": "1",
        **given,
    }


def manage(*arguments: str) -> list[str]:
    return [str(setup.VENV_PYTHON), str(setup.ROOT / "manage.py"), *arguments]


def prepare_data(environment: dict[str, str]) -> None:
    """Migrate, and load the demo once, only into a database without accounts."""
    database = environment.get("DATABASE_URL", "")
    stamp = VAR / f"demo-{hashlib.sha256(database.encode()).hexdigest()[:12]}"
    if not database and not (VAR / "lab-portal.sqlite3").exists():
        stamp.unlink(missing_ok=True)
    if subprocess.run(manage("migrate", "--no-input", "--verbosity=0"), env=environment, check=False).returncode:
        setup.stop("Migrating the database failed (see above). Nothing was started.")
    if stamp.exists() and stamp.read_text() != "begun":
        return
    if not stamp.exists() and has_accounts(environment):
        stamp.write_text("there was data already")
        return
    setup.say("Loading the demo (once)")
    stamp.write_text("begun")
    if subprocess.run(manage("demo"), env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
        setup.stop("Loading the demo failed (see above). Nothing was started. Run `make demo-reset` to start fresh.")
    stamp.write_text("loaded")


def has_accounts(environment: dict[str, str]) -> bool:
    ask = "import django; django.setup(); from people.models import User; print(User.objects.exists())"
    command = [str(setup.VENV_PYTHON), "-c", ask]
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "labportal.settings"}
    return subprocess.run(command, env=settings, cwd=setup.ROOT, capture_output=True, text=True, check=True).stdout.strip() == "True"


def serve(port: int, environment: dict[str, str]) -> None:
    """Run both processes until one ends or the user stops them, then stop the other."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    reload = [] if os.environ.get("RELOAD") else ["--noreload"]
    children = {
        "the web server": start(manage("runserver", *reload, "--skip-checks", f"{HOST}:{port}"), environment, quiet=True),
        "the delivery loop": start(manage("send_due", "--loop"), environment),
    }
    status = 0
    try:
        if wait_until_ready(port, children):
            subprocess.run(manage("doctor", "--welcome", f"http://{HOST}:{port}"), env=environment, check=False)
        status = watch(children)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
    finally:
        stop_all(children)
    sys.exit(status)


def start(command: list[str], environment: dict[str, str], *, quiet: bool = False) -> subprocess.Popen[bytes]:
    """Start a child that leads its own process group. A quiet one's banner is hidden; its log, on stderr, isn't."""
    return subprocess.Popen(command, env=environment, cwd=setup.ROOT, start_new_session=True, stdout=subprocess.DEVNULL if quiet else None)


def wait_until_ready(port: int, children: dict[str, subprocess.Popen[bytes]]) -> bool:
    limit = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < limit and all(child.poll() is None for child in children.values()):
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait until one of the two ends; returns the exit status to end with."""
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                print(f"\nStopping: {name} ended unexpectedly (status {child.returncode}, see above).", file=sys.stderr)
                return child.returncode or 1
        time.sleep(0.2)


def stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        tell(child, signal.SIGTERM)
    for child in children.values():
        try:
            child.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            tell(child, signal.SIGKILL)


def tell(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the child and everything it started."""
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped before everything was running. `make run` continues where this stopped.")
