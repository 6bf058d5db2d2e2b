"""Small rule files for tests: the methodology of `codes.BASE` with some of its top-level keys replaced."""

import re

from markscheme.codes import BASE

_KEY = re.compile(r"^(?=[^\s#-])", re.MULTILINE)  # a line that starts a top-level key; a list may start at column 1


def splice(fragment: str) -> str:
    """`BASE` with the top-level keys of the fragment in place of its own; other keys stand at the end."""
    ours, theirs = _parts(BASE), _parts(fragment)
    names = {name for name, _ in ours}
    text = ""
    for name, part in ours:
        replaced = [new for other, new in theirs if other == name]
        text += "".join(replaced) if replaced else part
    return text + "".join(new for name, new in theirs if name not in names)


def _parts(text: str) -> list[tuple[str, str]]:
    """Each top-level key and all that belongs to it, in order."""
    parts = [part for part in _KEY.split(text) if part]
    return [(part.partition(":")[0], part if part.endswith("\n") else part + "\n") for part in parts]
