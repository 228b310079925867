"""Click's own sentences in the user's language. Click marks them for gettext but brings no catalogue; this is it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "Aborted!": "已中断，未作任何改动。",
    "Boolean option {decl!r} cannot use the same flag for true/false.": "开关 {decl} 的是与否不能同名。",
    "Choice({choices})": "选一（{choices}）",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "Commands": "命令",
    "Could not open file {filename!r}: {message}": "打不开文件 {filename}：{message}",
    "Did you mean {possibility}?": "是否要用 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "是否要用其中之一：{possibilities}？",
    "Error: {message}": "{message}",
    "Got unexpected extra argument ({args})": "多出了参数 {args}",
    "Got unexpected extra arguments ({args})": "多出了参数 {args}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "Invalid value: {message}": "值不对：{message}",
    "Missing argument": "缺少参数",
    "Missing command.": "缺少命令。",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "Missing {param_type}": "缺少{param_type}",
    "No such command {name!r}.": "没有这个命令 {name}。",
    "No such option {name!r}.": "没有这个选项 {name}。",
    "Option {name!r} does not take a value.": "选项 {name} 后面不带值。",
    "Option {name!r} requires an argument.": "选项 {name} 后面要写一个值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 后面要写 {nargs} 个值。",
    "Argument {name!r} takes {nargs} values.": "参数 {name} 要写 {nargs} 个值。",
    "Options": "选项",
    "Positional arguments": "参数",
    "Press any key to continue...": "按任意键继续……",
    "Takes {nargs} values but 1 was given.": "要写 {nargs} 个值，只写了 1 个。",
    "Takes {nargs} values but {len} were given.": "要写 {nargs} 个值，写了 {len} 个。",
    "Try '{command} {option}' for help.": "用法见 {command} {option}",
    "Usage:": "用法：",
    "deprecated": "停用",
    "default: {default}": "默认：{default}",
    "directory": "文件夹",
    "env var: {var}": "环境变量：{var}",
    "file": "文件",
    "path": "路径",
    "required": "必填",
    "unknown error": "原因不明",
    "{name} {filename!r} does not exist.": "{name} {filename} 不存在。",
    "{name} {filename!r} is a directory.": "{filename} 是文件夹。",
    "{name} {filename!r} is a file.": "{filename} 是文件。",
    "{name} {filename!r} is not executable.": "{filename} 不能执行。",
    "{name} {filename!r} is not readable.": "{filename} 不能读取。",
    "{name} {filename!r} is not writable.": "{filename} 不能写入。",
    "{value!r} does not match the format {format}.": "“{value}”不合格式 {format}。",
    "{value!r} does not match the formats {formats}.": "“{value}”不合格式 {formats}。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "“{value}”应为是或否（{states}）。",
    "{value!r} is not a valid UUID.": "“{value}”不是有效的编号。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是数。",
    "{value!r} is not one of {choices}.": "“{value}”不在可选之列：{choices}。",
    "{value!r} is not {choice}.": "“{value}”不对，只能是 {choice}。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 内。",
    "{len_type} values are required, but {len_value} was given.": "要写 {len_type} 个值，写了 {len_value} 个。",
    "{len_type} values are required, but {len_value} were given.": "要写 {len_type} 个值，写了 {len_value} 个。",
}


def say(message: str) -> str:
    """The sentence in Chinese; as it stands when the catalogue lacks it."""
    return CHINESE.get(message, message)


def say_counted(one: str, many: str, count: int) -> str:
    """The singular or plural sentence in Chinese."""
    return say(one if count == 1 else many)


def teach_click() -> None:
    """Put the catalogue in place of gettext in the modules of Click that are loaded."""
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for word, speaker in (("_", say), ("ngettext", say_counted)):
                if hasattr(module, word):
                    setattr(module, word, speaker)
