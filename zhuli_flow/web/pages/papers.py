"""公文: those there are, one of them beside its pages, declaring one void, and telling whether a copy is genuine."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from zhuli_flow.errors import InvalidInput, NotFound, RulesRefused
from zhuli_flow.services.notices import browse, picture
from zhuli_flow.services.notices.reprint import reprint
from zhuli_flow.services.notices.verify import verify_paper
from zhuli_flow.services.notices.void import void
from zhuli_flow.store import files
from zhuli_flow.store.notices import StoredNotice
from zhuli_flow.support.scratch import scratch
from zhuli_flow.web import listing, posting
from zhuli_flow.web.handing_out import download, handed_out
from zhuli_flow.web.identity import AlsoAuthor, Visit, Visitor
from zhuli_flow.web.posting import Number, Posted
from zhuli_flow.web.problems import reasons_of, status_of

router = APIRouter(include_in_schema=False)
SHOWN = 50


@router.get("/papers")
def listed(visitor: Visitor, after: str = "") -> Response:
    """Documents of the cases that this person may see, the latest first."""
    found = listing.papers(visitor.office, SHOWN, after)
    return visitor.page("papers.html", lines=found.lines, next=found.next, after=after)


@router.get("/papers/verify")
def ask(visitor: Visitor) -> Response:
    """Which file?"""
    return visitor.page("verify.html", told=None, name="", problem="")


@router.post("/papers/verify")
def verify(visitor: Visitor, form: Posted) -> Response:
    """Whether an uploaded copy is a document of this office."""
    part = form.get("copy")
    if not isinstance(part, UploadFile) or not part.filename:
        return visitor.page("verify.html", status=422, told=None, name="", problem="请先选择一份 PDF 文件")
    with posting.kept_aside(part, ".pdf") as place:
        try:
            told = verify_paper(visitor.office, place)
        except InvalidInput as wrong:
            words = wrong.message.replace(str(place), part.filename)
            return visitor.page("verify.html", status=422, told=None, name="", problem=words)
    return visitor.page("verify.html", told=told, name=part.filename, problem="")


@router.get("/papers/{number}")
def show(visitor: AlsoAuthor, number: Number) -> Response:
    """One document beside its pages."""
    one = _mine(visitor, number)
    return _page(visitor, one, "", ())


@router.post("/papers/{number}/void")
def declare_void(visitor: Visitor, number: Number, reason: posting.Words = "") -> Response:
    """Declare it void."""
    one = _mine(visitor, number)
    try:
        void(visitor.office, str(number), reason, visitor.person)
    except RulesRefused as refused:
        return _page(visitor, one, refused.message, tuple(reasons_of(refused)), status_of(refused))
    return RedirectResponse(f"/papers/{number}", status_code=303)


@router.get("/papers/{number}/file")
def file(visitor: AlsoAuthor, number: Number) -> Response:
    """The PDF."""
    one = _mine(visitor, number)
    if one.sha256 is None:
        raise NotFound(f"公文 {one.number or number} 还没有印出", fix="稍后刷新")
    return download(files.place(visitor.office.holder, one.sha256), f"{one.number or one.title or one.id}.pdf")


@router.post("/papers/{number}/reprint")
def print_again(visitor: Visitor, number: Number) -> Response:
    """The very bytes once more, on record."""
    one = _mine(visitor, number)
    with scratch() as aside:
        place = aside / "copy.pdf"
        try:
            told = reprint(visitor.office, str(number), place, visitor.person)
        except RulesRefused as refused:
            return _page(visitor, one, refused.message, tuple(reasons_of(refused)), status_of(refused))
        return handed_out(place.read_bytes(), f"{told.number or told.title} 补印.pdf")


@router.post("/papers/{number}/print")
def print_now(visitor: Visitor, number: Number) -> Response:
    """Print what waits to be printed of its case."""
    one = _mine(visitor, number)
    visitor.site.printing.order(one.case_id)
    return RedirectResponse(f"/papers/{number}", status_code=303)


@router.get("/papers/{number}/pages/{page}.png")
def page(visitor: AlsoAuthor, number: Number, page: Number) -> Response:
    """A picture of one page; it never changes, so a browser may keep it."""
    made = picture.page(visitor.office, _mine(visitor, number), page)
    return Response(made, media_type="image/png", headers={"cache-control": "private, max-age=86400"})


def _mine(visitor: Visit, number: int) -> StoredNotice:
    return picture.stored(visitor.office, number)


def _page(
    visitor: Visit, one: StoredNotice, message: str, reasons: tuple[tuple[str, str], ...], status: int = 200
) -> Response:
    return visitor.page(
        "paper.html",
        status=status,
        told=browse.show(visitor.office, str(one.id)),
        pages=picture.count(visitor.office, one),
        message=message,
        reasons=reasons,
        whole=visitor.reads_whole(one.case_id),
    )
