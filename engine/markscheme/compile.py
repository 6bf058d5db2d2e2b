"""A rule file's text to a checked program: the pipeline in one place. Opens only the tables beside the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from . import document, shape
from .diagnostics import Diagnostic, Findings, Source, Span
from .document import Mapping, Scalar
from .files import table_beside
from .ir import Program
from .model import Model
from .model.reading import model
from .resolve import resolve
from .resolve.renamed import renamed

TOO_MUCH = ("MS216", "MS220")

Linked = Callable[[str, str], Program | None]  # another methodology, by id and version
Beside = Callable[[Path, str], Source | Diagnostic]  # a table beside a rule file, by its name


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a rule file. `program` is None where there are errors, `model`, the methodology as written, where
    the text is so far from one that it was not read. `found` is every finding, warnings too, in the order of the
    text."""

    program: Program | None
    model: Model | None
    found: tuple[Diagnostic, ...]


def compiled(source: Source, path: Path, linked: Linked, beside: Beside = table_beside) -> Compiled:
    """A rule file's text compiled. `path` is where the file lies, for the tables `beside` it."""
    findings = Findings()
    root, read = document.read(source)
    findings.extend(read)
    if root is None or not isinstance(root, Mapping):
        return Compiled(None, None, findings.all())
    shaped = shape.check(root, "methodology", read)
    findings.extend(shaped)
    if any(found.code in TOO_MUCH and not found.labels for found in shaped):
        return Compiled(None, None, findings.all())  # time is bounded: what is past all limits is not looked at further
    digest = hashlib.sha256(_canonical(source))

    def opened(name: Scalar) -> Source | None:
        found = beside(path, name.text)
        if isinstance(found, Diagnostic):
            findings.add(found.code, found.message, found.span or name.span, found.hint, found.labels)
            return None
        digest.update(b"\0" + name.text.encode() + b"\0" + _canonical(found))
        return found

    def other(id: str, version: str) -> Program | None:
        found = linked(id, version)
        if found is not None:
            digest.update(b"\0" + found.digest.encode())
        return found

    written = model(root, opened, findings)
    program = resolved(written, other, findings)
    renamed(written, findings)
    if findings.errors:
        program = None
    refused = {found.span.text for found in shaped if found.code == "MS212" and found.span}
    told = (
        found for found in findings.all() if not (found.code == "MS301" and found.span and found.span.text in refused)
    )
    return Compiled(program and replace(program, digest=digest.hexdigest()), written, tuple(told))


def compile_source(
    source: Source, path: Path, linked: Linked, beside: Beside = table_beside
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program, None where there are errors, and every finding: `compiled`, for those who need no more."""
    made = compiled(source, path, linked, beside)
    return made.program, made.found


def resolved(written: Model, linked: Linked, findings: Findings) -> Program | None:
    """The program of a methodology as written, without a digest, or None where `findings` hold an error."""

    def other(id: str, version: str, span: Span) -> Program | None:
        found = linked(id, version)
        if found is None:
            hint = "check the folder that holds both files, or say `--rules DIR`; it must be free of errors"
            findings.add("MS430", f"no methodology `{id}@{version}` can be used", span, hint)
        return found

    return resolve(written, other, findings)


def _canonical(source: Source) -> bytes:
    """The content that counts: line ends alike, so that two checkouts of one file have one digest."""
    return source.text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
