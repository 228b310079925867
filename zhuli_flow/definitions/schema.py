"""The shape of a definition file: every key the language accepts, once. The JSON Schema for editors comes from here.

These classes hold the words as written; ``definitions.build`` turns them into the frozen ``definitions.model``.
Descriptions are Chinese because editors show them to the people who write definitions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag


def _form(value: object) -> str:
    """Which of the spellings of a key was used, so that problems speak of that one only."""
    if isinstance(value, dict | BaseModel):
        return "<map>"
    return "<list>" if isinstance(value, list) else "<one>"


def _one_or_list(value: object) -> str:
    return "<list>" if isinstance(value, list) else "<one>"


def _short_or_long(value: object) -> str:
    return "<long>" if isinstance(value, BaseModel) or (isinstance(value, dict) and "check" in value) else "<short>"


Scalar = str | int | float | bool
Names = Annotated[Annotated[str, Tag("<one>")] | Annotated[list[str], Tag("<list>")], Discriminator(_one_or_list)]
Value = Annotated[
    Annotated[Scalar, Tag("<one>")]
    | Annotated[list[Scalar], Tag("<list>")]
    | Annotated[dict[str, Scalar], Tag("<map>")],
    Discriminator(_form),
]
Filling = Annotated[Annotated[Scalar, Tag("<one>")] | Annotated[list[str], Tag("<list>")], Discriminator(_one_or_list)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Shape(BaseModel):
    """Unknown keys are refused; nothing is coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class ApplicantShape(Shape):
    """Who may be the applicant of a case."""

    kinds: list[str] = Field(description="可申报的机构类别，如 county、park")
    one_open_case: bool = Field(default=False, description="同一申报单位同时只能有一件在办事项")


class ParameterShape(Shape):
    """A value no source fixes, with the source that suggested it."""

    value: Value = Field(description="取值")
    source: str = Field(description="出处（条款、参照的规定，或“本系统默认”）")
    title: str = Field(default="", description="中文名称")
    choices: list[str] = Field(default_factory=list, description="可选值，默认值列在首位")


class RoleShape(Shape):
    """Who may act, and of which organisation."""

    title: str = Field(description="角色名称")
    of: Literal["province", "city", "county", "applicant", "any"] | None = Field(
        default=None, description="所属：省、本事项所在市、本区县、申报单位、不限"
    )
    named_in: str | None = Field(default=None, description="由事项中的这个人员（或机构）字段点名")
    not_from: list[Literal["applicant", "county", "city"]] = Field(
        default_factory=list, description="回避：不得来自申报单位、本区县、本市"
    )


class ColumnShape(Shape):
    """A column of a rows field."""

    title: str = Field(description="列名")
    type: Literal["text", "int", "decimal", "date", "yes_no"] = Field(default="text", description="类型")
    unit: str = Field(default="", description="计量单位")


class FieldShape(Shape):
    """A typed field of the case."""

    title: str = Field(description="字段名称")
    type: Literal[
        "text", "int", "decimal", "date", "yes_no", "choice", "names", "rows", "file", "organisation", "people", "case"
    ] = Field(default="text", description="类型")
    unit: str = Field(default="", description="计量单位（整数、小数）")
    choices: list[str] = Field(default_factory=list, description="可选值（choice）")
    at_least: int | None = Field(default=None, description="至少几项（names、rows、people）")
    min: float | None = Field(default=None, description="最小值（整数、小数）")
    max: float | None = Field(default=None, description="最大值（整数、小数）")
    columns: dict[Identifier, ColumnShape] = Field(default_factory=dict, description="各列（rows）")
    accept: list[str] = Field(default_factory=list, description="允许的文件类型（file）")
    max_mb: int = Field(default=20, description="文件大小上限，MB（file）")
    role: str | None = Field(default=None, description="人员须具有的角色（people）")
    clause: str = Field(default="", description="条款")


class GuardShape(Shape):
    """A condition written at length."""

    check: str = Field(description="条件（一行）")
    say: str = Field(description="不满足时告诉经办人的话")
    fix: str = Field(default="", description="下一步怎么办")
    clause: str = Field(default="", description="条款")
    warn: bool = Field(default=False, description="只提示，不阻止")


Condition = Annotated[
    Annotated[dict[str, str], Tag("<short>")] | Annotated[GuardShape, Tag("<long>")], Discriminator(_short_or_long)
]


class FormShape(Shape):
    """Fields filled together, with their checks."""

    title: str = Field(description="表单名称")
    fields: list[str] = Field(description="字段，可选者加 ?")
    checks: list[Condition] = Field(default_factory=list, description="核对条件")


class MaterialShape(Shape):
    """A document handed in."""

    title: str = Field(description="材料名称")
    accept: list[str] = Field(default=["pdf"], description="允许的类型")
    max_mb: int = Field(default=20, description="大小上限，MB")
    clause: str = Field(default="", description="条款")


