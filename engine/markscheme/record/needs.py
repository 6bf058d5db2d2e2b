"""What of a plan is worked out for a record, and which of its looks into tables can be done at once. Knows no text and
no value."""

from __future__ import annotations

from math import prod

from ..lowered.domains import Coded
from ..lowered.language import All, Any, Choose, Look, Node, Variable, inner
from ..lowered.programs import Arithmetic, Asked, Plan, Planned, Table, every_node
from ..trace import Key


class Needs:
    """`live` is all that results rest on, and `users` the steps that read each thing. `fused` are inputs and tables of
    which only one thing is asked, a look into a table or a place in one: that is looked up instead of the code; and
    `inlined` those of them whose text stands where it is always worked out."""

    def __init__(self, plan: Plan) -> None:
        self.live = self._needed(plan)
        self.users = self._used(plan)
        self.inlined: set[Key] = set()
        self.fused = self._fusible(plan)

    def _needed(self, plan: Plan) -> set[Key]:
        live = {*plan.results, *plan.replaceable}
        for each in reversed(plan.steps):
            if each.key in live:
                live.update(each.reads)
        return live

    def _used(self, plan: Plan) -> dict[Key, list[Planned]]:
        found: dict[Key, list[Planned]] = {}
        for each in plan.steps:
            for read in each.reads if each.key in self.live else ():
                found.setdefault(read, []).append(each)
        return found

    def _fusible(self, plan: Plan) -> dict[Key, tuple[str, tuple[int, ...]]]:
        kept = {*plan.results, *plan.replaceable}
        tables = {each.key: each.domain for each in plan.steps if isinstance(each.how, Table)}
        uses: dict[int, _Uses] = {}
        found: dict[Key, tuple[str, tuple[int, ...]]] = {}
        for key, domain in (*plan.inputs.items(), *tables.items()):
            by = self.users.get(key, [])
            if len(by) != 1 or key in kept or not isinstance(domain, Coded):
                continue
            user, place = by[0], by[0].reads.index(key)
            match user.how:
                case Table(sizes):
                    stride = prod(sizes[place + 1 :])
                    found[key] = ("place", tuple(code * stride for code in range(domain.size)))
                    self.inlined.add(key)
                case Arithmetic() if key not in tables:
                    if id(user.how) not in uses:
                        uses[id(user.how)] = _Uses(user.how)
                    known = uses[id(user.how)]
                    looks = known.of.get(place, [])
                    if len(looks) == 1 and isinstance(looks[0], Look):
                        found[key] = ("look", looks[0].table)
                        if id(looks[0]) in known.surely:
                            self.inlined.add(key)
                case Arithmetic() | Asked():
                    pass
        return found


class _Uses:
    """The nodes of a step in which each thing stands that it reads (`of`), and those that are worked out whatever the
    values are (`surely`): what stands behind a condition may not be, and then nobody sees that it is no value."""

    def __init__(self, how: Arithmetic) -> None:
        self.of: dict[int, list[Node]] = {}
        self.surely: set[int] = set()
        tops = list(how.outputs.values())
        for node in {id(node): node for top in tops for node in every_node(top)}.values():
            parts = (*inner(node), *((node,) if any(node is top for top in tops) else ()))
            for read in {part.read for part in parts if isinstance(part, Variable)}:
                self.of.setdefault(read, []).append(node)
        todo: list[Node] = [*tops]
        while todo:
            node = todo.pop()
            if id(node) not in self.surely:
                self.surely.add(id(node))
                todo += inner(node)[:1] if isinstance(node, Choose | All | Any) else inner(node)
