"""What PyYAML could not read, in a methodologist's words and at the place they would mend. Knows no methodology."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Label, Source, Span
from .unquoted import quoted, shown
from .values import MISSING_SPACE, missing_space, tab

LONGEST_KEY = 1024  # YAML's own limit
_KEY_ABOVE = re.compile(r"[ ]*(?:- +)*([^\s:#][^:#]*):(?: .*)?")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A finding, and the piece of one line that could be put in quotes to read on (None where nothing could)."""

    found: Diagnostic
    piece: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Stumble:
    """Where reading stopped: the text (places are those of `source`), and what was read just before.

    `last` is the place of the last single value, `opened` that of the innermost bracket still open.
    """

    source: Source
    text: str
    error: Exception
    last: tuple[int, int]
    opened: int | None

    @property
    def problem(self) -> str:
        return str(getattr(self.error, "problem", "") or "")

    @property
    def context(self) -> str:
        return str(getattr(self.error, "context", "") or "")

    @property
    def at(self) -> int:
        """Where reading stopped."""
        mark = getattr(self.error, "problem_mark", None) or getattr(self.error, "context_mark", None)
        return min(mark.index, len(self.text)) if mark else self.last[1]

    @property
    def begun(self) -> int:
        """Where the piece begins that could not be read."""
        mark = getattr(self.error, "context_mark", None)
        return min(mark.index, len(self.text)) if mark else self.at

    def line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Without blanks at the end."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return at + len(self.text[at:end].rstrip())

    def value_end(self, at: int) -> int:
        """The end of a value that begins at `at`: of the line, of its text before a comment, or of the item."""
        piece = self.text[at : self.line_end(at)]
        before = self.text[max(self.line_start(at), at - 1000) : at]  # the parser may have looked further than `opened`
        inside = self.opened is not None or sum(map(before.count, "[{")) > sum(map(before.count, "]}"))
        end = re.search(r"[,\]}]|\s+#.*" if inside else r"\s+#.*", piece)
        return at + len((piece[: end.start()] if end else piece).rstrip())

    def before(self) -> str:
        """What stands on the line before the place where reading stopped."""
        return self.text[self.line_start(self.at) : self.at]

    def found(self, code: str, message: str, start: int, end: int, hint: str, *labels: Label) -> Diagnostic:
        end = min(max(start, end), len(self.text))
        return Diagnostic(code, message, Span(self.source, min(start, end), end), hint, labels)

    def label(self, at: int, words: str) -> Label:
        return Label(Span(self.source, at, min(at + 1, len(self.text))), words)


def explain(stumble: Stumble) -> Mistake:
    """The finding for an error of PyYAML's, of whatever class. Never fails, and never shows PyYAML's own words."""
    for explanation in (_sign, _open_quote, _colon, _brackets, _no_colon, _block, _second_document):
        if mistake := explanation(stumble):
            return mistake
    at = stumble.at
    hint = "put text with punctuation in single quotes: `'…'`"
    return Mistake(stumble.found("MS130", "the file cannot be read from here", at, stumble.line_end(at), hint))


def _quote_it(stumble: Stumble, start: int) -> Mistake:
    """A value that begins with a sign which has a meaning of its own."""
    end = max(stumble.value_end(start), start + 1)
    piece = stumble.text[start:end]
    message = f"{shown(piece)} begins with a sign that has a meaning of its own in YAML"
    return Mistake(stumble.found("MS122", message, start, end, f"quote it: {quoted(piece)}"), (start, end))


