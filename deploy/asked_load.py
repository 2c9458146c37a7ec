"""The options that say for which load a plan should be made."""

import argparse

from deploy.capacity import User
from deploy.interface import Load
from deploy.numbers import amount


def load_options(parser: argparse.ArgumentParser) -> None:
    """Take people, requests, pictures and posts; they add up."""
    user = User()
    does = f"who each send {user.requests:g} requests and {user.images:g} pictures a minute"
    group = parser.add_argument_group("size the tiers for a load, and name the component that limits performance")
    group.add_argument("--users", type=amount, default=0.0, metavar="N", help=f"people at the same moment, {does}")
    group.add_argument("--requests", type=amount, default=0.0, metavar="R", help="requests a second")
    group.add_argument("--images-per-second", type=amount, default=0.0, metavar="I", help="pictures a second")
    posts = ("--posts-per-second", "--tweets-per-second")
    group.add_argument(*posts, type=amount, default=0.0, metavar="P", help="posts a second, from all sources")


def load_asked(options: argparse.Namespace) -> Load | None:
    """Give the load that was asked for; None if nobody asked."""
    people = User().load(options.users)
    request, image = people.request + options.requests, people.image + options.images_per_second
    load = Load(request, image, options.posts_per_second)
    return load if any(load.each().values()) else None
