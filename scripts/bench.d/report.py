"""How figures are printed: a heading, a line a figure, its ratio, its aim and whether that is met."""

from __future__ import annotations


def heading(what: str, unit: str) -> None:
    """A contest's name above its figures."""
    print(f"\n{what}\n  {'':<36}{unit:>10}")


def line(name: str, rate: float | None, ratio: float | None = None, of: str = "", aim: float | None = None) -> None:
    """One figure; with an aim, also whether it is met."""
    figure = "" if rate is None else f"{rate:,.0f}"
    told = "" if ratio is None else f"{ratio:5.2f} × {of}"
    judged = "" if aim is None or ratio is None else verdict("≥", aim, ratio >= aim)
    print(f"  {name:<36}{figure:>10}  {told:<34}{judged}".rstrip())


def verdict(sign: str, aim: float, met: bool) -> str:
    """An aim and whether it is met."""
    return f"  aim {sign} {aim:g}: {'met' if met else 'NOT MET'}"
