"""Small methodologies at random, made harder for whatever computes with integers: large numbers, numbers without an
end, more members, rules that are not published, constants that are not. Knows texts of rule files only."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.ir import Program
from markscheme.strategies.small import methodology

KINDS = ("plain", "large", "endless", "wide", "recalled", "recalled constants", "recalled and large")


def varied(seed: int, kind: str) -> Program | None:
    """The program of one seed, in which measures that need an `absent` have one; None where nothing is made of it."""
    absent: frozenset[str] = frozenset()
    while True:
        text, _ = methodology(seed, absent, 1 + seed % 4, 1 + seed % 3)
        text = changed(text, kind, Random(f"{seed} {kind}"))
        program, found = compile_source(Source("varied.yaml", text), Path("varied.yaml"), lambda id, version: None)
        needed = {each.message.split("`")[1] for each in found if each.code == "MS421"}
        if program is not None or not needed - absent:
            return program
        absent |= needed


def changed(text: str, kind: str, random: Random) -> str:
    """The same with what its kind says."""
    if "large" in kind:
        text = re.sub(
            r"decimals: \d, min: (-?\d+), max: (-?\d+)",
            lambda found: (
                f"decimals: {random.randrange(4)}, min: {int(found[1]) - 1}{random.choice(('', '0000'))}, "
                f"max: {int(found[2]) + 1}{random.choice(('', '00', '00000', '0' * 18))}"
            ),
            text,
        )
    if kind == "endless":
        text = re.sub(r", min: -?\d+, max: -?\d+", lambda found: random.choice(("", found[0], ", min: -5")), text)
        text = re.sub(r"decimals: \d", lambda found: random.choice(("decimals: 3", found[0])), text)
    if kind == "wide":
        more = ", ".join(f"{{member: d{n}, light: {n % 4 - 1}}}" for n in range(random.choice((2, 4, 8))))
        text = text.replace("{member: e, light: 3}", f"{{member: e, light: 3}}, {more}")
    if "recalled" in kind:
        share = random.choice((10, 30, 60))
        text = re.sub(
            r"(\{(?:when|otherwise|at_least)[^{}]*)\}",
            lambda found: f"{found[1]}, status: recalled}}" if random.randrange(100) < share else found[0],
            text,
        )
        text = re.sub(
            r"^(  m_\d:\n)",
            lambda found: f"{found[1]}    status: derived\n" if random.randrange(100) < share // 2 else found[0],
            text,
            flags=re.MULTILINE,
        )
    if "constants" in kind:
        text = text.replace("pass_mark: {value: 3}", "pass_mark: {value: 3, status: recalled}")
        text = text.replace("values: {a: 2, b: -1}}", "values: {a: 2, b: -1}, status: recalled}")
    return text