def _sign(stumble: Stumble) -> Mistake | None:
    at, begun, problem, context = stumble.at, stumble.begun, stumble.problem, stumble.context
    if "cannot start any token" in problem:
        if stumble.text[at : at + 1] == "\t":
            return Mistake(tab(stumble.source, at))
        return _quote_it(stumble, at)
    if any(word in context for word in ("alias", "anchor", "block scalar", "tag")):
        return _quote_it(stumble, begun)
    if "tag handle" in problem:
        return _quote_it(stumble, at)
    if "mapping keys are not allowed" in problem:
        return _quote_it(stumble, at)
    if "sequence entries are not allowed" in problem:
        end = stumble.value_end(at)
        if end <= at + 1:
            return _quote_it(stumble, at)
        hint = f"write {shown(stumble.text[at:end])} on a line of its own, or the list as `[…]`"
        return Mistake(stumble.found("MS127", "a list with `-` begins on a line of its own", at, end, hint))
    if "expected node content" in problem or "expected the node content" in problem:
        sign = stumble.text[at : at + 1]
        if sign == "," and "flow" in context:
            hint = "write what is missing, or take the comma out"
            return Mistake(stumble.found("MS119", "nothing stands before this comma", at, at + 1, hint))
        if sign in ("]", "}"):
            return Mistake(_closes_nothing(stumble, at))
        if sign:
            return _quote_it(stumble, at)
    return None


def _open_quote(stumble: Stumble) -> Mistake | None:
    if "quoted scalar" not in stumble.context and "double-quoted" not in stumble.context:
        return None
    start, at = stumble.begun, stumble.at
    quote = stumble.text[start : start + 1]
    if "end of stream" in stumble.problem or "document" in stumble.problem:
        message, hint = "this quote is opened and never closed", f"close it with `{quote}`"
        return Mistake(stumble.found("MS125", message, start, stumble.line_end(start), hint))
    slash = max(stumble.text.rfind("\\", start, at + 1), start)
    message = f"{shown(stumble.text[slash : slash + 2])} in double quotes is not a character"
    hint = "put the text in single quotes, or write `\\\\` for a backslash"
    return Mistake(stumble.found("MS129", message, slash, max(at, slash + 2), hint))


def _colon(stumble: Stumble) -> Mistake | None:
    """A colon and a space where no key may stand."""
    if "mapping values are not allowed" not in stumble.problem:
        return None
    at, (start, end) = stumble.at, stumble.last
    here = stumble.line_start(at)
    if at - here > LONGEST_KEY:
        hint = f"a key is at most {LONGEST_KEY:,} characters"
        return Mistake(stumble.found("MS103", "the text before this colon is too long for a key", at, at + 1, hint))
    beside = not stumble.text[end:at].strip()
    if start >= here or not beside:
        start = start if beside else at - len(stumble.before().lstrip(" -"))
        if comma := _FORGOTTEN_COMMA.search(stumble.text[start:at]):
            return _comma_missing(stumble, comma[1], start + comma.start(1), (start, at))
        return _whole_in_quotes(
            stumble, start, f"the colon after {shown(stumble.text[start:at])} ends the text before it"
        )
    first = stumble.text[start : stumble.line_end(start)]
    if missing := MISSING_SPACE.fullmatch(first):
        return Mistake(missing_space(stumble.source, missing, start))
    above = stumble.text[stumble.line_start(start) : start]
    key_here = stumble.text[here:at].strip()
    if _KEY_ABOVE.fullmatch(above.rstrip() + " ") and above.strip():
        message = f"{shown(key_here)} is indented under a key that already has a value"
        hint = "line it up with the key it belongs beside, or take the value above away"
        label = Label(Span(stumble.source, start, start + len(first)), "this value")
        return Mistake(stumble.found("MS127", message, at - len(key_here), at, hint, label))
    return Mistake(_without_colon(stumble, start))


# keys that follow another on one line, inside `{…}`
_FOLLOWING = (
    "then|is|at_most|at_least|because|cite|status|to|from|for|title|value|absent|limits|type|scale|each|unit|min|max|decimals|"
    "better|of|rows|when|otherwise|empty|level|member|colour|formula|rules|apply|result|version|name|given|expect"
)
_FORGOTTEN_COMMA = re.compile(rf"[\w)}}\]\"'%] +({_FOLLOWING})$")
_KEY_NEXT = re.compile(rf"({_FOLLOWING}) *:(?=\s)")


def _comma_missing(stumble: Stumble, word: str, start: int, whole: tuple[int, int]) -> Mistake:
    place = start, start + len(word)
    return Mistake(stumble.found("MS124", f"a comma is missing before `{word}`", *place, f"`…, {word}: …`"), whole)


