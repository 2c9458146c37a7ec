import sys
from typing import Any

from django.core.management.base import BaseCommand

from cloudapps import health


class Command(BaseCommand):
    """Knock on every service, and say what is wrong and how to mend it."""

    help = "Knock on every service, and say what is wrong and how to mend it."

    def handle(self, *args: Any, **options: Any) -> None:
        results = health.check_all()
        for result in results:
            mark = "ok  " if result.ok else "FAIL"
            self.stdout.write(f"{mark} {result.name}: {result.detail} ({result.milliseconds:.0f} ms)")
            if not result.ok:
                self.stdout.write(f"     {health.REMEDIES[result.name]}")
        self._say_mysql()
        if not all(result.ok for result in results):
            sys.exit(1)

    def _say_mysql(self) -> None:
        try:
            import MySQLdb  # noqa: F401
        except ImportError:
            self.stdout.write("off  mysql: mysqlclient is not installed; DATABASE_URL can only name SQLite.")
            self.stdout.write("     Install default-libmysqlclient-dev, pkg-config and gcc, then run `make setup`.")
        else:
            self.stdout.write("ok   mysql: mysqlclient is installed")
