"""Text that a database compares letter by letter."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactCharField(models.CharField):  # type: ignore[type-arg]  # not subscriptable while running
    """
    A CharField that is compared and sorted by code points on every database.

    SQLite does so by itself; MySQL's own choice takes é for e and ß for ss.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Name the collation where it is not the database's own."""
        parameters: dict[str, Any] = {**super().db_parameters(connection)}
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