def _whole_in_quotes(stumble: Stumble, start: int, message: str) -> Mistake:
    end = max(stumble.value_end(start), min(start + 1, len(stumble.text)))
    whole = stumble.text[start:end]
    hint = f"put the whole text in single quotes: {quoted(whole, single=True)}"
    return Mistake(stumble.found("MS124", message, start, end, hint), (start, end))


def _after_quote(stumble: Stumble) -> Mistake | None:
    """Text that goes on after a closing quote, as in `"a" and b`."""
    start, end = stumble.last
    if stumble.text[start : start + 1] not in ("'", '"') or stumble.text[end : stumble.at].strip() or end <= start:
        return None
    if stumble.line_start(start) != stumble.line_start(stumble.at):
        if stumble.line_start(end) != stumble.line_start(stumble.at):
            return None
        label = stumble.label(end - 1, "closed here, by what looks like the next opening quote")
        hint = f"close it with `{stumble.text[start]}` at the end of its text"
        message = "this quote is closed on a later line, where more text follows"
        return Mistake(stumble.found("MS125", message, start, stumble.line_end(start), hint, label))
    stop = max(stumble.value_end(stumble.at), stumble.at)
    after = end + len(stumble.text[end : stumble.at])
    if key := _KEY_NEXT.match(stumble.text, after):
        return _comma_missing(stumble, key[1], after, (start, stop))
    whole = stumble.text[start:stop]
    if whole.count("'") > 2 and whole[0] == "'":  # an apostrophe closed it
        hint = "write an apostrophe in single quotes twice, `''`, or use double quotes"
    else:
        inner = whole if whole[0] == '"' else whole.replace("'", '"')
        hint = f"put the whole rule in single quotes: {quoted(inner, single=True)}"
    return Mistake(stumble.found("MS124", "text goes on after the closing quote", start, stop, hint), (start, stop))


def _closes_nothing(stumble: Stumble, at: int) -> Diagnostic:
    sign = stumble.text[at]
    hint = f"take the `{sign}` out, or quote the text it belongs to"
    return stumble.found("MS126", f"`{sign}` closes a bracket that is not open", at, at + 1, hint)


def _brackets(stumble: Stumble) -> Mistake | None:
    """Something inside `[…]` or `{…}`."""
    if "flow" not in stumble.context:
        return None
    if mistake := _after_quote(stumble):
        return mistake
    at, begun = stumble.at, stumble.begun
    if stumble.text[begun : begun + 1] not in ("[", "{"):
        begun = max(stumble.text.rfind("[", 0, at), stumble.text.rfind("{", 0, at), 0)
        begun = begun if stumble.opened is None else stumble.opened
    opened = stumble.text[begun : begun + 1]
    closing = "}" if opened == "{" else "]"
    for comment in re.finditer(r"\s#[^\n]*", stumble.text[begun : stumble.line_end(at)]):
        if closing in comment[0] and _is_comment(stumble, begun + comment.start() + 1):
            start = begun + comment.start() + 1
            hint = "quote the text, or close the bracket before the comment"
            message = f"the `{closing}` on this line is inside a comment"
            return Mistake(stumble.found("MS120", message, start, begun + comment.end(), hint))
    sign = stumble.text[at : at + 1]
    same_line = stumble.line_start(at) == stumble.line_start(stumble.last[0])
    if sign in (":", "?") and same_line and stumble.last[0] > begun:
        words = stumble.text[stumble.last[0] : at]
        if sign == ":" and (comma := _FORGOTTEN_COMMA.search(words)):
            start = stumble.last[0] + comma.start(1)
            return _comma_missing(stumble, comma[1], start, (stumble.last[0], at))
        return _whole_in_quotes(stumble, stumble.last[0], f"the `{sign}` after {shown(words)} ends the text before it")
    if sign in ("{", "[") and stumble.before().rstrip()[-1:] in ("}", "]"):
        message = f"a comma is missing before this `{sign}`"
        return Mistake(stumble.found("MS124", message, at, at + 1, f"`…, {sign}…`"))
    if sign and sign in "]}":
        message, hint = f"`{opened}` is closed by `{sign}`", f"close it with `{closing}`"
        return Mistake(stumble.found("MS126", message, begun, begun + 1, hint, stumble.label(at, "closed here")))
    message, hint = f"`{opened}` is opened and never closed", f"close it with `{closing}`"
    labels = (stumble.label(at, "it was still open here"),) if at < len(stumble.text.rstrip()) else ()
    return Mistake(stumble.found("MS126", message, begun, begun + 1, hint, *labels))


