"""
Builds the parcel that machines fetch: a revision's files, wheels of all it needs, and the static files as served.

A machine unpacks it and needs no index of packages. Beside its own static files it has those of the release before it:
a page that was loaded from an old machine may ask a new one for its styles.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.errors import DeployError

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PYTHON = (3, 11)  # of the machines
PYTHON_NAME = "3.11"
GLIBC = range(17, 35)  # wheels for glibc 2.17 up to Amazon Linux 2023's 2.34
FROM_SOURCE = ("mysqlclient",)  # has no wheel for Linux: machines build it
TO_BUILD = ("setuptools", "wheel", "pip", "pkgconfig")
STATIC = "var/static"
SAID = 2000  # characters of what a failing step said

Say = Callable[[str], None]


class BuildFailed(DeployError):
    """A step of the build failed; nothing was uploaded."""


@dataclass(frozen=True)
class Artifact:
    """A parcel on this machine."""

    path: Path
    revision: str
    subject: str
    sha256: str
    bytes: int


def build(
    revision: str, folder: Path, architectures: Iterable[str], earlier: Path | None = None, say: Say = print
) -> Artifact:
    """
    Build the parcel of a git revision in a folder, for machines of these architectures (`aarch64`, `x86_64`).

    :raises BuildFailed: with what the failing step said.
    """
    if sys.version_info[:2] != PYTHON:  # pip asks this Python, not the machines', which packages it needs
        raise BuildFailed(f"Releases are built with Python {PYTHON_NAME}, as machines have it; this is {sys.version}")
    tree = folder / "tree"
    full, subject = export(REPOSITORY, revision, tree)
    say(f"Building {full[:12]} {subject}")
    say("  front-end packages")
    _run(["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], tree)
    say("  static files")
    collect_static(tree)
    if earlier:
        add_static_of(earlier, tree)
    say("  wheels")
    download_wheels(tree, sorted(set(architectures)))
    say("  packing")
    return pack(tree, folder, full, subject)


def export(repository: Path, revision: str, tree: Path) -> tuple[str, str]:
    """Write the files of a revision into `tree`, and give its full name and subject."""
    asked = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    full = _run(asked, repository, f"{revision} is no revision of this repository.").strip()
    subject = _run(["git", "show", "--no-patch", "--format=%s", full], repository).strip()
    tree.mkdir(parents=True)
    packed = tree.parent / "revision.tar"
    _run(["git", "archive", "--output", str(packed), full], repository)
    with tarfile.open(packed) as archive:
        archive.extractall(tree, filter="tar")
    packed.unlink()
    return full, subject


def collect_static(tree: Path) -> None:
    """Collect the static files, with this Python's packages."""
    surroundings = {"SECRET_KEY": "only to collect static files", "VAR_DIR": str(tree / "var"), "LOG_LEVEL": "WARNING"}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    _run(command, tree, surroundings=surroundings)


def add_static_of(parcel: Path, tree: Path) -> None:
    """Add the static files of an earlier parcel, where they have names of their own."""
    with tarfile.open(parcel) as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            if member.isfile() and name.startswith(f"{STATIC}/") and not (tree / name).exists():
                archive.extract(member, tree, filter="data")


def download_wheels(tree: Path, architectures: list[str]) -> None:
    """Put into `tree/wheels` what its requirements.txt names, for each architecture."""
    wheels = tree / "wheels"
    pinned, built = _split((tree / "requirements.txt").read_text())
    (tree / "wheels.txt").write_text("\n".join([*pinned, *TO_BUILD]) + "\n")
    for architecture in architectures:
        platforms = [f"manylinux_2_{minor}_{architecture}" for minor in GLIBC]
        platforms += [f"manylinux2014_{architecture}", f"linux_{architecture}"]
        asked = [word for platform in platforms for word in ("--platform", platform)]
        abis = ["--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"]
        machine = ["--no-deps", "--prefer-binary", "--python-version", PYTHON_NAME, *asked, *abis]
        _pip([*machine, "-r", "wheels.txt"], tree, wheels)
    build_pure(tree, wheels)
    if built:
        _pip(["--no-deps", "--no-binary", ",".join(FROM_SOURCE), *built], tree, wheels)
    (tree / "wheels.txt").unlink()


def build_pure(tree: Path, wheels: Path) -> None:
    """Make wheels of what came as source, where that is the same on every machine; machines build the rest."""
    for source in sorted(wheels.glob("*.tar.gz")):
        made = tree / "made"
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        _run([*command, "--wheel-dir", str(made), str(source)], tree)
        if pure := list(made.glob("*-none-any.whl")):
            shutil.move(pure[0], wheels)
            source.unlink()
        shutil.rmtree(made)


def pack(tree: Path, folder: Path, revision: str, subject: str) -> Artifact:
    """Pack a tree."""
    path = folder / "cloudapps.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=6) as archive:
        archive.add(tree, arcname=".", filter=_ownerless)
    shutil.rmtree(tree)
    with path.open("rb") as packed:
        digest = hashlib.file_digest(packed, "sha256").hexdigest()
    return Artifact(path, revision, subject, digest, path.stat().st_size)


def _ownerless(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def _split(requirements: str) -> tuple[list[str], list[str]]:
    """Part what comes as wheels from what machines build."""
    lines = [line for line in requirements.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    built = [line for line in lines if re.split(r"[=<>~ ;\[]", line, maxsplit=1)[0].lower() in FROM_SOURCE]
    return [line for line in lines if line not in built], built


def _pip(arguments: list[str], tree: Path, wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    _run([*command, "--dest", str(wheels), *arguments], tree)


def _run(command: list[str], folder: Path, words: str = "", surroundings: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and nothing of a user's
            command, cwd=folder, env={**os.environ, **(surroundings or {})}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BuildFailed(f"{command[0]} is missing; `make setup` says how to install it.") from None
    if done.returncode:
        said = (done.stderr or done.stdout)[-SAID:]
        raise BuildFailed(words or f"{' '.join(command[:4])} … ended with {done.returncode}:\n{said}")
    return done.stdout
