"""What a cell shows of the value it holds (ECMA-376, 18.8.31): a format may round, scale, or hide it altogether.

Only as much is made of a format as tells whether a person who looks at the cell reads another value there: no colours,
no columns that are too narrow, no names of months.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

_TOKEN = re.compile(
    r'"([^"]*)"?|[\\!](.)|_.|\*.|\[([^\]]*)\]|(G/通用格式|General)|(E[+-])|(.)', re.IGNORECASE | re.DOTALL
)
_SECTION = re.compile(r'(?:"[^"]*"?|[\\!].|\[[^\]]*\]|[^;"\\!\[])*', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_SIGNS = frozenset("0#?")
_NUMERAL = re.compile(r"[^0-9.eE+-]")

Sort = Literal["literal", "digit", "point", "comma", "percent", "exponent", "slash", "text", "general"]


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a format and what it prints as itself."""

    sort: Sort
    text: str


def shows_number(held: Decimal, code: str) -> str | None:
    """What is read instead of ``held`` under the format ``code``; None where the same number is read."""
    tokens, number = _chosen(code, held)
    shown = _shown(tokens, number)
    return None if shown is None or _read(shown, held, tokens) == held else shown


def shows_digits(held: Decimal, code: str) -> str | None:
    """The same for a number that is taken as text, where 00123 is another telephone than 123."""
    shown = _shown(*_chosen(code, held))
    return None if shown is None or shown.strip() == f"{held:f}" else shown


def shows_text(held: str, code: str) -> str | None:
    """What is read instead of the text ``held``; None where just that is read."""
    sections = _sections(code)
    last = sections[-1]
    tokens = list(_tokens(sections[3] if len(sections) > 3 else last if "@" in last else "@"))
    shown = "".join(held if token.sort == "text" else token.text for token in tokens)
    return None if shown.strip() == held.strip() else shown


def shows_date(code: str) -> str | None:
    """What a format leaves out of any date (年、月、日); None when all three can be read."""
    bare = re.sub(r'"[^"]*"?|\\.|\[[^\]]*\]', "", code.partition(";")[0]).lower()
    clock = re.sub(r"h+:m+|m+:s+", "", bare)
    kept = {"年": "[ye]", "月": "m", "日": r"d(?!dd)|(?<!d)d{1,2}(?!d)"}
    missing = [word for word, sign in kept.items() if not re.search(sign, clock)]
    return f"没有{'、'.join(missing)}的日期" if missing and bare.strip() not in {"", "general", "@"} else None


def _sections(code: str) -> list[str]:
    found, at = [], 0
    while True:
        section = _SECTION.match(code, at)
        end = section.end() if section else len(code)
        found.append(code[at:end])
        if end >= len(code):
            return found
        at = end + 1


def _chosen(code: str, held: Decimal) -> tuple[list[_Token], Decimal]:
    """The section that is used for a number, and the number as that section is given it: without its sign, mostly."""
    sections = _sections(code)
    asked = [_CONDITION.search(section) for section in sections]
    if any(asked):
        for section, found in zip(sections, asked, strict=True):
            if found is None or _meets(held, found[1], Decimal(found[2])):
                return list(_tokens(section)), held
        return [_Token("literal", "#" * 8)], held
    if len(sections) > 1 and held < 0:
        return list(_tokens(sections[1])), abs(held)
    return list(_tokens(sections[2] if len(sections) > 2 and not held else sections[0])), held


def _meets(held: Decimal, sign: str, limit: Decimal) -> bool:
    return {
        "<": held < limit,
        "<=": held <= limit,
        ">": held > limit,
        ">=": held >= limit,
        "=": held == limit,
        "<>": held != limit,
    }[sign]


_PLAIN: dict[str, Sort] = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "text"}


def _tokens(section: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(section):
        quoted, escaped, bracket, general, exponent, char = found.groups()
        if quoted is not None or escaped is not None:
            yield _Token("literal", quoted if quoted is not None else escaped)
        elif bracket is not None:
            yield _Token("literal", bracket[1:].partition("-")[0] if bracket.startswith("$") else "")
        elif general or exponent:
            yield _Token("general" if general else "exponent", "")
        elif char:
            yield _Token("digit" if char in _SIGNS else _PLAIN.get(char, "literal"), char)


def _shown(tokens: Sequence[_Token], number: Decimal) -> str | None:
    """The number in its format; None for a format that shows it as it is."""
    sorts = [token.sort for token in tokens]
    if "general" in sorts or "text" in sorts:
        around = [token.text if token.sort == "literal" else "" for token in tokens]
        return None if not any(around) else "".join(around[:1]) + f"{number:f}" + "".join(around[1:])
    if "digit" not in sorts:
        return "".join(token.text for token in tokens)
    if "slash" in sorts:
        return _fraction(tokens, number)
    if "exponent" in sorts:
        places = sum(sort == "digit" for sort in sorts[_point(sorts) : sorts.index("exponent")])
        return f"{number:.{places}E}"
    return _fixed(tokens, sorts, number)


def _point(sorts: Sequence[Sort]) -> int:
    return sorts.index("point") if "point" in sorts else len(sorts)


def _fixed(tokens: Sequence[_Token], sorts: Sequence[Sort], number: Decimal) -> str:
    """Digits put into their places from the right; a comma behind the last place of the whole part divides by 1000."""
    point = _point(sorts)
    whole = [at for at in range(point) if sorts[at] == "digit"]
    behind = [at for at in range(point, len(sorts)) if sorts[at] == "digit"]
    end = (whole or [point])[-1]
    thousands = sum(sorts[at] == "comma" for at in range(end + 1, len(sorts)))
    scaled = abs(number).scaleb(2 * sorts.count("percent") - 3 * thousands)
    rounded = scaled.quantize(Decimal(1).scaleb(-len(behind)), ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    before = before.lstrip("0")
    while after.endswith("0") and tokens[behind[len(after) - 1]].text != "0":
        after = after[:-1]
    digits = dict(zip(reversed(whole), reversed(before[-len(whole) :] if whole else ""), strict=False))
    digits |= dict(zip(behind, after, strict=False))
    if whole and len(before) > len(whole):
        digits[whole[0]] = before[: len(before) - len(whole) + 1]
    return ("-" if number < 0 else "") + "".join(_printed(token, digits.get(at)) for at, token in enumerate(tokens))


def _printed(token: _Token, digits: str | None) -> str:
    if token.sort == "digit":
        return digits or ("0" if token.text == "0" else "")
    return "" if token.sort == "comma" else token.text


def _fraction(tokens: Sequence[_Token], number: Decimal) -> str:
    at = next(place for place, token in enumerate(tokens) if token.sort == "slash")
    below = sum(token.sort == "digit" for token in tokens[at:])
    return str(Fraction(number).limit_denominator(10 ** max(1, below) - 1))


def _read(shown: str, held: Decimal, tokens: Sequence[_Token]) -> Decimal | None:
    """The number a person reads in ``shown``; a sign or brackets before it make it negative."""
    if any(token.sort == "percent" for token in tokens) and held:
        return None
    if "/" in shown and any(token.sort == "slash" for token in tokens):
        return held if Fraction(shown) == Fraction(held) else None
    bare = _NUMERAL.sub("", shown)
    negative = "-" in bare[:1] or ("(" in shown and held < 0)
    try:
        return Decimal(bare.lstrip("+-")) * (-1 if negative else 1)
    except InvalidOperation:
        return None
