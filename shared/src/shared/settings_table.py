"""Writes docs/settings.md from the settings models, so that the table can't lag behind: `python -m shared.settings_table`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from shared.services import PROCESSES
from shared.settings import ServiceSettings

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"

_HEAD = """# Settings

Generated from the settings models by `python -m shared.settings_table`; do not edit. Every process reads these from its environment.

## Every service
"""


def table() -> str:
    """The whole document."""
    common = ServiceSettings.model_fields
    sections = [_HEAD + _rows(common)]
    for process in PROCESSES:
        own = _own_settings(process.package)
        if own is not None:
            changed = {
                name: field for name, field in own.model_fields.items() if name not in common or field.default != common[name].default
            }
            sections.append(f"## {process.package}\n" + (_rows(changed) if changed else "\nNothing of its own.\n"))
    return "\n".join(sections)


def _own_settings(package: str) -> type[ServiceSettings] | None:
    """The service's subclass, or None where the package (or its settings.py) is not installed."""
    try:
        module = importlib.import_module(f"{package}.settings")
    except ModuleNotFoundError:
        return None
    models = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, ServiceSettings)]
    own = [model for model in models if model.__module__ == module.__name__]
    return max(own, key=lambda model: len(model.mro()), default=None)  # with what it is made from, where that stands there too


def _rows(fields: Mapping[str, FieldInfo]) -> str:
    return "\n".join(["", "| variable | default | meaning |", "|---|---|---|", *_lines(fields.items()), ""])


def _lines(fields: Iterable[tuple[str, FieldInfo]]) -> Iterable[str]:
    for name, field in fields:
        yield f"| `{name.upper()}` | {_default(field.default)} | {(field.description or '').replace('|', chr(92) + '|')} |"


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "**required**"
    if value is None:
        return "unset"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    DOCUMENT.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT.name} written\n")
