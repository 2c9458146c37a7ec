"""Show every machine, group, queue, alarm, the database, components and releases. Exit code 0: all is well; 1: not."""

import argparse

import boto3
from rich.console import Console
from rich.text import Text

from deploy.commands import opened
from deploy.status.reading import read
from deploy.status.report import troubles
from deploy.status.tables import show


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take how wide it may be."""
    parser.add_argument("--width", type=int, default=None, help="columns of text; those of the terminal if left out")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Read, show, and say what is amiss."""
    reading = read(opened(options, session))
    console = Console(width=options.width)
    show(reading, console)
    amiss = troubles(reading)
    for line in amiss:
        console.print(Text(f"! {line}", style="bold red"))
    if not amiss:
        console.print(Text("All is well.", style="green"))
    return 1 if amiss else 0
