"""The reasons that a methodologist has written for what was weakened: `weakened: [{was: …, because: …}]`. Reads them
from documents, and says which cover what. Knows no case and no guarantee."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..diagnostics import Span
from ..document import Mapping, Node, Scalar, Sequence
from ..ir import folded

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@%£() -]*[A-Za-z0-9)%]")
_TAKEN = frozenset(["yes", "no", "on", "off", "true", "false", "null", "y", "n"])
_AFTER_COLON = re.compile(r"\s*:\s*")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is no longer what it was. `was` is one of the things it is written for."""

    was: str
    because: str
    span: Span

    @property
    def key(self) -> tuple[str, str]:
        return _plain(self.was), folded(self.because)

    def covers(self, was: str) -> bool:
        """Also each row of a table of cases, by the name of the table."""
        own, other = _plain(self.was), _plain(was)
        return own == other or other.startswith(f"{own}: ")


def reasons(top: Node | None) -> tuple[Reason, ...]:
    """Those of a rule file or a cases file. What is of the wrong shape has been complained of elsewhere."""
    written = top.get("weakened") if isinstance(top, Mapping) else None
    found = []
    for item in written.items if isinstance(written, Sequence) else ():
        was, because = (item.get(key) if isinstance(item, Mapping) else None for key in ("was", "because"))
        said = was.items if isinstance(was, Sequence) else (was,)
        if isinstance(because, Scalar) and is_reason(because.text):
            found += [Reason(each.text, because.text, item.span) for each in said if isinstance(each, Scalar)]
    return tuple(found)


def is_reason(text: str) -> bool:
    """Whether there is a word in it."""
    return re.search(r"[^\W\d_]{2}", text) is not None


def new_ones(now: Iterable[Reason], then: Iterable[Reason]) -> tuple[Reason, ...]:
    """Those that were not there then: an old reason was for an old change."""
    old = {each.key for each in then}
    return tuple(each for each in now if each.key not in old)


def pasted(was: str) -> str:
    """What to write, but for the reason itself."""
    return f"weakened: [{{was: {_quoted(was)}, because: …}}]"


def _quoted(text: str) -> str:
    """Whole, as it can stand within braces."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _TAKEN:
        return text
    return json.dumps(text, ensure_ascii=False)


def _plain(text: str) -> str:
    return _AFTER_COLON.sub(": ", folded(text))
