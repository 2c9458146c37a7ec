"""An estimate as a table for the terminal."""

from collections.abc import Iterator
from dataclasses import asdict

from deploy.cost import Estimate, Line
from deploy.prices import Prices
from deploy.usage import Usage

ROW = "{:<14} {:<32} {:>10} {:<11} {:>9} {:>10}"


def cost_lines(shown: Estimate, usage: Usage, prices: Prices) -> Iterator[str]:
    """Say what each thing costs, the sum, what is not known, and what was assumed."""
    yield ROW.format("part", "what", "quantity", "unit", "price", "a month")
    part = ""
    for line in shown.lines:
        yield _row(line, "" if line.part == part else line.part)
        part = line.part
    yield ROW.format("", "sum" if not shown.unknown else "sum of what is known", "", "", "", f"${shown.dollars:,.2f}")
    yield from _unknown(shown, prices)
    yield "Assumed: " + ", ".join(f"{name} {value:g}" for name, value in asdict(usage).items()) + "."
    yield from provenance(prices)


def provenance(prices: Prices) -> Iterator[str]:
    """Say how much the prices can be trusted."""
    yield f"List prices of {prices.region} as of {prices.oldest}, without taxes and discounts (deploy/prices.toml)."
    if prices.unchecked:
        yield f"Written from memory and not looked up: {', '.join(prices.unchecked)}."


def _row(line: Line, part: str) -> str:
    if line.price is None:
        return ROW.format(part, line.what, f"{line.quantity:,.1f}", line.unit, "unknown", "unknown")
    price, dollars = f"{line.price:,.4f}", f"${line.dollars:,.2f}"
    return ROW.format(part, line.what, f"{line.quantity:,.1f}", line.unit, price, dollars)


def _unknown(shown: Estimate, prices: Prices) -> Iterator[str]:
    for line in shown.unknown:
        what = f"{line.part}: {line.what}, {line.quantity:,.1f} {line.unit}"
        yield f"No price known in {prices.region} for {what}. Add it to deploy/prices.toml."
