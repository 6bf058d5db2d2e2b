"""Records that lie exactly on a threshold, or a hair beside it, and what they must come to. In binary arithmetic most
fall on the wrong side. Knows no engine: the formula of each is text that most languages share, and others can walk it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Sign = Literal["at least", "at most"]
SIGNS: Mapping[Sign, str] = {"at least": ">=", "at most": "<="}


@dataclass(frozen=True, slots=True)
class Profile:
    """`given` are decimals as text. `right` is what may come out: met, not met, or a reject. What is `sent` comes as a
    float that is not the one of the decimal that was meant: to rate it as it came is to rate it wrongly."""

    name: str
    given: Mapping[str, str]
    formula: str
    sign: Sign
    cut: str
    right: tuple[str, ...] = ("met",)
    decimals: int = 1
    sent: bool = False


def _profile(name: str, values: str, formula: str, sign: Sign, cut: str, **more: Any) -> Profile:
    given = dict(zip("abcdefghijkl", values.split(), strict=False))
    return Profile(name, given, formula, sign, cut, **more)


TWELVE = "82.7 63.5 44.7 64.9 56.5 56.8 72.9 31.8 87.1 44.3 35.8 85.0"
PROFILES = (
    _profile("weights .3 .3 .4", "53.0 82.6 48.3", "0.3 * a + 0.3 * b + 0.4 * c", "at least", "60.0"),
    _profile("weights .2 .3 .5", "88.1 89.1 31.3", "0.2 * a + 0.3 * b + 0.5 * c", "at least", "60.0"),
    _profile("0.1 + 0.2", "0.1 0.2", "a + b", "at most", "0.3"),
    _profile("1.1 + 2.2", "1.1 2.2", "a + b", "at most", "3.3"),
    _profile("0.7 + 0.1", "0.7 0.1", "a + b", "at least", "0.8"),
    _profile("3 times 0.1", "0.1", "3.0 * a", "at most", "0.3"),
    _profile("100 times 4.35", "4.35", "100.0 * a", "at least", "435.0", decimals=2),
    _profile("57/100 as 57 %", "57.0 100.0", "a / b * 100.0", "at least", "57.0"),
    _profile("87/150 as 58 %", "87.0 150.0", "a / b * 100.0", "at least", "58.0"),
    _profile("mean of .1 .2 .3", "0.1 0.2 0.3", "(a + b + c) / 3.0", "at most", "0.2"),
    _profile("mean of three", "82.6 87.3 11.6", "(a + b + c) / 3.0", "at least", "60.5"),
    _profile("mean of twelve", TWELVE, f"({' + '.join('abcdefghijkl')}) / 12.0", "at least", "60.5"),
    _profile("79.99999999999999", "79.99999999999999", "a", "at least", "80.0", right=("not met",), decimals=14),
    _profile("sent 0.1 + 0.2", repr(0.1 + 0.2), "a", "at most", "0.3", right=("met", "rejected"), sent=True),
    _profile("sent as float32", "80.0999984741211", "a", "at least", "80.1", right=("met", "rejected"), sent=True),
)


def rule_file(profile: Profile) -> str:
    """The profile as a methodology of its own."""
    inputs = "\n".join(
        f"  {name}: {{type: number, decimals: {profile.decimals}, min: 0.1, max: 1000, better: neither}}"
        for name in profile.given
    )
    return f"""\
markscheme: 1
id: bench/threshold
version: "1"
title: On a threshold
status: illustrative
scales:
  verdict: [not_met, met]
inputs:
{inputs}
measures:
  score: {{type: number, formula: {_plain(profile.formula)}}}
  verdict_given:
    scale: verdict
    rules:
      - {{when: score is {profile.sign} {_plain(profile.cut)}, then: met}}
      - {{otherwise: not_met}}
results: [verdict_given]
"""


def _plain(text: str) -> str:
    """Without decimals that say nothing: 100 for 100.0."""
    return " ".join(word.removesuffix(".0") for word in text.split())


def walked(
    formula: str, name: Callable[[str], Any], figure: Callable[[str], Any], join: Callable[[str, Any, Any], Any]
) -> Any:
    """The value of a formula in some arithmetic: `join` takes a sign and both sides."""

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Name(id=word):
                return name(word)
            case ast.Constant(value=number):
                return figure(repr(number))
            case ast.BinOp(left, op, right):
                return join(SIGN_OF[type(op)], value(left), value(right))
            case _:
                raise ValueError(f"`{ast.unparse(node)}` is in no formula here")

    return value(ast.parse(formula, mode="eval").body)


SIGN_OF: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def written(profile: Profile, folder: Path) -> Path:
    """The rule file of the profile, in a folder."""
    path = folder / f"threshold-{PROFILES.index(profile)}.yaml"
    path.write_text(rule_file(profile))
    return path
