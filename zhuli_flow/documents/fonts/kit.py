"""Making the kit of print faces, once a machine: originals found or fetched, faces made of them, all of it verifiable.

A kit is built beside the place it will have and moved there when its manifest is written, so an interrupted run leaves
the old kit, or none, and the next run starts afresh.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zhuli_flow.documents.fonts import repertoire, roles
from zhuli_flow.documents.fonts.roles import Face, Kit
from zhuli_flow.documents.fonts.sources import FANDOL, NOTO, Package, Shelf
from zhuli_flow.errors import IntegrityBroken, NotFound, ZhuliError
from zhuli_flow.support.scratch import scratch

APT = "sudo apt-get update && apt-get download texlive-lang-chinese fonts-noto-cjk"
"""How the originals are had by hand, on any Debian machine that has a network."""
_RECIPE = "2"  # changes whenever the same originals would give other faces
_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Original:
    """A font file of a package; ``family`` picks the face in a collection, "" in a plain file."""

    package: Package
    file: str
    family: str = ""


_SERIF = Original(NOTO, "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC")
_SERIF_BOLD = Original(NOTO, "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC")
_SANS = Original(NOTO, "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the face of a role is made: of the first of its originals that can be had."""

    role: str
    family: str
    originals: tuple[Original, ...]


RECIPES = (
    Recipe("fangsong", "ZL FangSong", (Original(FANDOL, "FandolFang-Regular.otf"), _SERIF)),
    Recipe("xiaobiaosong", "ZL XiaoBiaoSong", (_SERIF_BOLD,)),
    Recipe("heiti", "ZL HeiTi", (Original(FANDOL, "FandolHei-Regular.otf"), _SANS)),
    Recipe("kaiti", "ZL KaiTi", (Original(FANDOL, "FandolKai-Regular.otf"), _SERIF)),
    Recipe("songti", "ZL SongTi", (Original(FANDOL, "FandolSong-Regular.otf"), _SERIF)),
    Recipe("rare", "ZL Rare", (_SERIF,)),
    Recipe("rare_hei", "ZL Rare Hei", (_SANS,)),
)


def kit_folder() -> Path:
    """Return where the kit of this version of the program belongs, whether it is there or not."""
    return roles.cache_folder() / f"{_RECIPE}-{_digest()}"


@lru_cache(maxsize=1)
def _digest() -> str:
    told = repr((_RECIPE, RECIPES, repertoire.EXTRA)).encode() + repertoire.TABLE.read_bytes()
    return hashlib.sha256(told).hexdigest()[:12]


def installed() -> Kit | None:
    """Return the kit of this version if it is there; its bytes are not looked at (``verify`` does that)."""
    return roles.read_kit(kit_folder())


def verify() -> Kit:
    """Return the kit, each file compared with its SHA-256. NotFound without a kit, IntegrityBroken after a change."""
    kit = installed()
    if kit is None:
        raise NotFound(f"{kit_folder()} 中没有完整的印制字体", fix="zhuli fonts install")
    broken = [one.file for one in kit.faces if _sha256(kit.folder / one.file) != one.sha256]
    if broken:
        raise IntegrityBroken(f"印制字体与建立时不符：{'、'.join(broken)}", fix="zhuli fonts install")
    return kit


def install(origin: Path | None = None, say: Callable[[str], None] = lambda _: None) -> Kit:
    """Make the kit, unless a whole one is there that holds no substitute; return it.

    ``origin`` is a folder with the originals (font files or .deb packages) for a machine without a network; ``say`` is
    told each step in Chinese. NotFound when the originals can't be had, ZhuliError without room or right to write.
    """
    folder = kit_folder()
    try:
        with _locked(folder.parent):
            present = _sound()
            if present and not any(one.substitute for one in present.faces):
                return present
            return _build(folder, origin, say, present)
    except OSError as error:
        fix = "请核对该文件夹的权限和余量，或用环境变量 ZHULI_FONTS 另指一个文件夹"
        raise ZhuliError(f"不能在 {folder.parent} 中建立印制字体（{error.strerror}）", fix=fix) from error


def _sound() -> Kit | None:
    try:
        return verify()
    except (NotFound, IntegrityBroken):
        return None


