"""The status board in the database, where no other is named."""

from dataclasses import asdict, fields
from datetime import datetime

from cloudapps.models import Beat
from cloudapps.status import KEPT_FOR, Heartbeat


class DatabaseBoard:
    """See `cloudapps.status.StatusBoard`."""

    def beat(self, heartbeat: Heartbeat) -> None:
        values = asdict(heartbeat)
        key = {name: values.pop(name) for name in ("component", "instance")}
        Beat.objects.update_or_create(**key, defaults=values)
        Beat.objects.filter(at__lt=heartbeat.at - KEPT_FOR).delete()

    def beats(self, *, since: datetime) -> list[Heartbeat]:
        names = [field.name for field in fields(Heartbeat)]
        return [Heartbeat(**row) for row in Beat.objects.filter(at__gte=since).values(*names)]
