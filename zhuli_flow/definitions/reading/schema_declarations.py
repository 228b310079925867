"""The shapes of what a definition declares: parameters, roles, fields, forms, materials, sheets, quotas, registers.

The words as written; ``definitions.schema`` adds what happens, and puts the whole together.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from zhuli_flow.definitions.model.workflow import ColumnType, FieldType, PutTogether


def spelling(value: object) -> str:
    """Which of the spellings of a key was used, so that problems speak of that one only."""
    if isinstance(value, dict | BaseModel):
        return "<map>"
    return "<list>" if isinstance(value, list) else "<one>"


def _one_or_list(value: object) -> str:
    return "<list>" if isinstance(value, list) else "<one>"


def _named_or_written(value: object) -> str:
    return "<one>" if isinstance(value, str) else _short_or_long(value)


def _short_or_long(value: object) -> str:
    return "<long>" if isinstance(value, BaseModel) or (isinstance(value, dict) and "check" in value) else "<short>"


def _plain_or_keyed(value: object) -> str:
    return "<map>" if isinstance(value, dict) else "<one>"


Scalar = str | int | float | bool
Names = Annotated[Annotated[str, Tag("<one>")] | Annotated[list[str], Tag("<list>")], Discriminator(_one_or_list)]
Value = Annotated[
    Annotated[Scalar, Tag("<one>")]
    | Annotated[list[Scalar], Tag("<list>")]
    | Annotated[dict[str, Scalar], Tag("<map>")],
    Discriminator(spelling),
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
    type: ColumnType = Field(default="text", description="类型")
    unit: str = Field(default="", description="计量单位")


class FieldShape(Shape):
    """A typed field of the case."""

    title: str = Field(description="字段名称")
    type: FieldType = Field(default="text", description="类型")
    unit: str = Field(default="", description="计量单位（整数、小数）")
    choices: list[str] = Field(default_factory=list, description="可选值（choice）")
    at_least: int | None = Field(default=None, description="至少几项（names、rows、people、organisations、files）")
    min: float | None = Field(default=None, description="最小值（整数、小数）")
    max: float | None = Field(default=None, description="最大值（整数、小数）")
    columns: dict[Identifier, ColumnShape] = Field(default_factory=dict, description="各列（rows）")
    accept: list[str] = Field(default_factory=list, description="允许的文件类型（file、files）")
    max_mb: int = Field(default=20, description="文件大小上限，MB（file、files）")
    not_after_today: str | None = Field(
        default=None, description="填报时日期不得晚于当天；写上晚了该怎么办，如：请在会议之后办理"
    )
    role: str | None = Field(default=None, description="人员须具有的角色（people）")
    kinds: list[str] = Field(default_factory=list, description="只收这些类别的机构（organisation、organisations）")
    may_be: Literal["not_applicable"] | None = Field(default=None, description="可以填“不适用”（不同于空白和零）")
    only: str | None = Field(default=None, description="满足此条件的单位才填报")
    agg: PutTogether | None = Field(
        default=None,
        description="汇总：sum 相加，repeats 相加而可能重复，union 名称去重，list 逐家列出，tally 数各种答案",
    )
    counts: str | None = Field(default=None, description="这个数所数的名单字段（整数，agg 为 union）")
    known: Names | None = Field(
        default=None, description="系统自己登记的：一项算式；文字字段也可以写句子，其中 {算式} 以所登记的代入"
    )
    personal: str = Field(default="", description="属个人信息，写明处理的依据（文字、名单、表格）；可以依法清除")
    clause: str = Field(default="", description="条款")


class GuardShape(Shape):
    """A condition written at length."""

    check: str = Field(description="条件（一行）")
    say: str = Field(description="不满足时告诉经办人的话")
    fix: str = Field(default="", description="下一步怎么办")
    clause: str = Field(default="", description="条款")
    warn: bool | Literal["explained"] = Field(
        default=False, description="true 只提示，不阻止；explained 在意见中写明理由方可通过"
    )


NamedCheck = Annotated[
    Annotated[dict[str, str], Tag("<short>")] | Annotated[GuardShape, Tag("<long>")], Discriminator(_short_or_long)
]
Condition = Annotated[
    Annotated[str, Tag("<one>")] | Annotated[dict[str, str], Tag("<short>")] | Annotated[GuardShape, Tag("<long>")],
    Discriminator(_named_or_written),
]


class LineShape(Shape):
    """A line of a printed form: a group's name (类别), a heading, or a label with the fields that answer it."""

    group: str | None = Field(default=None, description="类别：其下各行同属一类")
    heading: str | None = Field(default=None, description="小标题，自成一行")
    label: str | None = Field(default=None, description="内容：整行原文")
    fields: list[str] = Field(default_factory=list, description="填在这一行的字段，可选者加 ?")


