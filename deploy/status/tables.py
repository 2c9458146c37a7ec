"""Shows a reading."""

from rich.console import Console
from rich.table import Table

from deploy.status.reading import Reading

SHOWN_RELEASES = 5


def show(reading: Reading, console: Console) -> None:
    """Print all tables."""
    for table in (_machines, _groups, _queues, _alarms, _beats, _releases):
        console.print(table(reading))
    database = reading.database
    if database:
        console.print(
            f"Database {database.name}: {database.state}, MySQL {database.version}, {database.instance_class}, "
            f"{database.zones}, {database.storage_gb} GB"
        )
    console.print(f"Load balancer {reading.address or '(none)'}; certificate: {reading.certificate}")


def _machines(reading: Reading) -> Table:
    table = _table(
        "Machines",
        *("id", "group", "type", "state", "launched (UTC)", "public DNS", "public IP", "private DNS", "private IP"),
        *("zone", "release", "health"),
    )
    for group in reading.groups:
        for each in group.machines:
            table.add_row(
                *(each.id, group.name, each.instance_type, each.state, f"{each.launched_at:%Y-%m-%d %H:%M}"),
                *(each.public_dns or "–", each.public_ip or "–", each.private_dns, each.private_ip, each.zone),
                *(each.release or "–", reading.health.get(each.id, "unknown")),
            )
    return table


def _groups(reading: Reading) -> Table:
    table = _table("Groups", "name", "minimum", "wanted", "there", "maximum", "suspended")
    for group in reading.groups:
        numbers = (group.minimum, group.desired, len(group.machines), group.maximum)
        table.add_row(group.name, *(str(number) for number in numbers), ", ".join(group.suspended) or "–")
    return table


def _queues(reading: Reading) -> Table:
    table = _table("Queues", "name", "waiting", "taken", "oldest")
    for queue in reading.queues:
        age = "–" if queue.age_seconds is None else f"{queue.age_seconds:.0f} s"
        table.add_row(queue.name, str(queue.waiting), str(queue.taken), age)
    return table


def _alarms(reading: Reading) -> Table:
    table = _table("Alarms", "name", "state", "words")
    for alarm in reading.alarms:
        table.add_row(alarm.name, alarm.state, alarm.words)
    return table


def _beats(reading: Reading) -> Table:
    table = _table("Components", "name", "process", "said", "release", "a second", "latency", "busy", "memory")
    for beat in reading.beats:
        age = (reading.at - beat.at).total_seconds()
        table.add_row(
            *(beat.component, beat.instance, f"{age:.0f} s ago", beat.release, f"{beat.rate:.1f}"),
            *(f"{beat.latency_seconds * 1000:.0f} ms", f"{beat.utilisation:.0%}", f"{beat.memory_bytes / 1e6:.0f} MB"),
        )
    return table


def _releases(reading: Reading) -> Table:
    table = _table("Releases", "number", "subject", "ended (UTC)", "result", "words")
    for each in reversed(reading.state.outcomes[-SHOWN_RELEASES:]):
        subject = reading.subjects.get(each.release, "")
        table.add_row(each.release, subject, f"{each.ended_at:%Y-%m-%d %H:%M}", each.result, each.words)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
