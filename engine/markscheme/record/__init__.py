"""One record at a time, by generated Python, once there are enough of them. Knows planned programs, intake and what a
result is; no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from ..intake import MOST_KEYS, Intake
from ..interpret import interpret
from ..ir import Program
from ..result import Reject, Result
from ..trace import Given, Key
from .reading import Miss

if TYPE_CHECKING:
    from .layouts import Layout
    from .running import Running
    from .writing import Generated

INTERPRETED = 8  # records before it pays to compile
MOST_LAYOUTS = 16
MOST_COMPILED = 50_000  # cost of a program beyond which it is interpreted
_DEEPEST = 8  # mappings inside each other

Shape = tuple[object, ...]


class Rater:
    """Rates the records of one methodology. Threads may share it.

    `changed` is told the function that rates records which are laid out as the last one was at once, and all others by
    `rate`.
    """

    def __init__(self, program: Program, intake: Intake, changed: Callable[[Generated], None]) -> None:
        self._program = program
        self._intake = intake
        self._compiled: Running | None = None
        self.given_up: Exception | None = None  # why it could not be compiled, which is not to be
        self._layouts: dict[Shape, Layout | None] = {}  # None: there is no function for these
        self._interpreted = 0
        self._lock = Lock()
        self._changed = changed
        self._latest: Layout | None = None

    def rate(self, record: Mapping[str, object], id: str | None = None) -> Result | Reject:
        """Any record. Never raises for data."""
        if self._latest is not None:
            try:
                found: Result = self._latest.attempt(record, id)
            except Exception:  # something is wrong with it, or it has values that raise
                pass
            else:
                return found
        return self._otherwise(record, id)

    def _otherwise(self, record: Mapping[str, object], id: str | None = None) -> Result | Reject:
        """A record that is not laid out as the last one was, or that has something wrong."""
        shape = _shape(record)
        layout = self._layouts.get(shape) if shape is not None else None
        if layout is not None and layout is not self._latest:
            try:
                found: Result = layout.attempt(record, id)
            except Exception:  # as above
                pass
            else:
                self._use(layout)
                return found
        taken = self._intake.nested(record)
        if isinstance(taken, tuple):
            return Reject(taken, id)
        result = self.rate_typed(taken, id)
        if layout is not None:
            layout.remember(record)
        elif shape is not None and self._compiled is not None and shape not in self._layouts:
            self._lay_out(shape, record, self._compiled)
        return result

    def rate_typed(self, given: Mapping[Key, Given], id: str | None = None) -> Result:
        """A record whose inputs are typed already."""
        if self._compiled is None:
            self._interpreted += 1
            if self._interpreted > INTERPRETED:
                self._compile()
        running = self._compiled
        if running is not None:
            if running.full:  # others will be met: from the beginning
                self._compiled, self._latest, self._layouts = None, None, {}
            else:
                held = running.all_held(given)
                with suppress(Miss):
                    if held is not None:
                        return Result.worked_out(Typed(running), given, running.typed(held), id)
        return Result.interpreted(self._program, interpret(self._program, given), id)

    def _compile(self) -> None:
        """Once. While one thread does, the others interpret; and so all do where it cannot be done."""
        if self.given_up or self._program.cost > MOST_COMPILED or not self._lock.acquire(blocking=False):
            return
        try:
            if self._compiled is None:
                from ..lowered.planning import plan
                from .running import Running

                self._compiled = Running(plan(self._program), self._intake)
        except Exception as error:  # data are rated all the same
            self.given_up = error.with_traceback(None)
        finally:
            self._lock.release()

    def _lay_out(self, shape: Shape, record: Mapping[str, object], running: Running) -> None:
        """Makes the function for records such as this one."""
        from .layouts import covers, laid_out

        if len(self._layouts) >= MOST_LAYOUTS:
            return
        paths = self._intake.paths(record)
        if paths is None or not covers(paths, record):
            self._layouts[shape] = None
            return
        together = dict.fromkeys(path[:-1] for path in paths.values())
        ordered = {
            key: path for outer in sorted(together, key=len) for key, path in paths.items() if path[:-1] == outer
        }
        self._layouts[shape] = None  # until it is there: others may come meanwhile
        try:
            layout = self._layouts[shape] = laid_out(running, ordered, record, self._otherwise)
        except Exception as error:  # they are rated all the same
            self.given_up = error.with_traceback(None)
        else:
            self._use(layout)

    def _use(self, layout: Layout) -> None:
        self._latest = layout
        self._changed(layout.rate)


class Typed:
    """Where the inputs of a result come from that was typed before."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def given(self, given: Mapping[Key, Given]) -> Mapping[Key, Given]:
        """They are as they were."""
        return given


def _shape(record: object, deep: int = 0) -> Shape | None:
    """The keys of a record and of the mappings in it, which say how it is laid out; None for what is no plain one."""
    if type(record) is not dict or len(record) > MOST_KEYS or deep > _DEEPEST:
        return None
    found: list[object] = []
    for key, value in record.items():
        if type(key) is not str:  # it may not even say what it equals
            return None
        found.append((key, _shape(value, deep + 1)) if type(value) is dict else key)
    return tuple(found)
