"""The old version in the names of the new one, as `supersedes: {renamed: …}` of the new file maps them. Guesses
nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from ..compile import resolved
from ..diagnostics import Diagnostic, Findings
from ..document import Mapping as Block
from ..document import Scalar
from ..library import MethodologyError
from ..model import Level
from ..resolve.names import words
from ..syntax import Digits, Name, Phrase
from .verdicts import Version

_NOT_NAMES = frozenset(
    {"title", "colour", "note", "span", "place", "top", "status", "sources", "guarantees", "waivers"}
)


def superseded(version: Version) -> str | None:
    """The version that a file says it follows."""
    told = version.model.top.get("supersedes")
    before = told.get("version") if isinstance(told, Block) else None
    return before.text if isinstance(before, Scalar) else None


def names(new: Version) -> dict[str, str]:
    """The old names of inputs, levels and whatever else was renamed, each with its new one."""
    supersedes = new.model.top.get("supersedes")
    told = supersedes.get("renamed") if isinstance(supersedes, Block) else None
    return {
        entry.key.text: entry.value.text
        for entry in (told if isinstance(told, Block) else ())
        if isinstance(entry.value, Scalar)
    }


def renamed(old: Version, new: Version) -> Version:
    """The old version with every old name replaced by its new one, wherever it stands; places stay those of its text.
    Raises MethodologyError where two things would get one name."""
    mapped = names(new)
    if not mapped or old.program.id != new.program.id:
        return old
    model, titled = (_renamed(old.model, mapped, titles) for titles in (False, True))
    findings = Findings()
    program = resolved(replace(titled, guarantees=(), waivers=()), old.linked, findings)
    if program is None:
        wrong = [each.message for each in findings.all() if each.severity == "error"]
        supersedes = new.model.top.get("supersedes")
        span = supersedes.span if supersedes is not None else None
        message = f"the old version cannot be read by these names: {wrong[0]}"
        hint = f"no two things may get one name, nor one that `{old.name}` has for something else"
        raise MethodologyError([Diagnostic("MS435", message, span, hint)])
    return replace(old, program=replace(program, digest=old.program.digest), model=model)


def _renamed(node: Any, mapped: Mapping[str, str], titles: bool) -> Any:
    """With `titles`, what has none keeps its old name as its title: people know it by that."""
    match node:
        case Scalar(text) | Digits(text) | Phrase(text):
            return replace(node, text=mapped[text]) if text in mapped else node
        case Name(text, _, member):
            return replace(node, text=mapped.get(text, text), member=_renamed(member, mapped, titles))
        case tuple():
            return tuple(_renamed(each, mapped, titles) for each in node)
        case dict():
            return {mapped.get(name, name): _renamed(each, mapped, titles) for name, each in node.items()}
        case _ if is_dataclass(node) and not isinstance(node, type):
            inner = {
                each.name: _renamed(getattr(node, each.name), mapped, titles)
                for each in fields(node)
                if each.name not in _NOT_NAMES
            }
            own = getattr(node, "name", None)
            if (
                titles
                and isinstance(own, Scalar | Phrase)
                and own.text in mapped
                and getattr(node, "title", own) is None
            ):
                title = words(own.text)
                inner["title"] = replace(own, text=title.lower() if isinstance(node, Level) else title)
            return replace(node, **inner)
        case _:
            return node
