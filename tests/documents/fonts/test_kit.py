"""The print faces are made once, of what can be had, and are what their manifest says."""

import shutil
import stat
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from zhuli_flow.documents.fonts import kit as fontkit
from zhuli_flow.documents.fonts import outlines, repertoire, roles, sources
from zhuli_flow.documents.fonts.sources import FANDOL, NOTO, Shelf
from zhuli_flow.errors import IntegrityBroken, NotFound, ZhuliError

COMMON, RARE, BEYOND = "甲乙1，", "喆", "龑"
NOTO_FILES = {
    "NotoSerifCJK-Regular.ttc": "Noto Serif CJK SC",
    "NotoSerifCJK-Bold.ttc": "Noto Serif CJK SC",
    "NotoSansCJK-Regular.ttc": "Noto Sans CJK SC",
}
FANDOL_FILES = [f"Fandol{style}-Regular.otf" for style in ("Fang", "Hei", "Kai", "Song")]

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb: not a Debian machine")


def draw(pen):
    """A ring: an outer circle, counter-clockwise as PostScript has it, and an inner one."""
    for radius, sign in ((400, 1), (200, -1)):
        k = radius * 0.5523
        pen.moveTo((500 + radius, 400))
        for (ax, ay), (bx, by), (x, y) in (
            ((radius, k), (k, radius), (0, radius)),
            ((-k, radius), (-radius, k), (-radius, 0)),
            ((-radius, -k), (-k, -radius), (0, -radius)),
            ((k, -radius), (radius, -k), (radius, 0)),
        ):
            pen.curveTo((500 + ax, 400 + sign * ay), (500 + bx, 400 + sign * by), (500 + x, 400 + sign * y))
        pen.closePath()


