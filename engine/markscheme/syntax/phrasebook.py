"""Phrases of handbooks and spreadsheets, and how the language says each. Knows no names and no types.

It is asked only about a text that is no rule. Rows are tried in order: the first phrase that goes over the place where
the text went wrong, or ends just before it, is the one that is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from . import phrasing

LONGEST_TEXT = 500  # in which phrases are looked for, which takes time
LONGEST = 90  # of a message


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase at `text[start:end]`, what is wrong in a few words and the way out; `meant` is the whole text with the
    phrase said as the language says it, where that can be told. More may be wrong with it."""

    start: int
    end: int
    message: str
    way_out: str
    meant: str | None = None


_Words = str | Callable[["re.Match[str]"], str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """How a phrase is found, and the words that stand in its place or, in a row of advice, say what to do. What `at`
    finds is the place that is shown; without it that is all that was found."""

    text: str
    starts: tuple[str, ...]  # the kinds of text it is for; all, where it names none
    words: _Words
    is_advice: bool
    message: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        return phrasing.pattern(self.text)


def phrase_at(text: str, at: int, start: str) -> Found | None:
    """The phrase that a text of this kind stumbles over at `at`."""
    if len(text) > LONGEST_TEXT:
        return None
    for row in ROWS:
        if row.starts and start not in row.starts:
            continue
        for match in row.pattern.finditer(text):
            if match.start() > at:
                break
            words = row.words(match) if callable(row.words) else match.expand(row.words)
            if not text[match.end() : at].strip() and words is not None and words != match[0]:
                return _found(row, match, words)
    return None


def _found(row: Row, match: re.Match[str], words: str) -> Found:
    start, end = match.span("at") if "at" in row.pattern.groupindex else match.span()
    text, piece = match.string, match.string[start:end]
    if piece.strip(" ,"):
        start, end = start + len(piece) - len(piece.lstrip(" ,")), start + len(piece.rstrip())
    phrase, said = " ".join(text[start:end].split()), " ".join(words.split())
    if row.is_advice:
        return Found(start, end, row.message or f"`{phrase[:40]}` was not expected here", words)
    message = row.message or (f"`{phrase}` is written `{said}`" if said else f"`{phrase}` is left out")
    if len(message) > LONGEST:
        message = f"`{phrase[:40]}{'…' if len(phrase) > 40 else ''}` is written in another way"
    meant = " ".join(f"{text[: match.start()]}{words}{text[match.end() :]}".split())
    return Found(start, end, message, f"write `{said}`" if said else "leave it out", meant)


_C, _F, _CELL, _ANY = ("condition",), ("formula", "outcome"), ("cell",), ()
_NOT_PROMISES = (*_C, *_F, *_CELL, "values", "column")


def _say(starts: tuple[str, ...], pattern: str, words: _Words, message: str = "") -> Row:
    return Row(pattern, starts, words, is_advice=False, message=message)


def _advise(starts: tuple[str, ...], pattern: str, words: _Words, message: str = "") -> Row:
    return Row(pattern, starts, words, is_advice=True, message=message)


_MORE, _LESS = r"(?:more|greater|higher|larger|bigger)", r"(?:less|fewer|lower|smaller)"
_OR_BETTER = r"(?:or|and) (?:better|higher|above|more|over|greater|up|upwards|longer|later)\b"
_OR_WORSE = r"(?:or|and) (?:worse|lower|below|less|under|fewer|down|shorter|earlier)\b"
_AGG = r"(sum|count|mean|median|best|worst|highest|lowest|average|avg|total|number|maximum|minimum|max|min)"
_COMPARED = r"(?P<at>at least|at most|more than|less than|better than|worse than|one of|from) "
_UNITS = r"(?:per ?cent|percentage points?|points?|marks?|pts|pounds|days?|weeks?|months?|years?|hours?|minutes?)"
_NOTHING = r"(?:blank|missing|null|empty|unknown|undefined|not known|not given|n/a)"
_ROUNDED = (
    r"(?P<at>rounded(?P<how>(?: (?:half )?(?:up|down|off))?"
    r"(?: to (?:the )?(?:nearest )?(?:\d+(?:\.\d+)?|whole|one|integer)?(?: (?:decimals?(?: places?)?|number|dp))?)?))"
)
_WITH = "but(?: also)?|and also|as well as|together with|provided(?: that)?|as long as|given that|while|when|where"
_OTHERS = r"any|all|none|both|some|the rest|(?:all |any )?(?:the )?others?|every(?:one|thing)"
_EXCEPT_ONE = r"(?:except(?: for)?|other than|excluding|apart from|but not)"
_EXCEPT_WHERE = r",? (?:unless|except(?: where| when| if| that)?)"
_RULES = "write one rule for each outcome: `{when: …, then: …}`, the last one `{otherwise: …}`"
_EXCEPTION = "an exception is written with its opposite"
_AWAY = "roundup|rounddown|round up|round down|ceil|ceiling|floor|int|trunc"

ROWS: tuple[Row, ...] = (
    # how many
    _say(_C, r"<HEAD><N> or more <OF>", phrasing.count("at least")),
    _say(_C, rf"<HEAD><N> or {_LESS} <OF>", phrasing.count("at most")),
    _say(_C, rf"<HEAD>(?:no|not) {_MORE} than <N> <OF>", phrasing.count("at most")),
    _say(_C, rf"<HEAD>(?:no|not) {_LESS} than <N> <OF>", phrasing.count("at least")),
    _say(_C, rf"<HEAD>{_MORE} than <N> <OF>", phrasing.count("at least", 1)),
    _say(_C, rf"<HEAD>{_LESS} than <N> <OF>", phrasing.count("at most", -1)),
    _say(_C, r"<HEAD>(?:up to|(?:a )?maximum(?: of)?|as many as) <N> <OF>", phrasing.count("at most")),
    _say(_C, r"<HEAD>(?:a )?minimum(?: of)? <N> <OF>", phrasing.count("at least")),
    _say(_C, r"<HEAD>(?:only|just|precisely) <N> <OF>", phrasing.count("exactly")),
    _say(_C, r"<HEAD>at least <WORD> <OF>", phrasing.count("at least")),
    _say(_C, r"<HEAD>at most <WORD> <OF>", phrasing.count("at most")),
    _say(_C, r"<HEAD>exactly <WORD> <OF>", phrasing.count("exactly")),
    _say(_C, r"<HEAD>(?:at least )?half <OF><MANY> (?:is|are) <SAID>", phrasing.share("at least")),
    _say(_C, rf"<HEAD>{_LESS} than half <OF><MANY> (?:is|are) <SAID>", phrasing.share("less than")),
    _say(_C, rf"<HEAD>(?:at most|no {_MORE} than|up to) half <OF><MANY> (?:is|are) <SAID>", phrasing.share("at most")),
    _say(_C, rf"<HEAD>(?:(?:the |a )?majority of |most |{_MORE} than half )<OF><MANY> (?:is|are) <SAID>",
         phrasing.share("more than")),
    _advise(_C, rf"<HEAD>(?:(?:the |a )?majority|most|(?:at least |{_MORE} than )?half) ",
            "a share is a count: `count(x where x is poor) is more than count(x) / 2`"),
    _say(_C, r"<HEAD>not (?:all|every) <OF><MANY> (?:is|are) <SAID>", phrasing.not_all),
    _say(_C, r"<HEAD>not (?:any|one) <OF>", "none of "),
    _say(_C, r"<HEAD>all (?:but|bar|except(?: for)?) <N> <OF><MANY> (?:is|are) <SAID>", phrasing.all_but),
    _say(_C, r"<HEAD>no <NAME> (?:is|are) ", r"none of \1 are "),
    _say(_C, r"<HEAD>no(?:t)? <NAME>(?=$|\)| and | or )", r"\1 is no"),
    _say(_C, r"(?<= and )(?P<at>either )(.+? is .+ or .+? is .+)$", r"(\2)"),
    _say(_C, r"<HEAD>(?P<at>either )(?=.+? is .+ or .+ is )", ""),
    _say(_C, r"<HEAD>(?P<at>both )(?=.+? is .+ and .+ is )", ""),
    _say(_C, r"<HEAD>both <NAME> and <NAME> (?:is|are) ", r"all of (\1, \2) are "),
    _say(_C, r"<HEAD>either <NAME> or <NAME> (?:is|are) ", r"any of (\1, \2) are "),
    _say(_C, r"<HEAD>neither <NAME> nor <NAME> (?:is|are) ", r"none of (\1, \2) are "),
    _advise(_C, rf"<HEAD>(?P<at>{_OTHERS}) (?:of |are |is )(?!(?:the |these |all )?<MANY> (?:is|are))",
            "say of what: `none of ratings are poor`, `all of ratings are good`"),
    _say(_C, r"<HEAD><SOME> (?P<at>is) ", r"\1 are ", "a quantifier goes with `are`"),
    _say(_C, r"<HEAD>(any|all|none|at least \d+|at most \d+|exactly \d+) (?P<at><MANY>) (?:is|are) ", r"\1 of \2 are ",
         "`of` is missing"),
    _say(_C, r"<HEAD>(?:every|each|both|all)(?: one| single)? <OF><MANY> (?:is|are) ", r"all of \1 are "),
    _say(_C, r"<HEAD>(?:some|either|any) <OF><MANY> (?:is|are) ", r"any of \1 are "),
    _say(_C, r"<HEAD>(?:none|neither) <OF><MANY> (?:is|are) ", r"none of \1 are "),
    _say(_C, r"<HEAD>(at least \d+|at most \d+|exactly \d+) <OF><MANY> (?:is|are) ", r"\1 of \2 are "),
    _advise(_C, r"<HEAD>(?:between |from )?<N> (?:and|to|or) <N> of (.+? (?:is|are) <SAID>)", phrasing.some_to_some,
            "how many is said in two conditions"),
    _advise(_C, r"<HEAD>(?P<at><N>) (?:of )?<OF><MANY> (?:is|are) ", phrasing.either_count,
            "this can mean so many or more, or just so many"),
    _advise(_C, r"<HEAD>(?:several|a few|many|few) ", "say how many: `at least 2 of ratings are good`"),
    _say(_ANY, r"(?<=\bof )(?:the|these|those|all of the|all of|all|its) (?=[a-z(])", ""),
    # exceptions and joining words
    _advise(_C, rf" of <NAME> (?P<at>{_EXCEPT_ONE} <NAME>) (?:is|are) ",
            r"choose by an attribute of the set's members: `of (\1 where counted is yes) are …`",
            "members are not left out by name"),
    _say(_C, rf"(?P<at>{_EXCEPT_WHERE}) (?P<rest>(?:(?! and | or ).)+)$", phrasing.turned, _EXCEPTION),
    _say(_C, r"^(?P<at>unless) (?P<rest>(?:(?! and | or ).)+)$", lambda m: phrasing.opposite(m["rest"]), _EXCEPTION),
    _advise(_C, r",? ?\b(?:unless|except(?:ing)?) ",
            "give the exception a rule of its own, above this one, or write its opposite after `and`"),
    _say(_C, r"^(?:if|when|whenever|where|provided(?: that)?) (?!.* (?:then|else) )", ""),
    _advise(_ANY, r"\b(?:if|then|else|otherwise|case|lambda|return|def|import)\b", _RULES,
            "a rule has one outcome, on its own"),
    _say(_C, rf"(?<= )(?:{_WITH}) (?=.* (?:is|are) )", "and "),
    _advise(_C, r",(?= ?(?:and |or )?[a-z].* (?:is|are) )", "say which: `… and …`, or `… or …`",
            "a comma does not join conditions"),
    _say(_C, r"<HEAD>(?P<at>not) (?P<rest>.+? (?:is|are) (?:(?! and | or ).)+)", lambda m: phrasing.opposite(m["rest"]),
         "`not` follows `is`"),
    # what is said of a value
    _say(_C, rf"<IS> (?:no|not) (?:{_MORE} than|over|above) ", r"\1 at most "),
    _say(_C, rf"<IS> (?:no|not) (?:{_LESS} than|under|below) ", r"\1 at least "),
    _say(_C, r"<IS> not at least ", r"\1 less than "),
    _say(_C, r"<IS> not at most ", r"\1 more than "),
    _advise(_C, r"<IS> not better than ", r"of levels `\1 at most fair`; of numbers say `at most` or `at least`"),
    _advise(_C, r"<IS> not worse than ", r"of levels `\1 at least fair`; of numbers say `at most` or `at least`"),
    _say(_C, rf"<IS> not (?:absent|{_NOTHING})\b", r"\1 present"),
    _say(_C, r"<IS> not present\b", r"\1 absent"),
    _say(_C, r"(?:<HEAD>all of (?P<many>[a-z0-9_]+|\([^()]*\)) are|<HEAD>(?P<one>[a-z0-9_ ]+?) is) "
         r"(?:not (?:one of |in )(?=\()|neither |not (?=[a-z0-9_]+ n?or ))"
         r"(?P<values>\([^()]*\)|[a-z0-9_.]+(?: n?or [a-z0-9_.]+)+)(?![a-z0-9_]| (?:is|are)\b)",
         phrasing.none_of_these),
    _say(_C, r"<NAME> is not (?:from|between) ([^\s()]+) (?:to|and) ([^\s()]+)", phrasing.outside),
    _say(_C, rf"<IS> <VALUE> {_OR_BETTER}(?: than)?", r"\1 at least \2"),
    _say(_C, rf"<IS> <VALUE> {_OR_WORSE}(?: than)?", r"\1 at most \2"),
    _say(_C, rf"<IS> (?:{_MORE} than or equal to|equal to or {_MORE} than) ", r"\1 at least "),
    _say(_C, rf"<IS> (?:{_LESS} than or equal to|equal to or {_LESS} than) ", r"\1 at most "),
    _say(_C, r"<IS> (?:between|in the range(?: of)?(?: from)?) (.+?) (?:and|to) ", r"\1 from \2 to "),
    _say(_C, r"<IS> (?:in|among|any of|either of) (?=\()", r"\1 one of "),
    _say(_C, r"<IS> one of (?!\()((?:<VALUE>(?:, or |, | or ))*<VALUE>)", phrasing.one_of),
    _say(_C, r"<IS> (?:either )?((?:<VALUE>, )*<VALUE>,? or <VALUE>)(?=$| and | or |\)|,)", phrasing.one_of),
    _say(_C, rf"<IS> (?:over|above|{_MORE} than|in excess of|exceeding|beyond) ", r"\1 more than "),
    _say(_C, rf"<IS> (?:under|below|{_LESS} than|short of) ", r"\1 less than "),
    _say(_C, r"<IS> (?:up to|a maximum of|maximum) ", r"\1 at most "),
    _say(_C, r"<IS> (?:a minimum of|minimum) ", r"\1 at least "),
    _say(_C, r"<IS> (?:equal to|the same as|exactly|precisely) ", r"\1 "),
    _say(_C, r"<IS> (?:different from|other than|unlike|not equal to|not the same as) ", r"\1 not "),
    _say(_C, r"(?<= )(?:exceeds?|goes over) ", "is more than "),
    _say(_C, r"(?<= )(?:does not|do not|must not|may not|cannot) exceed ", "is at most "),
    _say(_C, r"(?<= )(?:reaches|meets|achieves|attains) ", "is at least "),
    _say(_C, r"(?<= )(?:falls below|drops below) ", "is less than "),
    _say(_C, r"(?<= )(?:equals?|was|has been|becomes|will be|must be|should be|shall be) ", "is "),
    _say(_C, r"(?<= )(?:were|have been) ", "are "),
    _say(_C, r"(?<= )(?:does not equal|differs from|was not) ", "is not "),
    _say(_C, r"(?<= )(?:has|have) no (?:value|rating|score|answer|data)\b", "is absent"),
    _say(_C, r"(?<= )(?:has|have) a (?:value|rating|score|answer)\b", "is present"),
    _say(_C, r"(?<= )in (?=\()", "is one of "),
    _say(_C, rf"<HEAD><SOME> {_COMPARED}", r"\1 are \2 ", "`are` comes before it"),
    _say(_C, rf"<HEAD><NAME>(?: of)? {_COMPARED}", r"\1 is \2 ", "`is` comes before it"),
    _say(_C, rf"(?<=[a-z0-9_)] )(?:over|above|{_MORE} than) (?=\d)", "is more than "),
    _say(_C, rf"(?<=[a-z0-9_)] )(?:under|below|{_LESS} than) (?=\d)", "is less than "),
    _say(_ANY, rf"(\d+(?:\.\d+)?) (?P<at>{_UNITS})(?! of\b)", r"\1",
         "a figure stands alone; its `unit` is declared once"),
    # formulas
    _say(_ANY, r"\b(\d+(?:\.\d+)?) per ?cent of <NAME>", phrasing.per_cent),
    _say(_ANY, r"\bround\((?P<of><ARG>)(?P<how>(?:,| to )[^()]*)?\)", phrasing.rounded,
         "`round` says to what, and how"),
    _say(_ANY, r"\bround (?!up|down|off)(?P<of><ARG>) (?P<how>to (?:the )?nearest [^()]*)", phrasing.rounded),
    _say(_ANY, rf"^(?P<of>(?:(?! is | are | and | or ).)+?),? {_ROUNDED}", phrasing.rounded,
         "`rounded` is written `round(…)`"),
    _say(_ANY, rf"\b({_AWAY}) ?\(<ARG>(?:, ?(\d))?\)", phrasing.rounded_away),
    _say(_ANY, r"\b(" + "|".join(phrasing.ALIASES) + r")\(((?:[^()]|\([^()]*\))*)\)", phrasing.called),
    _say(_ANY, r"\bsumproduct\(<ARG>, ?<ARG>\)", r"sum(\1 weighted by \2)"),
    _say(_ANY, r"\bcountifs?\(<NAME>, ?<VALUE>\)", r"count(\1 where \1 is \2)"),
    _say(_ANY, r"\b(?:the )?(?:number|count) of <NAME> (?:that|which) (?:is|are) (.+?)(?= is |$|\))",
         r"count(\1 where \1 is \2)"),
    _say(_ANY, r"\b(?:the )?(?:number|count) of <VALUE> <NAME>", r"count(\2 where \2 is \1)"),
    _say(_ANY, r"\bcount\(<NAME> (?:is|are) ([^()]+)\)", r"count(\1 where \1 is \2)"),
    _say(_ANY, r"\bcount\(<NAME> where <VALUE>\)", r"count(\1 where \1 is \2)"),
    _say(_ANY, r"\b(?:sum|total) of <NAME> and <NAME>", r"\1 + \2"),
    _say(_ANY, rf"\b(?:the )?{_AGG} of ([a-z0-9_]+(?:, [a-z0-9_]+)*,? and [a-z0-9_]+)", phrasing.aggregate_of_list),
    _say(_ANY, rf"\b(?:the )?{_AGG} of (?:the |all )?<NAME>", phrasing.aggregate),
    _say(_ANY, r"\b(?:the )?(sum|count|mean|median|best|worst|highest|lowest) <NAME>", phrasing.aggregate),
    _say(_ANY, r"<NAME> as an? percentage of (?:the )?<VALUE>", r"100 * \1 / \2"),
    _say(_ANY, r"<NAME> as an? (?:share|proportion|fraction) of (?:the )?<VALUE>", r"\1 / \2"),
    _say(_F, r" divided by ", " / "),
    _say(_F, r" over (?=[a-z0-9(])", " / "),
    _say(_F, r" (?:times|multiplied by|x) ", " * "),
    _say(_F, r" plus ", " + "),
    _say(_F, r" (?:minus|less(?! than)) ", " - "),
    _say(_F, r"\b(half|a half|a third|a quarter) (?:of )?<NAME>", lambda m: m[2] + phrasing.PARTLY[m[1]]),
    _say(_F, r"\b(?:twice|double) <NAME>", r"2 * \1"),
    _say(_F, r"<NAME> squared\b", r"\1 * \1"),
    _say(_F, r"\b(\d+(?:\.\d+)?) ?(?=[a-z(])", r"\1 * "),
    _say(_ANY, r",(?= weighted by)", "", "no comma stands before `weighted by`"),
    _advise(_ANY, r"\bweighted by [^()]*,", "weights are a parameter, a figure for each member: `weighted by weight`",
            "weights are not listed here"),
    _advise(_ANY, r"\b(?:if|iif|ifs|switch|choose|vlookup|xlookup|lookup|index|match)\(", _RULES),
    _advise(_F, r" (?P<at>is|are) ", "what holds or not stands after `when`; here stands a value",
            "a condition is no value"),
    _say(("values",), r"^(<NAME>(?:, ?<NAME>)+)$", r"(\1)"),
    _say(("values",), r"^<NAME>(?:(?:, )<NAME>)*,? and <NAME>$", phrasing.in_brackets),
    _say(("values",), r"^(?:all|any|each|every)(?: of)? (?:the )?", ""),
    # cells
    _say(_CELL, r"^(?:any|all|every|anything|either|n/a|\*)$", "-"),
    _say(_CELL, r"^(?:is|are) ", ""),
    _say(_CELL, rf"^<VALUE>(?: {_OR_BETTER}| ?\+)$", r"at least \1"),
    _say(_CELL, rf"^<VALUE> {_OR_WORSE}$", r"at most \1"),
    _say(_CELL, rf"^(?:(?:no|not) {_MORE} than|up to|maximum) ", "at most "),
    _say(_CELL, rf"^(?:(?:no|not) {_LESS} than|minimum) ", "at least "),
    _say(_CELL, rf"^(?:over|above|{_MORE} than|exceeding) ", "more than "),
    _say(_CELL, rf"^(?:under|below|{_LESS} than) ", "less than "),
    _say(_CELL, r"^(?:between (\S+) (?:to|and)|(\S+) to) (\S+)$", lambda m: f"from {m[1] or m[2]} to {m[3]}"),
    _say(_CELL, r"^((?:<VALUE>,? )+(?:or|and) <VALUE>|<VALUE>(?:, ?<VALUE>)+)$", phrasing.one_of_cell),
    _say(_CELL, r"^one of (?!\()(.+)$", phrasing.one_of_cell),
    _say(_CELL, r"^not at least ", "less than "),
    _say(_CELL, r"^not at most ", "more than "),
    # small words and names, when nothing else is the matter
    _say(_ANY, r"\bone\b", "1"),
    _say(_ANY, r"\b(?:the|an?) (?!<RESERVED>)(?=[a-z])", ""),
    _say(_NOT_PROMISES, r"(?P<before>\b(?:is|are|not|least|most|than|from|to|or|of) |[(,] ?)"
         r"(?P<at><VALUE>(?: <VALUE>)+)(?=$| and | or | is | are |\)|,)", phrasing.joined,
         "a name of two words is joined by `_`"),
    _say((*_F, *_CELL, "column"), r"^(?P<before>)(?P<at><VALUE>(?: <VALUE>)+)$", phrasing.joined,
         "a name of two words is joined by `_`"),
    _advise(_NOT_PROMISES, r"<NAME> of <NAME>",
            r"a member is `\1 for \2`; a name of several words is joined, `\1_of_\2`"),
    _advise(_C, r"^<NAME> (?P<at>are) ((?:(?! and | or ).)+)", r"`any of \1 are \3`, or of one value `\1 is \3`",
            "`are` goes with any, all, none, at least, at most or exactly"),
    _say(_C, r"<HEAD><NAME>(?:,| and) <NAME> are ", r"all of (\1, \2) are "),
    _say(_C, r"<HEAD><NAME> or <NAME> (?:is|are) ", r"any of (\1, \2) are "),
    _advise(_NOT_PROMISES, r"\b<NAME> <NAME>", r"a member is `\1 for \2`; a name of two words is joined, `\1_\2`",
            "two names stand side by side"),
)  # fmt: skip