class SheetShape(Shape):
    """A form that each named person fills alone and nobody else sees until it is unsealed."""

    title: str = Field(description="名称")
    by: str = Field(description="填写角色")
    form: str = Field(description="表单")
    total: list[str] = Field(default_factory=list, description="计入总分的字段")
    valid: list[str] = Field(default_factory=list, description="有效条件（author 指填写人）")
    sealed_until: str = Field(description="此操作办结前，每人只能看到自己的一份")


class QuotaShape(Shape):
    """How many cases may be in force together."""

    title: str = Field(description="名称")
    counts: str = Field(default="in_force", description="计数口径：in_force 在有效期内，ever 曾经批准")
    max: str | int = Field(description="上限")
    queued_by: str | None = Field(default=None, description="列入候补的操作；先列入者优先")
    source: str = Field(default="", description="出处")


class OverdueShape(Shape):
    """What happens once the day has passed."""

    tell: list[str] = Field(default_factory=list, description="告知的角色")


class DeadlineShape(Shape):
    """A limit that runs while the case is in certain states."""

    title: str = Field(default="", description="期限名称")
    in_: list[str] = Field(default_factory=list, alias="in", description="在这些环节中计时")
    suspended_in: list[str] = Field(default_factory=list, description="在这些环节中中止（剩余天数保留）")
    from_: str | None = Field(default=None, alias="from", description="起算日；不写则为进入环节之日")
    within: str | None = Field(default=None, description="长度，如 5wd、10d、6m、3y 或 $参数")
    until: Names | None = Field(
        default=None, description="到期日（日期字段或算式；多项时取第一个适用的），与 within 二选一"
    )
    roll: str = Field(default="none", description="末日遇休息日：none 不顺延，next 顺延")
    remind: list[str] = Field(default_factory=list, description="提醒时点，如 -6m、-3wd、0d、1d")
    then: str | None = Field(default=None, description="到期后由系统办理的操作")
    confirm: str | None = Field(default=None, description="到期后须由人确认办理的操作")
    met_by: list[str] = Field(default_factory=list, description="办理这些操作即为完成")
    overdue: OverdueShape | None = Field(default=None, description="逾期后")
    whole_case: bool = Field(default=False, description="是全程期限（另一盏灯）")
    clause: str = Field(default="", description="条款或出处")


class StateShape(Shape):
    """A step of the process."""

    title: str = Field(description="环节名称")
    kind: Literal["initial", "open", "in_force", "final"] = Field(default="open", description="性质")
    step: int | None = Field(default=None, description="第几步")
    clause: str = Field(default="", description="条款")
    note: str = Field(default="", description="说明")
    deadline: DeadlineShape | None = Field(default=None, description="本环节的期限")


class SignShape(Shape):
    """Who signs together: all of them, any of them, or a ratio of votes."""

    all_of: list[str] | None = Field(default=None, description="会签：全部签署")
    any_of: list[str] | None = Field(default=None, description="或签：任一签署")
    ratio: str | None = Field(default=None, description="票签：同意票所占比例，如 2/3")
    of: list[str] = Field(default_factory=list, description="票签的角色")
    ordered: bool = Field(default=False, description="按所列顺序签署")


class IssueShape(Shape):
    """An official document to issue."""

    notice: str = Field(description="公文种类（notices/ 中的文件名）")
    series: str | None = Field(default=None, description="发文代字；不写则不编号")
    to: list[str] = Field(default_factory=list, description="送交的角色")
    with_: dict[str, str] = Field(default_factory=dict, alias="with", description="公文中的变量")


Issue = Annotated[Annotated[str, Tag("<one>")] | Annotated[IssueShape, Tag("<map>")], Discriminator(_form)]
Issues = Annotated[
    Annotated[str, Tag("<one>")] | Annotated[IssueShape, Tag("<map>")] | Annotated[list[Issue], Tag("<list>")],
    Discriminator(_form),
]


class OpenShape(Shape):
    """A linked case to open."""

    workflow: str = Field(description="流程名")
    event: str = Field(description="开启操作")
    set: dict[str, str] = Field(default_factory=dict, description="新事项的字段")


class ClockShape(Shape):
    """What an event does to deadlines."""

    suspend: Names = Field(default_factory=list, description="中止计时（剩余天数保留）")
    resume: Names = Field(default_factory=list, description="恢复计时")
    restart: Names = Field(default_factory=list, description="重新起算")
    cancel: Names = Field(default_factory=list, description="取消")
    extend: dict[str, str] = Field(default_factory=dict, description="延长，如 decision: 10wd（每件一次）")


