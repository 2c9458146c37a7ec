"""What of a reading is not as it should be, in a line each."""

from collections.abc import Iterator

from deploy.release.health import WELL
from deploy.status.reading import Reading


def troubles(reading: Reading) -> list[str]:
    """Say everything that is amiss; none of it means that all is well."""
    return [*_releases(reading), *_machines(reading), *_data(reading), *_alarms(reading)]


def _releases(reading: Reading) -> Iterator[str]:
    if not reading.state.live:
        yield "Nothing was ever released."
    if rolling := reading.state.rolling:
        yield f"Release {rolling.to} has been on its way since {rolling.began_at:%d %B %H:%M} UTC."


def _machines(reading: Reading) -> Iterator[str]:
    if not reading.groups:
        yield "There is no group of machines: apply makes them."
    for group in reading.groups:
        if len(group.machines) != group.desired:
            yield f"{group.name} has {len(group.machines)} of {group.desired} machines."
        if group.suspended and not reading.state.rolling:
            yield f"{group.name} does not scale: {', '.join(group.suspended)} is suspended. Apply mends that."
        for machine in group.machines:
            if reading.health.get(machine.id) != WELL:
                yield f"{machine.id} of {group.name}: {reading.health.get(machine.id, 'unknown')}."
            if machine.release != reading.state.live and not reading.state.rolling:
                yield f"{machine.id} of {group.name} runs release {machine.release or '(none)'}."


def _data(reading: Reading) -> Iterator[str]:
    if reading.certificate != "issued":
        yield f"The certificate is not there: {reading.certificate}"
    if reading.database is None:
        yield "There is no database."
    elif reading.database.state not in {"available", "backing-up", "storage-optimization"}:
        yield f"The database is {reading.database.state}."
    for queue in reading.queues:
        if queue.name.endswith("-dead") and queue.waiting:
            yield f"{queue.name} holds {queue.waiting} messages that nobody could work off."


def _alarms(reading: Reading) -> Iterator[str]:
    for alarm in reading.alarms:
        if alarm.state == "ALARM" and not alarm.scales:
            yield f"Alarm {alarm.name}: {alarm.words}"
