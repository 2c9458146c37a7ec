"""List prices from `prices.toml`, in dollars. A price that is not there is None, which is not nothing."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parent / "prices.toml"


@dataclass(frozen=True)
class Prices:
    """The prices of one region."""

    region: str
    spot_share: float  # what a Spot instance costs, as a part of the price on demand
    table: Mapping[str, Mapping[str, Any]]

    def of(self, service: str, item: str) -> float | None:
        """Look up what one unit of an item costs; None if nobody wrote it down."""
        price = self.table.get(service, {}).get(self.region, {}).get(item)
        return None if price is None else float(price)

    def instance_hour(self, instance_type: str, *, spot: bool) -> float | None:
        """Give what a machine costs for an hour."""
        price = self.of("ec2", instance_type)
        return price if price is None or not spot else price * self.spot_share

    @property
    def unchecked(self) -> list[str]:
        """The services whose prices nobody has looked up."""
        return [name for name, service in self.table.items() if not service["checked"]]

    @property
    def oldest(self) -> date:
        """The day from which the oldest of the prices are."""
        oldest: date = min(service["dated"] for service in self.table.values())
        return oldest


@cache
def read_prices(region: str) -> Prices:
    """Read the prices of a region; one that the table does not know has none."""
    table = tomllib.loads(TABLE.read_text())
    share = table.pop("spot")["share"]
    return Prices(region, share, table)
