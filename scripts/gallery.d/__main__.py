"""Prints the gallery over all cores, measures every paper with the ruler, and tells the worst deviation of each row.

Ends with 7 when a paper is beyond tolerance or does not print.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter

import cases
import sheet
from worker import Result, begin, work

from zhuli_flow.documents.ruler.judge import tolerance
from zhuli_flow.documents.ruler.table import RULES

BEYOND = 7


def run(chosen: Sequence[cases.Case], out: Path | None) -> list[Result]:
    """All cases over all cores, with a bar."""
    results: list[Result] = []
    begun = perf_counter()
    with ProcessPoolExecutor(os.cpu_count() or 1, initializer=begin, initargs=(out,)) as pool:
        for result in pool.map(work, chosen):
            results.append(result)
            bar(len(results), len(chosen), perf_counter() - begun, sum(map(is_wrong, results)))
    return results


def bar(done: int, total: int, seconds: float, wrong: int) -> None:
    """Draw how far it is, on stderr, when somebody watches."""
    if not sys.stderr.isatty() and done != total and done % 50:
        return
    full = 30 * done // total
    left = seconds / done * (total - done)
    end = "\r" if sys.stderr.isatty() and done < total else "\n"
    print(
        f"[{'█' * full}{'·' * (30 - full)}] {done}/{total}  不合格 {wrong}  余 {left:.0f} s   ",
        end=end,
        file=sys.stderr,
    )


def is_wrong(result: Result) -> bool:
    """Whether it failed or any row is beyond tolerance."""
    return bool(result.failed) or any(not right for _, _, right in result.rows.values())


def table(results: Iterable[Result]) -> None:
    """The worst deviation of each row, and in which paper."""
    kept = list(results)
    print(f"{'行':<18}{'条款':<9}{'量了':>6}{'最大偏差':>12}{'允许':>16}{'不合格':>5}  在")
    for rule in RULES:
        found = [(one.rows[rule.code], one.case.name) for one in kept if rule.code in one.rows]
        if not found:
            continue
        (off, _, _), name = max(found, key=lambda item: abs(item[0][0]))
        wrong = sum(not right for (_, _, right), _ in found)
        worst = f"{off:+.3f} {rule.unit}" if rule.tolerance else f"{off:g} {rule.unit}"
        where = name if abs(off) > 0.0005 else ""
        print(f"{rule.code:<18}{rule.clause:<9}{len(found):>6}{worst:>14}{tolerance(rule):>16}{wrong:>6}  {where}")


def lengths(results: Iterable[Result]) -> tuple[float, str]:
    """The worst deviation of all rows that are lengths with one right value, and where."""
    exact = {rule.code for rule in RULES if rule.unit == "mm" and rule.high is None}
    found = [
        (abs(off), f"{code}（{one.case.name}：{measured}）")
        for one in results
        for code, (off, measured, _) in one.rows.items()
        if code in exact
    ]
    return max(found, default=(0.0, ""))


def main() -> int:
    """Run the gallery; returns the exit code."""
    reader = argparse.ArgumentParser(prog="scripts/gallery", description="印出全部样张和难例，用尺子逐张量过。")
    reader.add_argument("--quick", action="store_true", help="全部样例，难例每九张取一张")
    reader.add_argument("--generated", type=int, metavar="份数", help="只印按序列抽出的公文")
    reader.add_argument("--only", default="", metavar="文字", help="只印名称含有这些字的")
    reader.add_argument("--out", type=Path, metavar="文件夹", help="把各页图片和目录 index.html 写到这里")
    told = reader.parse_args()
    begun = perf_counter()
    chosen = cases.quick() if told.quick else list(cases.everything())
    chosen = list(cases.generated(told.generated)) if told.generated else chosen
    chosen = [case for case in chosen if told.only in case.name]
    if told.out:
        told.out.mkdir(parents=True, exist_ok=True)
    results = run(chosen, told.out)
    table(results)
    wrong = [one for one in results if is_wrong(one)]
    for one in wrong[:40]:
        rows = "；".join(f"{code} {measured}" for code, (_, measured, right) in one.rows.items() if not right)
        print(f"不合格 {one.case.group} {one.case.name}：{one.failed or rows}")
    off, where = lengths(results)
    pages = sum(one.pages for one in results)
    print(f"\n{len(results)} 份 {pages} 页，{len(wrong)} 份不合格，{perf_counter() - begun:.0f} s")
    print(f"最大偏差 {off:.3f} mm：{where}")
    if told.out:
        print(f"目录：{sheet.index(told.out, results)}")
    return BEYOND if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
