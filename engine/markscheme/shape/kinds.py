"""How the structure of a file is described: keys, names, lists, choices. Knows no key of the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

LARGEST: Final = 10_000  # entries in one list or under one key

Form = Literal[
    "text", "reference", "identifier", "label", "value", "number", "whole", "condition", "expression", "block",
    "file", "date", "published", "version", "id", "edition", "url", "colour",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plain:
    """One text or number. `identifier` and `label` (a level, member or option) are declared by it, `reference` names
    what is declared elsewhere; `value` is any text or number; `edition` is `id@version`."""

    form: Form


@dataclass(frozen=True, slots=True)
class Words:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """`noun` is what people call an item. `ends` says how a list that is read from the top must end."""

    item: Kind
    noun: str
    least: int = 1
    most: int = LARGEST
    ends: Literal["", "otherwise", "bands"] = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Names chosen by the author, each with a value. `noun` is what people call an entry. `never` are names that can
    only be keys of the parent, indented too far."""

    value: Kind
    noun: str
    key: Form = "identifier"
    least: int = 1
    most: int = LARGEST
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nested:
    """A value, or one for each member, or for each pair of members, and so on."""

    form: Literal["value", "number"]


@dataclass(frozen=True, slots=True)
class Key:
    """`under` lists the choices of its block beside which the key may stand (and, where `required`, must); without it
    the key may stand anywhere in the block. `beside` is a key it needs. A block may have a key twice, `under` different
    choices. `example` is something to paste."""

    name: str
    kind: Kind
    says: str
    required: bool = False
    under: tuple[str, ...] = ()
    beside: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Exactly one (or, where not `required`, at most one) of these: a key (`scale`), a key with a word
    (`type: number`), or, as "", none of them."""

    options: tuple[str, ...]
    required: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the options, each once, in order."""
        return tuple(dict.fromkeys(option.partition(":")[0] for option in self.options if option))


@dataclass(frozen=True, slots=True)
class Block:
    """Keys of the language. `others` are names chosen by the author among them; `others_beside` a key they need.
    `ascending` are dates, none before the one before it."""

    keys: tuple[Key, ...]
    choices: tuple[Choice, ...] = ()
    others: Names | None = None
    others_beside: str = ""
    ascending: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key.name for key in self.keys))


@dataclass(frozen=True, slots=True)
class Either:
    """Told apart by how they are written: at most one is plain, one a list, one a block or names."""

    kinds: tuple[Kind, ...]


Kind = Plain | Words | ListOf | Names | Nested | Block | Either
