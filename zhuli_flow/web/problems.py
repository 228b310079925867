"""Errors as pages: what happened, at which item, what to do now; a status that says the same to a program."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Sequence
from pathlib import Path

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from zhuli_flow.engine.model.decision import Refusal
from zhuli_flow.errors import InvalidInput, Problem, RulesRefused, ZhuliError
from zhuli_flow.services.administration.accounts import TooManyTries
from zhuli_flow.support.plain_text import visible
from zhuli_flow.web import templating

STATUS = {1: 500, 2: 400, 3: 409, 4: 403, 5: 404, 6: 422, 7: 500}
"""The status of a page by the exit code that the command line would end with."""
TITLES = {
    400: "看不懂这个请求",
    401: "请先登录",
    403: "无权办理",
    404: "没有找到",
    405: "不能这样打开",
    409: "不予办理",
    412: "已有变动",
    413: "内容太大",
    422: "内容有误",
    429: "请稍候",
}
CODES = {
    400: "usage",
    401: "token",
    403: "no_right",
    404: "not_found",
    405: "usage",
    413: "file_too_big",
    422: "invalid",
}
API = "/api/"
_COMMAND = re.compile(r"[，；。]?[^，；。]*(?:zhuli |--[a-z]|\b(?:case|notice|workflow|inbox) [a-z]+)[^，；。]*")
"""A clause of advice that names a command: of no use in a browser."""
WORDS = {
    "opinion_required": "请在“办理意见”中写明理由",
    "explanation_required": "核对无误的，请在“办理意见”中写明原因",
    "stale_version": "请看下面他人的改动，核对后再提交；您填的内容都还在",
    "unknown_event": "请从“下一步”中选择",
    "wrong_state": "请看现在可以办理什么",
    "missing_field": "请填写此项",
    "missing_material": "请提交此件",
    "bad_value": "请改正此项",
    "bad_target": "请另选一项",
    "unknown_person": "请从名录中选择人员",
}
"""What to do about a refusal, where the advice of the law is written for the command line."""

log = logging.getLogger(__name__)


class NotLoggedIn(Exception):
    """Nobody is known to be at this browser, or no longer."""


def advice(refusal: Refusal) -> str:
    """What mends a refusal, in a browser's words."""
    if refusal.code in WORDS:
        return WORDS[refusal.code]
    return without_commands(refusal.fix)


def without_commands(text: str) -> str:
    """Advice without the clauses that name a command."""
    return _COMMAND.sub("", text).strip("，；。")


