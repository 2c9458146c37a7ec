"""A simulation as a picture: a column for each tier; load, machines, utilisation, waiting and cost downwards."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.errors import DeployError
from deploy.simulation.report import Result

INCHES_OF_COLUMN, INCHES_OF_ROW = 4.6, 1.7
DOTS_PER_INCH = 110
BLUE, ORANGE, RED, GREY = "#1f5fa8", "#c96a12", "#b3261e", "#8a8f98"
FORMATS = {".png", ".svg"}


class PictureFailed(DeployError):
    """The picture cannot be written there."""


def check_path(path: Path) -> None:
    """
    Look whether a picture can be there, before it takes long to make.

    :raises PictureFailed: in words.
    """
    if path.suffix.lower() not in FORMATS:
        raise PictureFailed(f"{path}: a picture's name ends with .png or .svg.")
    if not path.absolute().parent.is_dir():
        raise PictureFailed(f"{path}: there is no folder {path.absolute().parent}.")


def draw(results: Sequence[Result], path: Path) -> None:
    """
    Draw results into a PNG or SVG, by its ending.

    :raises PictureFailed: in words.
    """
    from matplotlib.figure import Figure  # takes a second, which no other command should wait

    check_path(path)
    rows = 5
    size = (INCHES_OF_COLUMN * len(results), INCHES_OF_ROW * rows)
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.subplots(rows, len(results), sharex=True, squeeze=False)
    for column, result in enumerate(results):
        _column(axes[:, column], result)
    try:
        figure.savefig(path)
    except OSError as error:
        raise PictureFailed(f"{path} cannot be written: {error.strerror}.") from None


def _column(axes: Any, result: Result) -> None:
    hours = [minute.number / 60 for minute in result.minutes]
    load, machines, busy, waits, cost = axes

    load.set_title(f"{result.model.name}, policies {result.policies}")
    load.plot(hours, [minute.in_service * result.model.rate for minute in result.minutes], color=GREY, label="capacity")
    load.plot(hours, [minute.load for minute in result.minutes], color=BLUE, label="load")
    load.set_ylabel(f"{result.model.unit}/s")
    load.legend(loc="upper left", fontsize="small", frameon=False)

    machines.step(hours, [minute.machines for minute in result.minutes], color=GREY, where="post", label="paid for")
    machines.step(hours, [minute.in_service for minute in result.minutes], color=BLUE, where="post", label="in service")
    machines.set_ylabel("machines")
    machines.yaxis.get_major_locator().set_params(integer=True)
    machines.legend(loc="upper left", fontsize="small", frameon=False)

    busy.plot(hours, [100 * minute.utilisation for minute in result.minutes], color=BLUE, linewidth=0.8)
    busy.set_ylabel("utilisation, %")
    busy.set_ylim(0, 105)

    waits.plot(hours, [minute.waits_seconds for minute in result.minutes], color=ORANGE)
    waits.set_yscale("symlog", linthresh=1)
    waits.set_ylabel(
        "waits, s" if not result.lost else f"waits, s\n({result.lost:,.0f} lost)", color=RED if result.lost else "black"
    )

    cost.plot(hours, [minute.dollars for minute in result.minutes], color=BLUE)
    cost.set_ylabel("dollars so far")
    cost.set_xlabel("hour")
    load.xaxis.get_major_locator().set_params(steps=[1, 2, 3, 4, 6, 10])
    for each in axes:
        each.grid(alpha=0.3)
        each.set_ylim(bottom=0)
    waits.set_ylim(top=max(1.0, 1.5 * max(minute.waits_seconds for minute in result.minutes)))
