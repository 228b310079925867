"""The press prints what it is given, reaches nothing else, and never takes this process down with it."""

import hashlib
import http.server
import os
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from io import BytesIO

import pytest
from pypdf import PdfReader

from zhuli_flow.documents.printing import printer
from zhuli_flow.documents.printing.child import AssetFetcher
from zhuli_flow.documents.printing.printer import PrintFailed, PrintingChild, PrintJob, outcomes, to_pdf, to_pdfs
from zhuli_flow.documents.templates.catalog import packaged_notices
from zhuli_flow.support import confined

PAGE = "<!DOCTYPE html><html lang='zh-CN'><head><title>x</title></head><body>{}</body></html>"

FLEX = "<div style='display:flex'>" * 14 + "x" + "</div>" * 14  # each level doubles the work


def printed(body, timeout_s=20, assets=None, **about):
    settled = {"title": "试验", "author": "某省科协", "subject": "函", "identifier": "试验-1"} | about
    return to_pdf(PAGE.format(body), assets=assets or packaged_notices(), timeout_s=timeout_s, **settled)


def test_the_same_paper_has_the_same_bytes_alone_and_in_a_batch():
    job = PrintJob(PAGE.format("法库县"), "试验", "某省科协", "函", "试验-1")
    other = PrintJob(PAGE.format("昌图县"), "另一件", "某省科协", "函", "试验-2")
    first = to_pdfs([other, job], assets=packaged_notices())
    alone = printed("法库县")
    assert hashlib.sha256(alone).hexdigest() == hashlib.sha256(first[1]).hexdigest()
    assert first[0] != first[1]
    changed = printed("法库县", identifier="试验-3")
    assert changed != alone


def test_the_file_says_what_it_is_and_not_when_it_was_made():
    reader = PdfReader(BytesIO(printed("甲")))
    about = dict(reader.metadata)
    assert (about["/Title"], about["/Author"], about["/Subject"]) == ("试验", "某省科协", "函")
    assert not {"/CreationDate", "/ModDate"} & set(about)
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert b"<pdfaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data() or b'pdfaid:part="2"' in (
        reader.trailer["/Root"]["/Metadata"].get_data()
    )


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.css",
        "https://example.org/x.css",
        "ftp://example.org/x.css",
        "data:text/css,body{}",
        "asset:../secret.css",
        "asset:/etc/hostname.css",
        "asset:sub/secret.css",
        "asset:..%2fsecret.css",
        "asset:.hidden.css",
        "asset:reply.yaml",
        "asset:link.css",
        "asset:none.css",
        "asset:gongwen.css?x=1",
        "ASSET:gongwen.css",
        "asset:gongwen.css\n",
    ],
)
def test_the_fetcher_serves_named_assets_and_nothing_else(tmp_path, url):
    folder = tmp_path / "notices"
    folder.mkdir()
    (tmp_path / "secret.css").write_text("secret")
    (folder / "sub").mkdir()
    (folder / "sub" / "secret.css").write_text("secret")
    (folder / ".hidden.css").write_text("secret")
    (folder / "reply.yaml").write_text("secret")
    (folder / "link.css").symlink_to(tmp_path / "secret.css")
    (folder / "gongwen.css").write_text("own")
    fetcher = AssetFetcher([folder])
    assert fetcher.fetch("asset:gongwen.css").read() == b"own"
    with pytest.raises(ValueError, match=r"不允许引用|没有资源文件"):
        fetcher.fetch(url)


def test_the_office_s_own_style_sheet_wins_over_the_packaged_one(tmp_path):
    (tmp_path / "gongwen.css").write_text("own")
    assert AssetFetcher([tmp_path, packaged_notices()]).fetch("asset:gongwen.css").read() == b"own"
    assert b"@page" in AssetFetcher([tmp_path / "none", packaged_notices()]).fetch("asset:gongwen.css").read()
    assert b"--fangsong" in AssetFetcher([]).fetch("asset:fonts.css").read()


@contextmanager
def listener():
    """A web server on this machine that remembers who called."""
    calls = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", calls
        finally:
            server.shutdown()
            thread.join()


REACHES = [
    "<img src='{url}'>",
    "<link rel=stylesheet href='{url}'>",
    "<style>@import '{url}';</style>",
    "<p style='background: url({url})'>x</p>",
    "<style>@font-face {{ font-family: f; src: url({url}) }} p {{ font-family: f }}</style><p>x</p>",
    "<svg><image href='{url}' width='9' height='9'/></svg>",
    "<object data='{url}'></object>",
    "<p style='background: image-set(\"{url}\" 1x)'>x</p>",
    "<embed src='{url}'>",
    "<ul style='list-style-image: url({url})'><li>x</li></ul>",
    "<p style='content: url({url})'>x</p>",
]

SWALLOWED = ("<svg>", "<p style='background: image-set", "<p style='content")


def test_no_document_reaches_the_network_or_a_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with listener() as (url, calls):
        bodies = [reach.format(url=address) for reach in REACHES for address in (url, secret.as_uri())]
        jobs = [PrintJob(PAGE.format(body), "试验", "某", "函", str(n)) for n, body in enumerate(bodies)]
        results = outcomes(jobs, assets=packaged_notices())
    assert calls == []
    for body, result in zip(bodies, results, strict=True):
        if body.startswith(SWALLOWED):  # printed without it: WeasyPrint swallows the refusal, or knows no such thing
            assert not isinstance(result, PrintFailed)
            assert not PdfReader(BytesIO(result)).pages[0].images
        else:
            assert isinstance(result, PrintFailed)