def page(
    request: Request,
    status: int,
    message: str,
    fix: str = "",
    reasons: Sequence[tuple[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """The page of an error, or its JSON for a program; ``reasons`` as (what, what mends it)."""
    if is_api(request):
        return problem(request, status, message, fix, headers=headers)
    values = {"title": TITLES.get(status, "出错"), "message": message, "fix": fix, "reasons": reasons}
    return templating.page(request, "problem.html", values, status=status, headers=headers)


def status_of(error: ZhuliError) -> int:
    """The status that tells a program what the exit code tells a script."""
    return 429 if isinstance(error, TooManyTries) else STATUS[error.exit_code]


def reasons_of(error: ZhuliError) -> list[tuple[str, str]]:
    """Every reason of an error with what mends it."""
    if isinstance(error, RulesRefused):
        return [(one.because, advice(one)) for one in error.refusals if isinstance(one, Refusal)]
    if isinstance(error, InvalidInput):
        return [(f"{one.place}：{one.message}", without_commands(one.fix)) for one in error.problems]
    return []


def is_api(request: Request) -> bool:
    """Whether a program asks."""
    return request.url.path.startswith(API)


def problem(
    request: Request,
    status: int,
    message: str,
    fix: str = "",
    *,
    code: str = "",
    refusals: Sequence[object] = (),
    problems: Sequence[object] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """An error as application/problem+json (RFC 9457), with every reason."""
    told = {
        "type": "about:blank",
        "title": TITLES.get(status, "出错"),
        "status": status,
        "detail": visible(message),
        "code": code or CODES.get(status, "error"),
        "fix": fix,
        "refusals": list(refusals),
        "problems": list(problems),
        "instance": request.url.path,
    }
    body = msgspec.json.encode(told)
    return Response(body, status, headers, media_type="application/problem+json")


def _as_problem(request: Request, error: ZhuliError) -> Response:
    refusals = [one for one in error.refusals if isinstance(one, Refusal)] if isinstance(error, RulesRefused) else []
    problems = error.problems if isinstance(error, InvalidInput) else ()
    status = 412 if refusals and all(one.code == "stale_version" for one in refusals) else status_of(error)
    headers = {"retry-after": str(error.retry_after)} if isinstance(error, TooManyTries) else None
    return problem(
        request,
        status,
        error.message,
        without_commands(error.fix),
        code=error.code,
        refusals=[{**msgspec.to_builtins(one), "fix": advice(one)} for one in refusals],
        problems=[{"place": one.place, "code": one.code, "message": one.message, "fix": one.fix} for one in problems],
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Let the application answer every error in words."""
    app.add_exception_handler(NotLoggedIn, _to_login)
    app.add_exception_handler(ZhuliError, _ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)


def _to_login(request: Request, _: Exception) -> Response:
    if is_api(request):
        return problem(
            request, 401, "没有给出有效的令牌", "请在“我的登录”中取一个接口令牌", headers={"www-authenticate": "Bearer"}
        )
    target = request.url.path if request.method == "GET" else "/"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    answer = RedirectResponse(request.url_for("login"), status_code=303)
    wanted = request.url_for("login").include_query_params(to=f"{target}{query}")
    answer.headers["location"] = f"{wanted.path}?{wanted.query}"
    return answer


def _ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, ZhuliError):
        raise error
    if is_api(request):
        return _as_problem(request, error)
    headers = {"retry-after": str(error.retry_after)} if isinstance(error, TooManyTries) else None
    fix = without_commands(error.fix)
    return page(request, status_of(error), error.message, fix, reasons_of(error), headers)


def _unreadable(request: Request, error: Exception) -> Response:
    message, fix = "地址或表单中有看不懂的内容", "请从页面上的链接打开，或重新填写"
    found = _faults(error) if isinstance(error, RequestValidationError) else []
    if is_api(request):
        told = [{"place": one.place, "code": one.code, "message": one.message, "fix": one.fix} for one in found]
        return problem(request, 400, message, "请照接口说明改正 problems 所列各处", problems=told)
    return page(request, 400, message, fix, [(f"{one.place}：{one.message}", one.fix) for one in found])


def _faults(error: RequestValidationError) -> list[Problem]:
    """What is wrong with a request, each at its place: the part of the body, or the name in the address."""
    told = []
    for one in error.errors():
        place = ".".join(str(part) for part in one["loc"][1:] or one["loc"])
        code, words = next((found for part, found in _FAULTS.items() if part in one["type"]), ("invalid", "不合要求"))
        told.append(Problem(visible(place[:100]), code, words, "请照接口说明填写"))
    return told


_FAULTS = {
    "missing": ("missing", "没有给出"),
    "extra_forbidden": ("unknown_key", "没有这一项"),
    "json_invalid": ("syntax", "不是 JSON"),
    "too_long": ("too_long", "太长"),
    "too_short": ("too_short", "太短"),
    "less_than": ("too_large", "太大"),
    "greater_than": ("too_small", "太小"),
    "_parsing": ("type", "类型不对"),
    "_type": ("type", "类型不对"),
}
"""What is wrong, by a part of pydantic's name for it."""


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "没有这个页面", 405: "这个地址不能这样打开", 400: "提交的内容不完整"}
    return page(request, status, words.get(status, "这个请求没有办成"), "请从上方菜单重新进入")


def unexpected(request: Request, error: Exception) -> Response:
    """Where and how it happened goes to the log, without the values it happened with."""
    frames = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__))
    )
    log.error("%s: %s", type(error).__name__, frames)
    told = "程序出错；已保存的内容不受影响，这一步是否办成请先查看再重做"
    return page(request, 500, told, "请告诉维护人员出错的时间")
