"""
A `hadoop` that has a folder for a cluster, and says what was recorded: python fake_hadoop.py FOLDER ARGUMENT...

FOLDER/plan.json tells how the job goes: {"says": recording, "status": exit code, "parts": {name: text}, "hangs": bool,
"refuses": {command: message}}. What was asked is written to calls.jsonl there, its environment to environment.
"""

import json
import os
import shutil
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

RECORDINGS = Path(__file__).parent / "recordings"


def main(root: Path, arguments: list[str]) -> int:
    """Do one command."""
    plan = json.loads((root / "plan.json").read_text())
    with (root / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(arguments) + "\n")
    (root / "environment").write_text(json.dumps(dict(os.environ)))
    if refusal := plan.get("refuses", {}).get(" ".join(arguments[:2])):
        print(refusal, file=sys.stderr)
        return 1
    commands = {"fs": fs, "jar": jar, "job": job}
    return commands[arguments[0]](root, plan, arguments[1:])


def fs(root: Path, plan: dict[str, Any], arguments: list[str]) -> int:
    """Do what `hadoop fs` does, with hdfs:///… in the folder."""
    *options, last = arguments
    match options:
        case ["-mkdir", "-p"]:
            place(root, last).mkdir(parents=True)
        case ["-put", source]:
            shutil.copytree(source, place(root, last) / Path(source).name)
        case ["-get", source]:
            shutil.copytree(place(root, source), last)
        case ["-rm", "-r", "-f", "-skipTrash"]:
            shutil.rmtree(place(root, last), ignore_errors=True)
        case _:
            print(f"unknown: {arguments}", file=sys.stderr)
            return 255
    return 0


def jar(root: Path, plan: dict[str, Any], arguments: list[str]) -> int:
    """Say what was recorded, and write the parts."""
    given = dict(pairwise(arguments))
    inputs = place(root, given["-input"])
    (root / "read").write_text(json.dumps(sorted(path.name for path in inputs.parent.glob(f"{inputs.name}/*"))))
    for line in (RECORDINGS / f"{plan['says']}.txt").read_text().splitlines():
        print(line, file=sys.stderr, flush=True)
    while plan.get("hangs"):
        time.sleep(0.1)
    if not plan.get("status", 0):
        output = place(root, given["-output"])
        output.mkdir(parents=True)
        for name, text in {"_SUCCESS": "", **plan["parts"]}.items():
            (output / name).write_text(text)
    return int(plan.get("status", 0))


def job(root: Path, plan: dict[str, Any], arguments: list[str]) -> int:
    """Kill a job that is known."""
    if "unknown" in arguments[1]:
        print(f"Could not find job {arguments[1]}")
        return 255
    print(f"Killed job {arguments[1]}")
    return 0


def place(root: Path, uri: str) -> Path:
    """Give where something is."""
    url = urlsplit(uri)
    return Path(url.path) if url.scheme == "file" else root / "hdfs" / url.path.lstrip("/")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
