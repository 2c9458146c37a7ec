"""
Statements whose SQL is built once: for the few paths where Django's building of it takes most of a request.

A statement is written as a queryset, with `slot(...)` where a value goes; the values come when it is run. The same
rows come back as models, and the same SQL runs on every database, since Django builds it.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar, cast

from django.db import connection
from django.db.models import Field, Model, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql import DeleteQuery, UpdateQuery

M = TypeVar("M", bound=Model)


class Slot:
    """Where a value goes, and the field that says how the database wants it."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        self.name, self.field = name, field


def slot(name: str, field: object) -> Value:
    """Leave room for a value of the field's kind, which is given by this name when the statement is run."""
    return Value(Slot(name, cast("Field[Any, Any]", field)))


class _Statement:
    """SQL with slots, as built for the connection of each thread."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def _compiler(self) -> Any:
        raise NotImplementedError

    def _built(self) -> Any:
        built = getattr(self._of_thread, "built", None)
        if built is None or built[0] is not connection.connection:  # a new connection may be to another server
            compiler = self._compiler()
            sql, params = compiler.as_sql()
            built = self._of_thread.built = (connection.connection, compiler, sql, params, self._reader(compiler))
        return built

    def _reader(self, compiler: Any) -> Any:
        """Prepare what reads the rows."""

    def _execute(self, values: dict[str, object]) -> tuple[Any, Any]:
        connection.ensure_connection()
        _, _, sql, params, reader = self._built()
        cursor = connection.cursor()
        cursor.execute(sql, [_value(param, values) for param in params])
        return cursor, reader


class Select(_Statement, Generic[M]):
    """A prepared SELECT of models, with whatever `select_related` and `annotate` bring."""

    def __init__(self, build: Callable[[], "QuerySet[M, Any]"]) -> None:
        super().__init__()
        self.build = build

    def all(self, **values: object) -> list[M]:
        """Run it with these values, and give the models."""
        cursor, read = self._execute(values)
        with cursor:
            found: list[M] = read(cursor.fetchall())
        return found

    def first(self, **values: object) -> M | None:
        """Run it with these values, and give the first model, or None."""
        found = self.all(**values)
        return found[0] if found else None

    def _compiler(self) -> Any:
        return self.build().query.get_compiler(connection.alias)

    def _reader(self, compiler: Any) -> "Callable[[Sequence[Any]], list[M]]":
        """Do once what `ModelIterable` does for each query."""
        info, select = compiler.klass_info, compiler.select
        fields = info["select_fields"]
        first, last = fields[0], fields[-1] + 1
        names = [found[0].target.attname for found in select[first:last]]
        populators = cast(Any, get_related_populators)(info, select, connection.alias)
        converters = compiler.get_converters([found[0] for found in select])
        annotations = compiler.annotation_col_map.items()

        def read(rows: Sequence[Any]) -> list[M]:
            models = []
            for row in compiler.apply_converters(rows, converters) if converters else rows:
                model = info["model"].from_db(connection.alias, names, row[first:last])
                for populator in populators:
                    populator.populate(row, model)
                for name, position in annotations:
                    setattr(model, name, row[position])
                models.append(model)
            return models

        return read


class Change(_Statement):
    """A prepared UPDATE, or without `sets` a DELETE, of one table."""

    def __init__(self, build: Callable[[], "QuerySet[Any, Any]"], **sets: object) -> None:
        super().__init__()
        self.build, self.sets = build, sets

    def run(self, **values: object) -> int:
        """Run it with these values, and say how many rows that were."""
        cursor, _ = self._execute(values)
        with cursor:
            return int(cursor.rowcount)

    def _compiler(self) -> Any:
        query = self.build().query.chain(UpdateQuery if self.sets else DeleteQuery)
        if self.sets:
            query.add_update_values(self.sets)  # type: ignore[attr-defined]
        return query.get_compiler(connection.alias)


def insert(rows: Iterable[Model]) -> None:
    """Insert new rows of one model in one statement; those whose key the database makes do not learn it."""
    found = list(rows)
    if not found:
        return
    meta = found[0]._meta
    fields = [field for field in meta.local_concrete_fields if not field.get_internal_type().endswith("AutoField")]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(found))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in found for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {places}", values)  # noqa: S608
    for row in found:
        row._state.adding, row._state.db = False, connection.alias


def _value(param: Any, values: dict[str, object]) -> Any:
    if not isinstance(param, Slot):
        return param
    return param.field.get_db_prep_value(values[param.name], connection)
