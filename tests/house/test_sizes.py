"""Functions and modules stay small: the limits in ratchet.toml hold, and only ever go down."""

import ast
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "zhuli_flow"
RATCHET = REPOSITORY / "tests/house/ratchet.toml"
LIMITS: dict[str, int] = tomllib.loads(RATCHET.read_text("utf-8"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def docstring_lines(function: Function) -> int:
    if ast.get_docstring(function) is None:
        return 0
    return _height(function.body[0])


def function_lines(function: Function) -> int:
    return _height(function) - docstring_lines(function)


def body_lines(function: Function) -> int:
    """Lines of code below the signature; 0 for a stub (``...``, or a docstring alone)."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body or (isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)):
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def _height(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def every_function() -> Iterator[tuple[str, Function]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for function in functions(ast.parse(path.read_text("utf-8"))):
            yield f"{path.relative_to(REPOSITORY)}:{function.lineno} {function.name}", function


def earlier_limits() -> Iterator[dict[str, int]]:
    """The ratchet at each commit that changed it; nothing outside a clone."""
    place = RATCHET.relative_to(REPOSITORY).as_posix()
    log = _git("log", "--format=%H", "--", place)
    return (tomllib.loads(text) for commit in log.split() if (text := _git("show", f"{commit}:{place}")))


def _git(*words: str) -> str:
    if shutil.which("git") is None:
        return ""
    return subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout


def test_no_function_is_longer_than_the_limit():
    long = {place: lines for place, f in every_function() if (lines := function_lines(f)) > LIMITS["function_lines"]}
    assert not long


def test_no_module_is_longer_than_the_limit():
    heights = {path: len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert not {str(path): lines for path, lines in heights.items() if lines > LIMITS["module_lines"]}


def test_half_of_all_functions_are_a_few_lines():
    bodies = [lines for _, function in every_function() if (lines := body_lines(function))]
    assert median(bodies) <= LIMITS["median_body_lines"]


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_only_goes_down(name):
    ceiling = {"function_lines": 40, "module_lines": 400, "median_body_lines": 8}[name]
    assert LIMITS[name] <= min([ceiling, *(earlier[name] for earlier in earlier_limits() if name in earlier)])


def test_the_ruler_measures_code_and_not_docstrings():
    source = 'def f(\n    a,\n):\n    """One\n\n    two."""\n    b = a\n    return b\n'
    (function,) = functions(ast.parse(source))
    assert (function_lines(function), docstring_lines(function), body_lines(function)) == (5, 3, 2)


def test_the_ruler_does_not_count_stubs():
    stubs = functions(ast.parse('def f(): ...\ndef g():\n    """Says."""\n'))
    assert [body_lines(stub) for stub in stubs] == [0, 0]