Line = Annotated[Annotated[str, Tag("<one>")] | Annotated[LineShape, Tag("<map>")], Discriminator(spelling)]


class ChangeShape(Shape):
    """How far a number may be from what was given before without a word of explanation."""

    from_: str = Field(alias="from", description="台账：与其中第一件的同名字段相比")
    at_most: str = Field(description="相差至多为上次的几分之几，如 1/2 或 $参数；超过的须在办理意见中说明")


class FormShape(Shape):
    """Fields filled together, with their checks."""

    title: str = Field(description="表单名称")
    fields: list[Line] = Field(description="字段，可选者加 ?；或印好的表的各行")
    checks: list[Condition] = Field(default_factory=list, description="核对条件")
    change: ChangeShape | None = Field(default=None, description="各数与上次所填相差过大的，须说明")

    def asked(self) -> list[str]:
        """The fields as written, with their marks, whatever lines they stand on."""
        lines = ([line] if isinstance(line, str) else line.fields for line in self.fields)
        return [field for fields in lines for field in fields]


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
    at_least: str | int | None = Field(default=None, description="至少应有多少；不足的只在总览中提示")
    queued_by: str | None = Field(default=None, description="列入候补的操作；先列入者优先")
    source: str = Field(default="", description="出处")


class TotalShape(Shape):
    """How the returns in a register are put together."""

    by: str = Field(description="按哪一列分块，如 applicant.kind；各块并列，不相加")
    blocks: dict[str, str] = Field(description="各块：列中的值 → 名称")
    distinct: str = Field(default="去重合计", description="各块合在一起、名称去重的一块的名称")
    head: dict[str, str] = Field(default_factory=dict, description="表头所列的数：名称 → 台账")
    same: str | None = Field(
        default=None, description="本事项的表格字段（列 name、same_as，可有 same）：有人认定的同名与不同名"
    )
    kept_in: str | None = Field(default=None, description="本事项的表格字段：set 用 total of 把各版汇总存入其中")


ListedColumn = Annotated[
    Annotated[str, Tag("<one>")] | Annotated[dict[Identifier, str], Tag("<map>")], Discriminator(_plain_or_keyed)
]


class RegisterShape(Shape):
    """A named view over the cases of a workflow."""

    title: str = Field(description="台账名称")
    workflow: str = Field(description="收哪个流程的事项")
    linked_by: str | None = Field(default=None, description="只收此字段写着本事项编号的")
    where: list[str] = Field(
        default_factory=list,
        description="收录条件（用那个流程的字段；this.字段、this.case、this.applicant.id 等指本事项的）",
    )
    columns: list[ListedColumn] = Field(
        description="各列：那个流程的字段，或 case、state、applicant.name 等；{键: 列} 另给取用时的键"
    )
    order: str | None = Field(default=None, description="按哪一列排序，前加 - 为从大到小")
    total: TotalShape | None = Field(default=None, description="汇总办法")

    def keyed(self) -> list[tuple[str, str]]:
        """Every column with the key that rows have for it: (key, column)."""
        pairs = (each.items() if isinstance(each, dict) else ((each, each),) for each in self.columns)
        return [pair for several in pairs for pair in several]


class ReadingShape(Shape):
    """Who may read what of a case: roles of the workflow, or a word for several. What is silent has a default."""

    case: Names | None = Field(
        default=None,
        description="谁可以查看事项：角色，或 applicant（申报单位的人）、every_role（本流程各角色）、"
        "province_roles（省级角色）、everybody（名录中的人）；不写即 [applicant, every_role]",
    )
    materials: Names | None = Field(default=None, description="其中谁可以打开材料；不写即同 case")
    papers: Names | None = Field(default=None, description="其中谁可以打开公文；不写即同 case")
    history: Names | None = Field(default=None, description="其中谁可以查看留痕；不写即同 case")
    registers: Names | None = Field(default=None, description="其中谁在台账中看到；不写即同 case")
    totals: Names | None = Field(default=None, description="其中谁可以查看总览与汇总；不写即 province_roles")