class EventShape(Shape):
    """What an actor asks for."""

    title: str = Field(description="操作名称")
    from_: Names = Field(alias="from", description="从哪些环节；start 表示开启事项")
    to: str = Field(description="到哪个环节；same 表示环节不变")
    clause: str = Field(default="", description="条款或出处")
    by: Names | None = Field(default=None, description="办理角色（任一）；system 表示系统")
    sign: SignShape | None = Field(default=None, description="签署")
    fill: list[str] = Field(default_factory=list, description="须填字段或表单；可选者加 ?，须重填者加 !")
    attach: list[str] = Field(default_factory=list, description="须附材料；可选者加 ?，须重附者加 !")
    opinion: Literal["required", "optional"] = Field(default="optional", description="办理意见")
    when: list[Condition] = Field(default_factory=list, description="流转条件：不满足时告诉经办人的话")
    set: dict[str, Filling] = Field(default_factory=dict, description="由系统填写的字段")
    sheet: str | None = Field(default=None, description="填写本人的一份")
    issue: Issues | None = Field(default=None, description="发出公文")
    open: OpenShape | None = Field(default=None, description="开启关联事项")
    clock: ClockShape | None = Field(default=None, description="期限的中止、恢复、重新起算、取消、延长")
    tell: list[str] = Field(default_factory=list, description="告知的角色")
    note: str = Field(default="", description="记入留痕的说明")
    at_most: str | int | None = Field(default=None, description="每件最多办理几次")
    withdraw: Literal["allowed", "never"] = Field(default="allowed", description="可否撤回")


class ReturnShape(Shape):
    """退回 to an earlier step."""

    from_: Names = Field(alias="from", description="可退回的环节")
    to: Names = Field(default="earlier", description="退到哪些环节；earlier 表示走过的任一环节")
    by: Names = Field(description="角色")
    walk: list[Literal["again", "straight"]] = Field(
        default=["again"], description="again 重走全程，straight 直达退回人"
    )
    opinion: Literal["required", "optional"] = Field(default="required", description="退回理由")


class OperationShape(Shape):
    """One of the operations every office knows."""

    by: Names = Field(default="holder", description="角色；holder 表示当前环节的办理人")
    from_: Names = Field(default="any", alias="from", description="在哪些环节；any 表示任一未办结环节")
    opinion: Literal["required", "optional"] = Field(default="optional", description="办理意见")
    to: str | None = Field(default=None, description="终止后的环节（terminate）")


class OperationsShape(Shape):
    """Which operations this workflow allows, and to whom; an absent one is not allowed."""

    return_: ReturnShape | None = Field(default=None, alias="return", description="退回")
    withdraw: OperationShape | None = Field(default=None, description="撤回")
    transfer: OperationShape | None = Field(default=None, description="转办")
    delegate: OperationShape | None = Field(default=None, description="委派（办完交回）")
    urge: OperationShape | None = Field(default=None, description="催办（每日至多一次）")
    copy_: OperationShape | None = Field(default=None, alias="copy", description="抄送")
    suspend: OperationShape | None = Field(default=None, description="挂起、恢复")
    terminate: OperationShape | None = Field(default=None, description="终止")
    correct: OperationShape | None = Field(default=None, description="更正（另记一条，不改原记录）")


class YellowShape(Shape):
    """From how much left a light is yellow."""

    step: str = Field(default="5wd", description="本环节的灯：剩余多少起转黄，如 5wd 或 $参数")
    whole_case: str = Field(default="3m", description="全程的灯：剩余多少起转黄，如 3m 或 $参数")


class LawShape(Shape):
    """A property that must hold on every path and in every history."""

    never: str | None = Field(default=None, description="不得办理的操作")
    before: str | None = Field(default=None, description="在办理此操作之前")
    every: str | None = Field(default=None, description="凡办理此操作")
    has: str | None = Field(default=None, description="必有此字段或公文文号（公文名.number）")
    leads_to: str | None = Field(default=None, description="其后必有此操作或环节")
    always: str | None = Field(default=None, description="始终成立的条件")


class WorkflowShape(Shape):
    """A definition file."""

    workflow: Identifier = Field(description="流程名（英文小写）")
    version: str = Field(description="版本（加引号）", min_length=1, max_length=40)
    title: str = Field(description="流程名称")
    prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")] = Field(description="事项编号的字头，如 SFQ")
    basis: str = Field(default="", description="依据")
    applicant: ApplicantShape = Field(description="申报单位")
    parameters: dict[Identifier, ParameterShape] = Field(default_factory=dict, description="参数及出处")
    roles: dict[Identifier, RoleShape] = Field(description="角色")
    fields: dict[Identifier, FieldShape] = Field(default_factory=dict, description="字段")
    forms: dict[Identifier, FormShape] = Field(default_factory=dict, description="表单")
    materials: dict[Identifier, MaterialShape] = Field(default_factory=dict, description="材料")
    sheets: dict[Identifier, SheetShape] = Field(default_factory=dict, description="各人独立填写的表")
    quotas: dict[Identifier, QuotaShape] = Field(default_factory=dict, description="名额")
    states: dict[Identifier, StateShape] = Field(description="环节")
    deadlines: dict[Identifier, DeadlineShape] = Field(default_factory=dict, description="跨环节的期限")
    events: dict[Identifier, EventShape] = Field(description="操作")
    operations: OperationsShape = Field(default_factory=OperationsShape, description="通用操作")
    yellow: YellowShape = Field(default_factory=YellowShape, description="剩余多少起亮黄灯")
    laws: list[dict[str, LawShape]] = Field(default_factory=list, description="铁律")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a definition file, for editors."""
    schema = WorkflowShape.model_json_schema(by_alias=True)
    schema["$id"] = "zhuli-flow-workflow"
    schema["title"] = "助力流程定义"
    return schema
