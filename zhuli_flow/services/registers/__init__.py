"""Registers (台账): found, narrowed, ordered, totalled, compared, exported."""
