"""What is asked about a record, from words: a result, a level of it, and facts that are put right. Each is told what is
wrong with it, and what may have been meant. Knows names and types; rates nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ..diagnostics import Problem, suggestion
from ..echo import shown
from ..intake import stated
from ..intake.headings import Headings, label, spelling
from ..intake.values import Reader
from ..ir import AbsenceRule, Input, Present, Program, Step, combinations, folded
from ..trace import Given, Key


class Unclear(ValueError):
    """A question that cannot be asked: what is wrong, and the way out."""


def asked_result(program: Program, name: str | None) -> Key:
    """The result or measure that is meant: `overall`, `rating for safe` or `rating.safe`; without a name the one result
    that has no members. Raises Unclear."""
    steps = {step.name: step for step in program.steps if not step.helper}
    if name is None:
        heads = [each for each in program.results if not steps[each].axes]
        if len(heads) == 1:
            return heads[0], ()
        names = [_example(program, steps[each]) for each in program.results]
        raise Unclear(f"say which result, with `--result`: {', '.join(f'`{each}`' for each in names[:12])}")
    words = {spelled: step for step in steps.values() for spelled in (folded(step.title), folded(step.name))}
    found = words.get(folded(name))
    if found is not None and not found.axes:
        return found.name, ()
    if found is not None:
        raise Unclear(f"`{found.name}` has a value for each member; name one, as `{_example(program, found)}`")
    for step in steps.values():
        for members in combinations(program.sets, step.axes) if step.axes else ():
            if folded(name) in _spellings(program, step, members):
                return step.name, members
    head, between, rest = (each.strip() for each in name.partition(" for " if " for " in name else "."))
    step_meant = words.get(folded(head))
    if between and step_meant is not None:
        known = [" / ".join(members) for members in combinations(program.sets, step_meant.axes)]
        if not step_meant.axes:
            raise Unclear(f"`{step_meant.name}` has one value, not one for each member; leave `{shown(rest, 40)}` out")
        near = suggestion(rest, known) or f"there are {', '.join(known[:12])}"
        raise Unclear(f"`{step_meant.name}` has no member `{shown(rest, 40)}`; {near}")
    near = suggestion(name, steps) or f"there are {', '.join(list(steps)[:20])}"
    raise Unclear(f"`{shown(name, 60)}` is no result or measure of {program.id}@{program.version}; {near}")


def _spellings(program: Program, step: Step, members: tuple[str, ...]) -> set[str]:
    titles = [
        next(each.title for each in program.sets[axis].members if each.name == member)
        for axis, member in zip(step.axes, members, strict=True)
    ]
    found = set()
    for named in (step.name, step.title):
        for those in (members, titles):
            found |= {folded(f"{named} for {between.join(those)}") for between in (" / ", ", ", ".", " ")}
            found.add(folded(".".join((named, *those))))
    return found


def _example(program: Program, step: Step) -> str:
    if not step.axes:
        return step.name
    return f"{step.name} for {' / '.join(combinations(program.sets, step.axes)[0])}"


def asked_level(program: Program, key: Key, text: object) -> Present:
    """A level, figure or answer of a result. Raises Unclear."""
    step = next(step for step in program.steps if step.name == key[0])
    found = Reader(Input(step.name, step.title, (), step.type)).read(text, step.name)
    if isinstance(found, Problem):
        raise Unclear(_said(found))
    if isinstance(found, AbsenceRule):
        raise AssertionError("a result's type names no absence")
    return found


def corrected(program: Program, facts: Mapping[str, object]) -> dict[Key, Given]:
    """Facts by the names that data have for them, as the interpreter takes them; an input with members may be named
    as a whole. Raises Unclear, with everything that is wrong."""
    headings = Headings(program)
    found: dict[Key, Given] = {}
    by: dict[Key, str] = {}
    wrong: list[str] = []
    for name, value in facts.items():
        keys = headings.find(name) or headings.whole(name) or _spaced(headings, name)
        if len(keys) > 1 and not headings.whole(name):
            choices = " or ".join(f"`{label(key)}`" for key in keys[:3])
            wrong.append(f"`{shown(name, 60)}` may be {choices}; name it in full")
            continue
        if not keys:
            wrong.append(_unknown(program, headings, name))
        for key in keys:
            read = Reader(program.inputs[key[0]]).read(value, label(key))
            if isinstance(read, Problem):
                wrong.append(_said(read))
                break
            if key in found and headings.whole(name):
                continue  # what is said of a member goes before what is said of all
            if key in found and not headings.whole(by[key]):
                wrong.append(
                    f"`{shown(by[key], 40)}` and `{shown(name, 40)}` are both `{label(key)}`; keep one of them"
                )
                break
            found[key] = stated(read, key) if isinstance(read, AbsenceRule) else Given(read)
            by[key] = name
    if wrong:
        raise Unclear("\n".join(wrong))
    return found


def _spaced(headings: Headings, name: str) -> tuple[Key, ...]:
    """`ratings safe` for `ratings.safe`."""
    said = folded(name.replace(".", " "))[:300]
    every = [key for keys in headings.keys.values() for key in keys]
    return tuple(key for key in every if key[1] and folded(" ".join((key[0], *key[1]))) == said)


def _unknown(program: Program, headings: Headings, name: str) -> str:
    every = [key for keys in headings.keys.values() for key in keys]
    names = {spelling(label(key)): label(key) for key in every}
    names |= {spelling(".".join(key[1])): label(key) for key in every if key[1]}
    near = suggestion(spelling(name), names)
    hint = f"did you mean `{names[near.split('`')[1]]}`?" if near else _names(program, headings)
    return f"`{shown(name, 60)}` is no input of {program.id}@{program.version}; {hint}"


def _names(program: Program, headings: Headings) -> str:
    some = [label(headings.keys[name][0]) + (", …" if len(headings.keys[name]) > 1 else "") for name in program.inputs]
    return f"there are {', '.join(some[:12])}"


def _said(problem: Problem) -> str:
    return problem.message + (f"; {problem.hint}" if problem.hint else "")