def _is_comment(stumble: Stumble, at: int) -> bool:
    """Whether `#` at this place is outside quotes, as far as its own line shows."""
    before = stumble.text[stumble.line_start(at) : at]
    return before.count('"') % 2 == 0 and before.count("'") % 2 == 0


def _without_colon(stumble: Stumble, start: int) -> Diagnostic:
    end = stumble.value_end(start)
    piece = stumble.text[start:end]
    eaten = re.search(r"\s+(#.*)", stumble.text[start : stumble.line_end(start)])
    if eaten and ":" in eaten[1]:
        hint = f"quote the key: {quoted(piece + eaten[0])}"
        at = start + eaten.start(1)
        return stumble.found("MS120", f"{shown(eaten[1])} is read as a comment", at, start + eaten.end(), hint)
    if missing := MISSING_SPACE.fullmatch(piece):
        return missing_space(stumble.source, missing, start)
    if key := re.fullmatch(rf"({_FOLLOWING}) ([^\n]+)", piece):
        hint = f"`{key[1]}: {' '.join(key[2].split())[:60]}`"
        return stumble.found("MS121", f"there is no colon after `{key[1]}`", start, start + len(key[1]), hint)
    message = f"{shown(piece)} is not followed by a colon and a value"
    hint = f"write `{' '.join(piece.split())[:40]}: …`; text that goes on from the line above is indented further"
    return stumble.found("MS121", message, start, end, hint)


def _no_colon(stumble: Stumble) -> Mistake | None:
    if "expected ':'" not in stumble.problem:
        return None
    return Mistake(_without_colon(stumble, stumble.begun))


def _block(stumble: Stumble) -> Mistake | None:
    """Something that does not belong in an indented list or set of keys."""
    if "block" not in stumble.context:
        return None
    if mistake := _after_quote(stumble):
        return mistake
    at, before = stumble.at, stumble.before()
    sign = stumble.text[at : at + 1]
    if sign and sign in "]}":
        return Mistake(_closes_nothing(stumble, at))
    end = max(stumble.value_end(at), min(at + 1, len(stumble.text)))
    if before.strip(" -"):
        start = stumble.last[1] if stumble.last[1] <= at else at
        colon = before.rfind(": ")
        start = stumble.line_start(at) + colon + 2 if colon >= 0 else at - len(before.strip(" -"))
        return _whole_in_quotes(stumble, start, "text goes on after the end of a value")
    if sign == ":":
        return Mistake(
            stumble.found("MS121", "nothing stands before this colon", at, at + 1, "write the key before it")
        )
    column, level = at - stumble.line_start(at), stumble.begun - stumble.line_start(stumble.begun)
    if column == level:
        message = "a list item and a key stand side by side"
        hint = "indent the list under its key, or give every item its `-`"
    else:
        message = f"{shown(stumble.text[at:end])} does not line up with the lines above"
        above = stumble.text[: stumble.line_start(at)].rstrip()[-1000:]
        above = above[above.rfind("\n") + 1 :]
        lead = len(above) - len(above.lstrip(" " if sign == "-" else " -"))
        indents = sorted({lead, level} if (sign == "-") == (stumble.text[stumble.begun] == "-") else {lead})
        hint = f"begin the line with {' or '.join(map(str, indents))} spaces, as the lines above do"
    return Mistake(stumble.found("MS127", message, at, end, hint))


def _second_document(stumble: Stumble) -> Mistake | None:
    if "<document start>" not in stumble.problem:
        return None
    at = stumble.at
    if mistake := _after_quote(stumble):
        return mistake
    sign = stumble.text[at : at + 1]
    if sign and sign in "]}":
        return Mistake(_closes_nothing(stumble, at))
    return Mistake(second_document(Span(stumble.source, at, max(stumble.line_end(at), at))))


def second_document(span: Span) -> Diagnostic:
    return Diagnostic("MS111", "a second document begins here", span, "write one document in one file")
