"""The command line: `python -m deploy COMMAND ENVIRONMENT`. Each command is a module in `deploy/commands`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy import commands
from deploy.environment_file import FOLDER
from deploy.errors import DeployError

FAILED = 1
INTERRUPTED = 130


def main(given: Sequence[str] | None = None, session: boto3.Session | None = None) -> int:
    """Run one command, and give its exit code: 0 all is well, 1 it failed, 2 something is pending."""
    options = _parser().parse_args(given)
    try:
        return int(options.run(options, session or boto3.Session()))
    except DeployError as error:
        print(error, file=sys.stderr)
    except (ClientError, BotoCoreError) as error:
        print(f"AWS: {error}\nWhat was done stays done; the command can be run again.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. What was done stays done; the command can be run again.", file=sys.stderr)
        return INTERRUPTED
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    chosen = parser.add_subparsers(required=True, metavar="COMMAND")
    for found in iter_modules(commands.__path__):
        module = import_module(f"{commands.__name__}.{found.name}")
        command = chosen.add_parser(found.name, help=module.__doc__, description=module.__doc__)
        command.add_argument("environment", help="the name of a file in deploy/environments, without .toml")
        command.add_argument("--environments", type=Path, default=FOLDER, metavar="FOLDER", help="where the files are")
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