def make_font(path: Path, characters: str, family: str = "Fandol") -> Path:
    """A CFF font with a metric of its own, a ring for every character."""
    names = [".notdef", *(f"u{ord(char):X}" for char in characters)]
    made = FontBuilder(1000, isTTF=False)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(char): f"u{ord(char):X}" for char in characters})
    shapes = {}
    for name in names:
        pen = T2CharStringPen(1000, None)
        if name not in {".notdef", "u31"}:
            draw(pen)
        shapes[name] = pen.getCharString()
    made.setupCFF("Test-Regular", {"FullName": "Test"}, shapes, {})
    made.setupHorizontalMetrics({name: (500 if name == "u31" else 1000, 100) for name in names})
    made.setupHorizontalHeader(ascent=1151, descent=-286)
    made.setupNameTable({"familyName": family, "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """A folder with small fonts under the names of the real ones: Fandol lacks what is rare."""
    folder = tmp_path_factory.mktemp("originals")
    for name, family in NOTO_FILES.items():
        make_font(folder / name, COMMON + RARE + BEYOND, family)
    for name in FANDOL_FILES:
        make_font(folder / name, COMMON)
    (folder / "copyright").write_text("SIL OFL 1.1")
    (folder / "COPYING.gz").write_bytes(b"GPL 3")
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own, and a repertoire of six characters."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ZHULI_FONTS", str(folder))
    monkeypatch.setattr(repertoire, "needed", lambda: frozenset(COMMON + RARE))
    monkeypatch.setattr(fontkit, "_digest", lambda: "test")
    return folder


@pytest.fixture
def offline(monkeypatch):
    """Nothing comes from this machine's system or from the network."""
    real = fontkit.Shelf
    monkeypatch.setattr(fontkit, "Shelf", lambda scratch, origin: real(scratch, origin, Path("/nonexistent"), False))


def test_a_kit_has_one_face_a_role_with_the_metrics_of_the_em_box(originals, cache):
    told = []
    kit = fontkit.install(originals, told.append)
    assert told == ["正在取得字体", "正在转换字形"]
    assert [one.role for one in kit.faces] == list(roles.TITLES)
    assert kit.substitutes() == []
    for one in kit.faces:
        with TTFont(kit.folder / one.file) as font:
            assert font["name"].getDebugName(1) == one.family
            hhea, os2 = font["hhea"], font["OS/2"]
            assert (hhea.ascent, hhea.descent, hhea.lineGap) == (880, -120, 0)
            assert (os2.sTypoAscender, os2.sTypoDescender, os2.usWinAscent, os2.usWinDescent) == (880, -120, 880, 120)
            assert "glyf" in font
            assert len(font.getBestCmap()) == one.characters
    assert {one.role: one.characters for one in kit.faces} == {
        "fangsong": 4,
        "xiaobiaosong": 5,
        "heiti": 4,
        "kaiti": 4,
        "songti": 4,
        "rare": 2,
        "rare_hei": 1,
    }
    assert fontkit.verify() == kit
    beside = {path.name for path in kit.folder.iterdir()}
    assert {"texlive-lang-chinese-COPYING.gz", "fonts-noto-cjk-copyright", "README"} <= beside
    assert [path.name for path in cache.iterdir() if path.name != ".lock"] == [kit.folder.name]


def test_what_the_roles_lack_the_rare_faces_print(originals):
    kit = fontkit.install(originals)
    for role in roles.OWN:
        assert roles.missing_glyphs(COMMON + RARE + BEYOND + "龘", role, kit) == ["龘"]


def test_a_kit_is_made_once_and_made_anew_when_it_was_changed(originals):
    kit = fontkit.install(originals)
    face = kit.folder / kit.faces[0].file
    made = face.stat().st_mtime_ns
    fontkit.install(originals)
    assert face.stat().st_mtime_ns == made
    data = bytearray(face.read_bytes())
    data[-1] ^= 1
    face.write_bytes(data)
    with pytest.raises(IntegrityBroken, match=r"zl-fangsong\.ttf") as caught:
        fontkit.verify()
    assert caught.value.fix == "zhuli fonts install"
    assert fontkit.install(originals) == kit
    assert fontkit.verify() == kit


def test_the_same_originals_give_the_same_bytes(originals, cache, monkeypatch):
    first = fontkit.install(originals)
    monkeypatch.setenv("ZHULI_FONTS", str(cache / "second"))
    assert [one.sha256 for one in fontkit.install(originals).faces] == [one.sha256 for one in first.faces]


def test_without_fandol_noto_stands_in_and_it_is_told_until_fandol_comes(originals, tmp_path, offline):
    noto = tmp_path / "noto"
    noto.mkdir()
    for name in NOTO_FILES:
        shutil.copy(originals / name, noto)
    kit = fontkit.install(noto)
    assert kit.substitutes() == ["仿宋", "黑体", "楷体", "宋体"]
    assert kit.face("fangsong").origin == "NotoSerifCJK-Regular.ttc"
    again = fontkit.install(noto)
    assert again == kit
    assert fontkit.install(originals).substitutes() == []


def test_without_any_original_the_commands_are_told(tmp_path, offline):
    with pytest.raises(NotFound) as caught:
        fontkit.install(tmp_path)
    assert "apt-get update" in caught.value.fix
    assert "--from" in caught.value.fix
    assert fontkit.installed() is None
    with pytest.raises(NotFound, match="没有完整的印制字体"):
        fontkit.verify()


def test_an_interrupted_making_leaves_no_kit_and_the_next_one_sweeps_up(originals, cache, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fontkit, "_keep_licences", stop)
        with pytest.raises(KeyboardInterrupt):
            fontkit.install(originals)
    assert fontkit.installed() is None
    assert list(cache.glob(".building-*"))
    fontkit.install(originals)
    assert not list(cache.glob(".building-*"))


def test_a_cache_that_cannot_be_written_says_what_to_do(tmp_path, monkeypatch, originals):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZHULI_FONTS", str(tmp_path / "file" / "fonts"))
    with pytest.raises(ZhuliError, match="不能在") as caught:
        fontkit.install(originals)
    assert "ZHULI_FONTS" in caught.value.fix


def test_the_kit_s_place_changes_with_what_it_is_to_hold(monkeypatch):
    monkeypatch.undo()
    before = fontkit.kit_folder()
    fontkit._digest.cache_clear()
    monkeypatch.setattr(repertoire, "EXTRA", "甲")
    assert fontkit.kit_folder() != before
    fontkit._digest.cache_clear()


def package(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    """A Debian package with these files."""
    tree = folder / name
    for path, data in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n"
    )
    out = folder / f"{name}_1_all.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, out], check=True, capture_output=True)
    shutil.rmtree(tree)
    return out


@needs_dpkg
def test_packages_in_a_folder_serve_where_there_is_no_network(tmp_path, originals):
    folder = tmp_path / "debs"
    fandol = {f"{FANDOL.fonts}/{name}": (originals / name).read_bytes() for name in FANDOL_FILES}
    package(folder, FANDOL.name, {**fandol, FANDOL.documents[0]: b"GPL", "usr/share/doc/other": b"x"})
    noto = {f"{NOTO.fonts}/{name}": (originals / name).read_bytes() for name in NOTO_FILES}
    package(folder, NOTO.name, {**noto, NOTO.documents[0]: b"OFL"})
    kit = fontkit.install(folder)
    assert kit.substitutes() == []
    assert (kit.folder / "texlive-lang-chinese-COPYING.gz").read_bytes() == b"GPL"
    assert (kit.folder / "fonts-noto-cjk-copyright").read_bytes() == b"OFL"


@needs_dpkg
def test_a_package_is_fetched_with_the_system_s_client_and_not_installed(tmp_path, monkeypatch):
    made = package(tmp_path / "archive", FANDOL.name, {f"{FANDOL.fonts}/FandolFang-Regular.otf": b"font"})
    tools = tmp_path / "tools"
    tools.mkdir()
    client = tools / "apt-get"
    client.write_text(f'#!/bin/sh\necho "$@" >"{tmp_path}/asked"\ncp "{made}" .\n')
    client.chmod(client.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    shelf = Shelf(scratch, root=Path("/nonexistent"))
    found = shelf.find(FANDOL, "FandolFang-Regular.otf")
    assert found is not None
    assert found.read_bytes() == b"font"
    assert (tmp_path / "asked").read_text().split() == ["--quiet", "download", "texlive-lang-chinese"]
    assert shelf.find(FANDOL, "FandolNone.otf") is None


def test_a_client_that_fails_or_is_absent_means_that_the_package_cannot_be_had(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert sources.download("x", tmp_path) is None
    monkeypatch.setattr(sources.shutil, "which", lambda _: "/bin/false")
    assert sources.download("x", tmp_path) is None


def test_unpacking_takes_plain_files_under_the_named_paths_and_nothing_else(tmp_path, monkeypatch):
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as files:
        for name in ("./usr/fonts/a.otf", "./usr/fonts/../../../b.otf", "./etc/passwd"):
            member = tarfile.TarInfo(name)
            member.size = 1
            files.addfile(member, BytesIO(b"x"))
        link = tarfile.TarInfo("./usr/fonts/c.otf")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        files.addfile(link)
    archive = tmp_path / "x_1.deb"
    archive.write_bytes(out.getvalue())
    tool = tmp_path / "dpkg-deb"
    tool.write_text(f'#!/bin/sh\ncat "{archive}"\n')
    tool.chmod(0o755)
    monkeypatch.setattr(sources.shutil, "which", lambda _: str(tool))
    top = tmp_path / "deep" / "er" / "top"
    sources.unpack(archive, top, ["usr/fonts/"])
    assert [path.name for path in tmp_path.rglob("*.otf")] == ["a.otf"]
    archive.write_bytes(b"no archive")
    with pytest.raises(NotFound, match="打不开"):
        sources.unpack(archive, top, ["usr/fonts/"])


def area(font: TTFont, char: str) -> float:
    glyphs, pen = font.getGlyphSet(), AreaPen()
    glyphs[font.getBestCmap()[ord(char)]].draw(pen)
    return pen.value


def test_the_converted_outline_encloses_what_the_original_does_the_other_way_round(tmp_path):
    source = make_font(tmp_path / "a.otf", COMMON)
    target = tmp_path / "a.ttf"
    order = outlines.FaceOrder(source, 0, "ZL Test", True, COMMON + RARE, target)
    assert outlines.make_face(order) == len(COMMON)
    with TTFont(source) as before, TTFont(target) as after:
        assert area(before, "甲") > 0
        assert area(after, "甲") == pytest.approx(-area(before, "甲"), rel=0.005)
        assert area(after, "1") == 0
        assert after["hmtx"][after.getBestCmap()[ord("1")]][0] == 500
        assert after["OS/2"].usWeightClass == 700
        glyph = after["glyf"][after.getBestCmap()[ord("甲")]]
        assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == (100, 0, 900, 800)


def test_a_face_is_found_in_a_collection_by_its_family(tmp_path):
    path = make_font(tmp_path / "a.otf", COMMON, "Noto Serif CJK SC")
    assert outlines.index_of(path, "Noto Serif CJK SC") == 0
    with pytest.raises(LookupError, match="no face"):
        outlines.index_of(path, "Noto Serif CJK TC")
    assert outlines.characters_of(path) == frozenset(COMMON)


def test_every_form_of_step_is_read_back_as_it_was_written():
    xs, ys = [0, 5, 5, -250, -600, 700], [0, 0, 255, 256, -1000, 3]
    glyph = Glyph(outlines._packed(outlines.Outline(xs, ys, [1, 1, 0, 1, 0, 1], [5])))
    glyph.expand(None)
    assert list(glyph.coordinates) == list(zip(xs, ys, strict=True))
    assert glyph.endPtsOfContours == [5]
    assert [flag & 1 for flag in glyph.flags] == [1, 1, 0, 1, 0, 1]
