"""Run a load through the scaling policies, and show machines, waiting and cost; nothing is asked of AWS."""

import argparse
from pathlib import Path

import boto3

from deploy.environment import Environment
from deploy.environment_file import read_environment
from deploy.interface import Interface, Load, read_interface
from deploy.numbers import amount
from deploy.prices import read_prices
from deploy.simulation.curve import made_up_day, read_curve
from deploy.simulation.models import TIERS, Circumstances, PolicySet, loads_of, model_of, policies_of
from deploy.simulation.picture import check_path, draw
from deploy.simulation.report import Result, comparison, hours, sparklines
from deploy.simulation.run import run_tier


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the load, the policies, and what else plays a part."""
    columns = "minute,requests_per_second,images_per_second,posts_per_second"
    parser.add_argument("--load", type=Path, metavar="day.csv", help=f"columns {columns}; without it a day is made up")
    parser.add_argument("--times", type=amount, default=1.0, metavar="N", help="so many times the made-up day")
    parser.add_argument("--picture", type=Path, metavar="out.png", help="draw it, as PNG or SVG")
    parser.add_argument("--policies", type=PolicySet, choices=list(PolicySet), default=PolicySet.DEPLOYED)
    parser.add_argument("--boot-seconds", type=amount, default=Circumstances.boot_seconds, metavar="N")
    parser.add_argument("--spot-interruptions", type=amount, default=0.0, metavar="N", help="an hour, of one instance")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed gives the same run")
    parser.add_argument("--table", action="store_true", help="print each hour")


def run(options: argparse.Namespace, session: boto3.Session) -> int:
    """Simulate each tier with each set of policies; show the chosen one in full, and all of them in comparison."""
    if options.picture:
        check_path(options.picture)
    environment = read_environment(options.environment, options.environments)
    interface = read_interface()
    curve = read_curve(options.load) if options.load else made_up_day(options.times)
    results = {chosen: _results(environment, interface, curve, options, chosen) for chosen in PolicySet}
    shown = results[options.policies]
    for result in shown:
        print("\n".join(hours(result) if options.table else sparklines(result)), end="\n\n")
    print("\n".join(comparison([result for tier in zip(*results.values(), strict=True) for result in tier])))
    print(f"A unit of work costs what was {interface.origin}. A new machine takes {options.boot_seconds:g} s to boot.")
    if options.picture:
        draw(shown, options.picture)
        print(f"Picture: {options.picture}")
    return 0


def _results(
    environment: Environment, interface: Interface, curve: list[Load], options: argparse.Namespace, chosen: PolicySet
) -> list[Result]:
    circumstances = Circumstances(options.boot_seconds, options.spot_interruptions)
    prices, tiers = read_prices(environment.region), environment.tiers.each()
    found = []
    for name in TIERS:
        loads = loads_of(interface, name, curve)
        if any(loads):
            model = model_of(environment, name, interface, prices, circumstances)
            minutes = run_tier(model, loads, policies_of(tiers[name], name, chosen), seed=options.seed)
            found.append(Result(model, chosen.value, minutes))
    return found