def test_no_document_carries_a_file_of_this_machine_as_an_attachment(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    bodies = [f"<{tag} rel=attachment href='{secret.as_uri()}'>甲</{tag}>" for tag in ("link", "a")]
    jobs = [PrintJob(PAGE.format(body), "试验", "某", "函", "1") for body in bodies]
    linked, anchored = outcomes(jobs, assets=packaged_notices())
    assert not isinstance(linked, PrintFailed)  # the press drops what a page would attach
    assert not PdfReader(BytesIO(linked)).attachments
    assert isinstance(anchored, PrintFailed)


def test_a_refused_resource_fails_its_document_by_name():
    with pytest.raises(PrintFailed, match=r"《试验》.*不允许") as caught:
        printed("<img src='file:///etc/hostname'>")
    assert caught.value.fix


def test_a_document_that_takes_too_long_is_stopped():
    with pytest.raises(PrintFailed, match="时限"):
        printed(FLEX, timeout_s=1)


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened():
    with pytest.raises(PrintFailed, match="不允许"):
        printed("<img src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA//8AAP//CAYAAAA='>")


def test_a_document_of_endless_paragraphs_is_stopped():
    with pytest.raises(PrintFailed, match=r"时限|资源过多|内存"):
        printed("<p>甲</p>" * 50_000, timeout_s=2)


def test_a_document_nested_too_deep_is_refused_by_reason():
    with pytest.raises(PrintFailed, match=r"嵌套过深|资源过多|时限"):
        printed("<div>" * 3000, timeout_s=5)


def test_a_document_that_wants_too_much_memory_is_stopped(monkeypatch):
    monkeypatch.setattr(printer, "MEMORY_BYTES", 64 * 1024**2)
    with pytest.raises(PrintFailed, match=r"《试验》|退出码"):
        printed("<p>某</p>" * 2_000, timeout_s=5)


def test_a_child_that_hangs_is_stopped_by_the_wall_clock(monkeypatch):
    monkeypatch.setattr(printer, "STARTUP_S", 0.05)
    with pytest.raises(PrintFailed, match="时限"):
        printed("x", timeout_s=0.05)


def test_a_press_that_cannot_start_says_what_to_check(monkeypatch):
    monkeypatch.setattr(confined.sys, "executable", "/bin/false")
    with pytest.raises(PrintFailed, match="退出码 1") as caught:
        printed("x")
    assert "doctor" in caught.value.fix


def test_one_bad_paper_of_a_batch_is_named():
    good = PrintJob(PAGE.format("甲"), "好的", "某", "函", "1")
    bad = PrintJob(PAGE.format("<img src='data:image/png;base64,AAAA'>"), "坏的", "某", "函", "2")
    before, failed, after = outcomes([good, bad, good], assets=packaged_notices())
    assert before == after
    assert isinstance(failed, PrintFailed)
    assert "《坏的》" in failed.message


def test_a_paper_that_kills_the_press_costs_only_itself():
    good = PrintJob(PAGE.format("甲"), "好的", "某", "函", "1")
    heavy = PrintJob(PAGE.format(FLEX), "重的", "某", "函", "2")
    before, killed, after = outcomes([good, heavy, good], assets=packaged_notices(), timeout_s=1)
    assert before == after
    assert isinstance(killed, PrintFailed)
    assert "《重的》" in killed.message


def test_a_press_leaves_nothing_behind_even_when_it_was_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(PrintFailed):
        printed(FLEX, timeout_s=1)
    printed("甲")
    assert list(tmp_path.iterdir()) == []


def test_a_warm_press_reads_a_style_sheet_once_and_again_when_it_was_changed(tmp_path):
    sheet = tmp_path / "own.css"
    page = '<html lang="zh"><title>x</title><link rel="stylesheet" href="asset:own.css">\n<p>x</p></html>'

    def size_with(css, changed_at):
        sheet.write_text(css)
        os.utime(sheet, ns=(changed_at, changed_at))
        data = printer.outcome(PrintJob(page, "t", "a", "s", "i"))
        return [float(side) for side in PdfReader(BytesIO(data)).pages[0].mediabox[2:]]

    with PrintingChild(tmp_path) as printer:
        assert size_with("@page { size: 500pt 600pt }", 1) == [500, 600]
        assert size_with("@page { size: 300pt 400pt }", 1) == [500, 600]  # not read: its time is the same
        assert size_with("@page { size: 300pt 400pt }", 2) == [300, 400]


WITHOUT_C_LIBRARY = """
import sys
from weasyprint.pdf import fonts
fonts.harfbuzz_subset = None
from zhuli_flow.documents.printing import child
child.main(sys.stdin.buffer, sys.stdout.buffer)
"""


def test_without_the_c_library_uharfbuzz_cuts_the_fonts(monkeypatch):
    with_it = printed("<p style='font: 16pt Noto Serif CJK SC'>法库县</p>")

    class Bare(subprocess.Popen):
        def __init__(self, command, **rest):
            super().__init__([*command[:2], "-c", WITHOUT_C_LIBRARY], **rest)

    monkeypatch.setattr(printer.subprocess, "Popen", Bare)
    without = printed("<p style='font: 16pt Noto Serif CJK SC'>法库县</p>", timeout_s=4)
    assert len(without) == pytest.approx(len(with_it), rel=0.1)
    assert PdfReader(BytesIO(without)).pages[0].extract_text().strip() == "法库县"


def test_no_jobs_need_no_child(monkeypatch):
    monkeypatch.setattr(confined.sys, "executable", "/bin/false")
    assert to_pdfs([], assets=packaged_notices()) == []
