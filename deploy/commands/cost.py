"""Estimate what the environment costs a month, by list prices; nothing is asked of AWS."""

import argparse
from dataclasses import fields

import boto3

from deploy.cost import estimate
from deploy.cost_table import cost_lines
from deploy.environment_file import read_environment
from deploy.errors import DeployError
from deploy.numbers import amount
from deploy.prices import read_prices
from deploy.usage import Usage


class CountsInvalid(DeployError):
    """What was said of machines cannot be."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is assumed of the use, and other numbers of machines."""
    for assumed in fields(Usage):
        option = f"--{assumed.name.replace('_', '-')}"
        words = f"{assumed.metadata['help']} (assumed: {assumed.default:g})"
        parser.add_argument(option, type=amount, default=assumed.default, metavar="N", help=words)
    parser.add_argument("--instances", default="", metavar="web=4,worker=2", help="machines of tiers, beside minimum")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Print the estimate at the tiers' minimum, and the sum at their maximum."""
    environment = read_environment(options.environment, options.environments)
    tiers = environment.tiers.each()
    usage = Usage(**{assumed.name: getattr(options, assumed.name) for assumed in fields(Usage)})
    prices = read_prices(environment.region)
    counts = _counts(options.instances, set(tiers))
    print("\n".join(cost_lines(estimate(environment, counts, usage, prices), usage, prices)))
    largest = estimate(environment, {name: tier.maximum for name, tier in tiers.items()}, usage, prices)
    print(f"With every tier at its maximum for the whole month: ${largest.dollars:,.2f}.")
    return 0


def _counts(given: str, known: set[str]) -> dict[str, float]:
    """Read web=4,worker=2. :raises CountsInvalid: in words."""
    counts = {}
    for pair in filter(None, given.split(",")):
        name, _, number = pair.partition("=")
        if name not in known or not number.isdecimal():
            tiers = ", ".join(sorted(known))
            raise CountsInvalid(f"--instances {pair!r}: write a tier and a number, like web=4. Tiers: {tiers}.")
        counts[name] = float(number)
    return counts
