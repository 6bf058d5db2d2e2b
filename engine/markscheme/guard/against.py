"""Rules as they are against the rules as they stood at a revision: what was weakened, and whether somebody says why.
Knows how a finding reads; what counts as weaker is known to `expectations` and `promises`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..cases import Case
from ..diagnostics import Diagnostic, Findings, Span
from ..ir import Waiver, folded
from ..library import Library
from ..trial import load_cases
from .expectations import weakened_cases
from .lock import LOCK, WITHDRAWN, Locked, lock_text
from .promises import weakened_promises
from .reasons import is_reason, new_ones, pasted
from .revision import Revision, as_it_stood, revision
from .state import State, Version, renamed, state
from .weakening import Weakening


@dataclass(frozen=True, slots=True)
class Excused:
    """Something weaker, and the reason that is written for it."""

    message: str
    because: str
    span: Span | None


@dataclass(slots=True)
class Compared:
    """What came of one folder. `versions` is how many of then were looked at."""

    at: Revision
    versions: int = 0
    broken: list[str] = field(default_factory=list)  # versions with errors today, so that nothing of them is compared
    found: tuple[Diagnostic, ...] = ()
    excused: list[Excused] = field(default_factory=list)


def compare(
    folder: Path, ref: str, library: Library, inside: Callable[[Path], bool] = lambda path: True, whole: bool = True
) -> Compared:
    """What in a folder was weakened since `ref`. `inside` says of a path within it whether that is asked for, `whole`
    that all are. `library` is that of today. Raises NoRevision."""
    at = revision(ref, folder)
    with as_it_stood(folder, at) as top:
        then, now = state(top), state(folder)
        # Where a folder of the library is in the one compared, the old one stands for it.
        home = folder.resolve()
        around = [
            top / each.resolve().relative_to(home) if each.resolve().is_relative_to(home) else each
            for each in library.folders
        ]
        return _Comparison(at, then, now, Library([top, *around]), library, inside, whole).run()


class _Comparison:
    def __init__(
        self, at: Revision, then: State, now: State, old: Library, new: Library,
        inside: Callable[[Path], bool], whole: bool,
    ) -> None:  # fmt: skip
        self.then, self.now = then, now
        self.old, self.new = old, new
        self.inside, self.whole = inside, whole
        self.result = Compared(at)
        self.findings = Findings()
        self.shown = [(then.folder, f"{at.ref}:{'' if now.folder == Path() else f'{now.folder}/'}")]

    def run(self) -> Compared:
        if not self.then.versions:
            message = f"no rule file of `{self.now.folder}` was there at `{self.result.at.ref}`: nothing is compared"
            self.findings.add("MS850", message, None, "name the folder as it was called then, too")
        self.locks()
        for name, version in self.then.versions.items():
            if not self.inside(version.path):
                continue
            self.result.versions += 1
            today = self.now.versions.get(name)
            if today is None:
                self.gone(name, version)
            elif today.texts != version.texts:
                self.version(version, today)
        self.result.found = self.findings.all()
        return self.result

    # --- a version ---

    def gone(self, name: str, version: Version) -> None:
        if version.path in self.now.unread:
            self.result.broken.append(name)
            return
        locked = self.now.locked.get(name)
        if locked is not None and name in self.then.locked and (locked.digest == WITHDRAWN or self.whole):
            return  # told as a change of the lock, or as a published version that is missing
        message = f"`{name}` is gone: `{self.now.folder / version.path}` was its rule file"
        if locked is not None and locked.digest == WITHDRAWN and self.fresh(locked):
            self.result.excused.append(Excused(message, locked.because, locked.span))
            return
        line = lock_text({name: Locked(name, WITHDRAWN, "DAY", "WHY")}).splitlines()[-1]
        hint = f"put the file back, or say why in `{LOCK}`: {line}"
        self.findings.add("MS851", message, None, hint)

    def version(self, then: Version, now: Version) -> None:
        old, _ = self.old.program(then.edition.path)
        new, _ = self.new.program(now.edition.path)
        if new is None:
            self.result.broken.append(then.edition.name)
            return
        if old is None:
            self.not_compared(now.edition.span, f"`{then.edition.name}` had errors then")
            return
        weaker = list(weakened_promises(old, new, now.edition.span))
        before, after = self.cases(then, self.old), self.cases(now, self.new)
        if before is None:
            self.not_compared(now.edition.span, f"the cases of `{then.edition.name}` had errors then")
        elif after is None:
            self.result.broken.append(then.edition.name)
        else:
            weaker += weakened_cases((old, before), (new, after), self.place(now))
        self.judge(weaker, then, now)
        self.waivers(old.waivers, new.waivers)

    def cases(self, version: Version, library: Library) -> list[Case] | None:
        """None where one of the files has errors."""
        found: list[Case] = []
        for path, _ in version.cases:
            _, cases, wrong = load_cases(path, library)
            if any(each.severity == "error" for each in wrong):
                return None
            found += cases
        return found

    def place(self, version: Version) -> Span:
        """Where a case would be missed: the start of the cases file beside the rule file."""
        for path, source in version.cases:
            if path.name.startswith(version.path.stem):
                return Span(source, 0, len(source.line(1)))
        return version.edition.span

    def not_compared(self, span: Span, message: str) -> None:
        self.findings.add("MS850", f"{message}: nothing is compared", span, "read yourself what the change takes away")

    # --- reasons ---

    def judge(self, weaker: Sequence[Weakening], then: Version, now: Version) -> None:
        fresh = new_ones(now.reasons, then.reasons)
        used = set()
        for each in weaker:
            covering = [reason for reason in fresh if reason.covers(each.was)]
            used |= {reason.key for reason in covering}
            if covering:
                self.result.excused.append(Excused(each.message, covering[0].because, each.span))
                continue
            stale = next((reason for reason in now.reasons if reason.covers(each.was)), None)
            where = "the cases file" if each.code == "MS852" else "the rule file"
            hint = (
                f"the reason given for it is an old one (`{stale.because[:60]}`): write another"
                if stale
                else f"put it back, or say why in {where}: {pasted(each.was)}"
            )
            labelled = replace(each, then=renamed(each.then, self.shown))
            self.findings.add(each.code, each.message, each.span, hint, labelled.labels)
        for reason in fresh:
            if reason.key not in used:
                known = ", ".join(f"`{each.was}`" for each in weaker[:3])
                hint = f"it may be meant for {known}" if known else "leave it out, until there is something to say"
                self.findings.add("MS859", f"nothing called `{reason.was}` was weakened", reason.span, hint)

    def waivers(self, then: Sequence[Waiver], now: Sequence[Waiver]) -> None:
        """A waiver holds its own reason, which must have been written for it."""
        pairs, known = {(w.guarantee, w.name) for w in then}, {folded(w.because) for w in then}
        texts = {(w.guarantee, w.name, w.because) for w in then}
        for each in now:
            if (each.guarantee, each.name, each.because) in texts:
                continue
            added = (each.guarantee, each.name) not in pairs
            what = f"`{each.guarantee}` is waived in `{each.name}`"
            if not is_reason(each.because):
                self.findings.add("MS854", f"{what} without a reason", each.span, "say why in `because`, in words")
            elif added and folded(each.because) in known:
                message = f"{what} for the reason of an older waiver"
                self.findings.add("MS854", message, each.span, "say in `because` why it holds here, too")
            elif added:
                self.result.excused.append(Excused(what, each.because, each.span))

    # --- locks ---

    def locks(self) -> None:
        for name, old in self.then.locked.items():
            if not self.whole and not any(
                (version := each.versions.get(name)) and self.inside(version.path) for each in (self.then, self.now)
            ):
                continue
            label = Weakening("MS858", "", "", None, renamed(old.span, self.shown), "the line as it was").labels
            now = self.now.locked.get(name)
            if now is None:
                place = next(self.lock_places(), None)
                hint = f"put the line back: {old.line}"
                self.findings.add("MS858", f"`{name}` is no longer in `{LOCK}`", place, hint, label if place else ())
            elif now.digest != old.digest:
                what = f"`{name}` is {'withdrawn' if now.digest == WITHDRAWN else 'published with other content'}"
                if self.fresh(now):
                    self.result.excused.append(Excused(what, now.because, now.span))
                else:
                    hint = "say why: `markscheme lock PATH --because TEXT`; or give the new content another `version`"
                    self.findings.add("MS858", f"{what}, and nobody says why", now.span, hint, label)

    def lock_places(self) -> Iterator[Span]:
        from ..files import open_source

        for path in self.now.locks:
            source = open_source(path)
            if not isinstance(source, Diagnostic):
                yield Span(source, 0, len(source.line(1)))

    def fresh(self, locked: Locked) -> bool:
        """Whether a line has a reason that was not there then."""
        old = self.then.locked.get(locked.name)
        return is_reason(locked.because) and (old is None or folded(old.because) != folded(locked.because))
