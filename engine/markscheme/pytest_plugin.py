"""The pytest plugin: `pytest rules/` runs every case beside a rule file, and asks of every rule file what it promises.

Knows files and pytest, no rule. Costs nothing where there is no rule file: the engine is loaded with the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import pytest
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

if TYPE_CHECKING:
    from .cases import Case
    from .diagnostics import Diagnostic, Span
    from .ir import Program
    from .library import Library
    from .verify import Obligation, Verdict, Verified

_HEAD = 100_000  # bytes in which a file says what it is
_RULES = re.compile(rb"""^["']?markscheme["']?[ \t]*:""", re.MULTILINE)
_CASES = re.compile(rb"""^["']?methodology["']?[ \t]*:""", re.MULTILINE)
_SHELVES = pytest.StashKey[dict[tuple[Path, ...], "Library"]]()
_NOTE = "markscheme"
_READ = "free of errors"
_SHOWN = 50  # errors of one file


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("markscheme", "rule files")
    group.addoption(
        "--markscheme-strict", action="store_true", help="What a rule file owes or promises and is not proved fails."
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "markscheme: a case of a rule file, or something that it promises")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Cases and rule files; other YAML is nobody's business here."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    if file_path.name.endswith((".cases.yaml", ".cases.yml")):
        beside = file_path.with_name(file_path.name.replace(".cases.", "."))
        if _says(file_path, _CASES) or _says(beside, _RULES):
            return CasesFile.from_parent(parent, path=file_path)
    elif _says(file_path, _RULES):
        return RulesFile.from_parent(parent, path=file_path)
    return None


def _says(path: Path, mark: re.Pattern[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            return bool(mark.search(file.read(_HEAD).removeprefix(b"\xef\xbb\xbf")))
    except OSError:
        return False


# --- files -----------------------------------------------------------------------------------------------------------


class CasesFile(pytest.File):
    """Each case is a test; what keeps cases from running is one more, which fails."""

    def collect(self) -> Iterable[pytest.Item]:
        from .trial import load_cases

        program, cases, found = load_cases(_as_typed(self.path), _shelf(self))
        errors = [each for each in found if each.severity == "error"]
        if errors or program is None:
            yield Readable.from_parent(self, name=_READ, errors=errors)
            return
        for case in cases:
            yield CaseItem.from_parent(self, name=_one_line(case.name), case=case, program=program)


class RulesFile(pytest.File):
    """Whether it is free of errors, and each thing that it owes or promises."""

    program: Program | None = None

    def collect(self) -> Iterable[pytest.Item]:
        self.program, found = _shelf(self).program(_as_typed(self.path))
        errors = [each for each in found if each.severity == "error"]
        yield Readable.from_parent(self, name=_READ, errors=errors)
        if self.program is not None:
            for name, asked in _asked(self.program).items():
                yield PromiseItem.from_parent(self, name=name, asked=asked)

    @cached_property
    def verified(self) -> Verified:
        """The verdicts that the run asks for, all found with the first."""
        from .verify import verify

        assert self.program is not None
        items = (each for each in self.session.items if isinstance(each, PromiseItem) and each.parent is self)
        wanted = {each for item in items for each in item.asked}
        return verify(self.program, only=wanted.__contains__)

    @cached_property
    def verdicts(self) -> Mapping[Obligation, Verdict]:
        return {each.obligation: each for each in self.verified.verdicts}


def _asked(program: Program) -> dict[str, list[Obligation]]:
    """What is owed or promised, by the name of the test that asks for it. What reading the file settles has no test of
    its own, nor has what is only reported; the many rules of a file share one, and the levels of a result."""
    from .verify.obligations import obligations

    found: dict[str, list[Obligation]] = {}
    for each in obligations(program):
        match each.kind:
            case "complete" | "unique" | "divides" | "on_scale":
                continue
            case "reachable":
                name = "every rule, row, band and limit decides some record"
            case "attainable":
                name = f"some record gets each level of {each.subject}"
            case "monotone" | "never_worsens" | "withholding" | "never" | "always":
                name = _one_line(each.text.replace("`", ""))
            case _:
                assert_never(each.kind)
        if each.required:
            found.setdefault(name, []).append(each)
    return found


def _shelf(file: pytest.File) -> Library:
    """The methodologies among which a rule file looks for others: those of its own folder, of the folders that pytest
    was given, of ./rules, and those shipped. Each is compiled once, however many ask."""
    from .library import Library, locate

    class Shelf(Library):
        def __init__(self, folders: Sequence[Path]) -> None:
            super().__init__(folders)
            self._compiled: dict[Path, tuple[Program | None, tuple[Diagnostic, ...]]] = {}

        def program(self, path: Path) -> tuple[Program | None, tuple[Diagnostic, ...]]:
            if path not in self._compiled:
                self._compiled[path] = super().program(path)
            return self._compiled[path]

    around = locate(file.path)[0].folders
    given = (Path(each) for each in file.config.args)
    wanted = Shelf([*around[:1], *(each for each in given if each.is_dir()), *around[1:]])
    return file.config.stash.setdefault(_SHELVES, {}).setdefault(wanted.folders, wanted)


def _as_typed(path: Path) -> Path:
    """As people name it who stand where pytest was started."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _one_line(name: str) -> str:
    from .echo import escaped

    return escaped(" ".join(name.split()))


# --- tests -----------------------------------------------------------------------------------------------------------


class Broken(Exception):
    """What a failing test tells: the whole, one line of it, and where."""

    def __init__(self, told: str, line: str, span: Span | None) -> None:
        super().__init__(told)
        self.told, self.line, self.span = told, line, span


class _Item(pytest.Item):
    """A test that fails with words, not with a traceback."""

    def __init__(self, *, span: Span | None, name: str, parent: pytest.File) -> None:
        super().__init__(name, parent)
        self.span = span
        self.add_marker("markscheme")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self.span.line - 1 if self.span else None, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> object:  # type: ignore[override]
        broken = excinfo.value
        if not isinstance(broken, Broken):
            return super().repr_failure(excinfo)
        span = broken.span
        place = ReprFileLocation(
            span.source.name if span else str(_as_typed(self.path)), span.line if span else 1, broken.line
        )
        # What pytest makes of a traceback, so that it travels between processes as one does.
        return ReprExceptionInfo(ReprTraceback([ReprEntryNative([f"{broken.told}\n"])], None, "native"), place)


class Readable(_Item):
    """Fails where a file has errors. Of those that are in another one, where they are shown too, it shows the first."""

    def __init__(self, *, errors: Sequence[Diagnostic], name: str, parent: pytest.File) -> None:
        super().__init__(span=errors[0].span if errors else None, name=name, parent=parent)
        self.errors = errors

    def runtest(self) -> None:
        from .render import all_as_text, plural

        if not self.errors:
            return
        first, many = self.errors[0], plural(len(self.errors), "error")
        elsewhere = first.span.source.name if first.span else ""
        if elsewhere in ("", str(_as_typed(self.path))):
            raise Broken(all_as_text(self.errors[:_SHOWN]), f"{many}: {first.message}", first.span)
        line = f"no case runs: {many} in {elsewhere}"
        raise Broken(f"{line}\n\n{all_as_text(self.errors[:1])}", line, first.span)


class CaseItem(_Item):
    """Fails where a methodology does not give what a case expects."""

    def __init__(self, *, case: Case, program: Program, name: str, parent: pytest.File) -> None:
        super().__init__(span=case.span, name=name, parent=parent)
        self.case, self.program = case, program

    def runtest(self) -> None:
        from .failed import failed_text, failures
        from .trial import run

        (outcome,) = run([self.case], self.program)
        if not outcome.passed:
            raise Broken(failed_text(outcome), "; ".join(failures(outcome)), self.case.span)


class PromiseItem(_Item):
    """Fails where something that a rule file owes or promises does not hold, and is not waived. What is not proved
    passes with a note, or fails under `--markscheme-strict`."""

    def __init__(self, *, asked: Sequence[Obligation], name: str, parent: pytest.File) -> None:
        super().__init__(span=asked[0].span, name=name, parent=parent)
        self.asked = asked
        self.extra_keyword_matches.update(each.kind for each in asked)

    def runtest(self) -> None:
        from .render import all_as_text
        from .verify.told import finding

        assert isinstance(self.parent, RulesFile)
        strict = self.config.getoption("--markscheme-strict")
        found: dict[str, Diagnostic] = {}  # what the file promises itself takes the place of what it owes anyway
        for verdict in map(self.parent.verdicts.__getitem__, self.asked):
            said = finding(self.parent.verified.program, verdict)
            if verdict.waiver is not None:
                text = verdict.obligation.text.replace("`", "")
                self.note(f"waived: {text}, because {verdict.waiver.because}")
            elif said is not None and verdict.ending == "not proved" and not strict:
                self.note(said.message.replace("`", ""))
            elif said is not None:
                found[verdict.obligation.text] = said
        broken = list(found.values())
        if broken:
            raise Broken(all_as_text(broken[:_SHOWN]), broken[0].message, broken[0].span)

    def note(self, text: str) -> None:
        """Said at the end of a run, also where another process has run the test."""
        self.user_properties.append((_NOTE, _one_line(text)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what is waived, and what is not proved but tested."""
    for report in terminalreporter.getreports("passed"):
        for name, note in report.user_properties:
            if name == _NOTE:
                terminalreporter.write_line(f"{report.nodeid.partition('::')[0]}: {note}")
