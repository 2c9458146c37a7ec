from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cloudapps.models import User
from cloudapps.tokens import token_create


class Command(BaseCommand):
    """Make an API token for a user, and print it alone on a line."""

    help = "Make an API token for a user, and print it alone on a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--create", action="store_true", help="make the user first, without a password")
        parser.add_argument("--name", default="command line", help="what the token is for")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        owner = User.objects.filter(username=username).first()
        if owner is None and options["create"]:
            owner = User.objects.create_user(username)
        if owner is None:
            raise CommandError(f"There is no user {username!r}. Use --create to make one.")
        _, plain = token_create(owner=owner, name=options["name"], now=timezone.now())
        self.stdout.write(plain)