@contextmanager
def _locked(parent: Path) -> Iterator[None]:
    """One builder at a time; what a killed one left is swept away."""
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in parent.glob(f"{_BUILDING}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _build(folder: Path, origin: Path | None, say: Callable[[str], None], present: Kit | None) -> Kit:
    with scratch() as store:
        say("正在取得字体")
        shelf = Shelf(store, origin)
        chosen = [_choose(recipe, shelf) for recipe in RECIPES]
        lacking = any(
            original is not recipe.originals[0] for recipe, (original, _) in zip(RECIPES, chosen, strict=True)
        )
        if lacking and present is not None:
            return present  # nothing better than what is there
        making = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=folder.parent))
        say("正在转换字形")
        faces = _make(making, chosen)
        _keep_licences(making, shelf)
        (making / roles.MANIFEST).write_text(Kit(making, faces).text(), "utf-8")
        return _move(making, folder, faces)


def _move(making: Path, folder: Path, faces: tuple[Face, ...]) -> Kit:
    """The finished kit takes its place; what stood there goes."""
    making.chmod(0o755)
    if folder.exists():
        folder.rename(making.with_name(f"{making.name}-old"))
        shutil.rmtree(making.with_name(f"{making.name}-old"), ignore_errors=True)
    making.rename(folder)
    return Kit(folder, faces)


def _choose(recipe: Recipe, shelf: Shelf) -> tuple[Original, Path]:
    for original in recipe.originals:
        found = shelf.find(original.package, original.file)
        if found:
            return original, found
    file, package = recipe.originals[-1].file, recipe.originals[-1].package.name
    fix = f"请先联网运行 sudo apt-get update，或在另一台机器上运行 {APT}，再 zhuli fonts install --from 所在文件夹"
    raise NotFound(f"没有字体文件 {file}，也取不到软件包 {package}", fix=fix)


def _make(making: Path, chosen: Sequence[tuple[Original, Path]]) -> tuple[Face, ...]:
    """Make all faces, one process a core, the longest first."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    from zhuli_flow.documents.fonts import outlines

    indexes = [outlines.index_of(path, original.family) if original.family else 0 for original, path in chosen]
    texts = _texts([outlines.characters_of(path, at) for (_, path), at in zip(chosen, indexes, strict=True)])
    orders = [
        outlines.FaceOrder(path, at, recipe.family, recipe.role == "xiaobiaosong", text, making / _file(recipe))
        for recipe, (_, path), at, text in zip(RECIPES, chosen, indexes, texts, strict=True)
    ]
    longest = sorted(orders, key=lambda order: -len(order.characters))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(orders), os.cpu_count() or 1), mp_context=context) as pool:
        counts = dict(zip(longest, pool.map(outlines.make_face, longest), strict=True))
    made = zip(RECIPES, chosen, orders, strict=True)
    return tuple(_face(recipe, original, order.target, counts[order]) for recipe, (original, _), order in made)


def _texts(covered: Sequence[frozenset[str]]) -> list[str]:
    """Return which characters each recipe's face is to hold: a role what is needed, the rare ones what roles lack."""
    needed = repertoire.needed()
    by_role = dict(zip((recipe.role for recipe in RECIPES), covered, strict=True))
    ideographs = {char for char in by_role["rare"] if repertoire.is_ideograph(ord(char))}
    common = frozenset.intersection(*(by_role[role] for role in roles.OWN))
    rare = {"rare": (needed | ideographs) - (common & needed), "rare_hei": needed - by_role["heiti"]}
    return ["".join(sorted((rare.get(role, needed)) & by_role[role])) for role in by_role]


def _file(recipe: Recipe) -> str:
    return f"zl-{recipe.role.replace('_', '-')}.ttf"


def _face(recipe: Recipe, original: Original, path: Path, count: int) -> Face:
    """The manifest's line for a face that was made; it reaches the disk before the manifest does."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    substitute = original is not recipe.originals[0]
    return Face(
        recipe.role, recipe.family, path.name, _sha256(path), path.stat().st_size, count, original.file, substitute
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep_licences(making: Path, shelf: Shelf) -> None:
    for package in (FANDOL, NOTO):
        for place in shelf.documents(package):
            shutil.copyfile(place, making / f"{package.name}-{place.name}")
    (making / "README").write_text(_NOTICE, "utf-8")


_NOTICE = """\
Print faces made on this machine by zhuli_flow from free fonts: fewer characters, TrueType outlines, other line metrics,
other names. Fandol (faces FangSong, HeiTi, KaiTi, SongTi) is under the GNU GPL 3 with the font exception, Noto CJK
(XiaoBiaoSong, Rare, Rare Hei) under the SIL Open Font License 1.1; their texts lie beside this file. The exception and
the OFL let documents embed these faces freely. Whoever passes the font files themselves on passes on these terms.
"""
