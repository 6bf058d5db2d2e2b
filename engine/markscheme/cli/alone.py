"""What a process need not load, nor look through, that is all the command's own. Knows no command, and no data but its
types.

Arrow, when it is first given a list, loads pandas where that is installed, to see whether the list is of it. This takes
longer than all else that is loaded.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_PANDAS = "pandas"
_ours = False


def begin() -> None:
    """Nobody else works in this process, nor will."""
    global _ours
    _ours = True
    atexit.register(gc.freeze)  # else all that is left is looked through for circles before the process lets go of it


@contextmanager
def loading() -> Iterator[None]:
    """While much is made and little is thrown away: what is there then stays, and is not looked through again."""
    if not (_ours and gc.isenabled()):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def without_pandas(types: Iterable[pa.DataType]) -> None:
    """Before Arrow is given its first list. `types` are those of the data: of nanoseconds that are no column of their
    own Arrow can say no more than half without pandas, so there it is left to load it."""
    import pyarrow as pa

    from ..data.parquet import is_value

    known = all(is_value(type) or pa.types.is_boolean(type) or pa.types.is_null(type) for type in types)
    if not (_ours and known) or _PANDAS in sys.modules:
        return
    finder = _Missing()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])  # it looks once
    finally:
        sys.meta_path.remove(finder)


class _Missing:
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == _PANDAS:
            raise ModuleNotFoundError(f"no module named {name}", name=name)
