from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.crypto import get_random_string

from cloudapps.apps import cloud_apps
from cloudapps.models import User


class Command(BaseCommand):
    """Make a demo user, and have every app fill their account with something to look at."""

    help = "Make a demo user, and have every app fill their account with something to look at."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="demo")

    def handle(self, *args: Any, **options: Any) -> None:
        user, _ = User.objects.get_or_create(username=options["username"])
        password = get_random_string(16)
        user.set_password(password)
        user.save()
        for app in cloud_apps():
            app.seed(user, now=timezone.now())
        self.stdout.write(f"Sign in as {user.username} with the password {password}")
