"""Bytes that a database compares one by one."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Octets(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable while running
    """
    Up to `max_length` bytes that may be a key.

    Text is kept in these as UTF-8 wherever two texts must never be taken for one: the collations of MySQL take é for
    e, and even the binary one takes "a " for "a". The order is that of the code points.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Name the kind of column that MySQL can index as a whole."""
        if connection.vendor == "mysql":
            return f"varbinary({self.max_length})"
        kind: str | None = super().db_type(connection)
        return kind

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Leave nothing to collations."""
        return {**super().db_parameters(connection), "type": self.db_type(connection)}
