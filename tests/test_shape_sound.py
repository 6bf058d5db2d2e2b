"""Whether a file is sound is found out without jsonschema, and jsonschema would say the same: of whatever is in it."""

import copy
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from test_shape import EVERYTHING

from markscheme import shape
from markscheme.diagnostics import Source
from markscheme.document import read
from markscheme.shape.sound import Sound, Strange

ROOT = Path(__file__).parent.parent
SAMPLES = sorted(path for path in ROOT.glob("examples/**/*.yaml") if path.stat().st_size < 6000)
ODD: tuple[Any, ...] = (
    *(None, "", "x", "Is", "number", "choice", "yes_no", "2024-02-30", "2024", "yes", "higher"),
    *(0, 1, -1, 10**6, Decimal("0.5"), Decimal("1.0"), [], {}, ["a", "a"], [1, None], {"a": 1}, {"": "x"}),
    *({"otherwise": "x"}, {"when": "x", "then": "y"}, {"at_least": 1, "is": "x"}, {"from": 1}, {"within": "x"}),
)


def values(text: str) -> Any:
    document, _ = read(Source("f.yaml", text))
    assert document is not None
    return shape._values(document)


def agree(kind: Any, given: Any) -> bool:
    """Asserts that both say the same; what they say."""
    sound = Sound(shape._schema(kind)).fits(given)
    assert sound == shape._validator(kind).is_valid(given), given
    return sound


def places(given: Any) -> list[tuple[Any, Any]]:
    """Each container with each key of it."""
    inner = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    return [place for key, value in inner for place in ((given, key), *places(value))]


def spoilt(given: Any, chance: random.Random) -> Any:
    """With something else, nothing, or one thing more, somewhere."""
    given = copy.deepcopy(given)
    where, key = chance.choice(places(given))
    others = [inside for inside, _ in places(given) if isinstance(inside, dict)]
    match chance.randrange(4):
        case 0:
            del where[key]
        case 1:
            where[key] = copy.deepcopy(chance.choice(ODD))
        case 2 if isinstance(where, dict):
            where[chance.choice(sorted(chance.choice(others)) or ["x"])] = where[key]
        case _:
            inside, name = chance.choice(places(given))
            where[key] = copy.deepcopy(inside[name])
    return given


def test_every_key_of_the_language_is_sound() -> None:
    assert agree("methodology", values(EVERYTHING))


def test_jsonschema_would_say_the_same_of_what_is_spoilt() -> None:
    chance = random.Random(6)
    whole = values(EVERYTHING)
    cases = values((ROOT / "examples/incident/issued.cases.yaml").read_text(encoding="utf-8"))
    said = [agree("methodology", spoilt(whole, chance)) for _ in range(200)]
    said += [agree("cases", spoilt(cases, chance)) for _ in range(60)]
    assert 20 < sum(said) < len(said) - 50  # some of it is sound still


@pytest.mark.parametrize("path", SAMPLES[::3], ids=lambda path: path.name)
def test_jsonschema_would_say_the_same_of_an_example(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document, _ = read(Source(path.name, text))
    if document is not None:
        agree("cases" if path.name.endswith(".cases.yaml") else "methodology", shape._values(document))


@pytest.mark.parametrize(
    "asked", [{"minContains": 1}, {"type": "null"}, {"format": "email"}, {"$ref": "other.json"}, {"const": True}]
)
def test_a_keyword_that_is_not_known_is_not_passed_over(asked: dict[str, Any]) -> None:
    with pytest.raises(Strange):
        Sound(asked).fits("x")


def test_a_sound_file_is_checked_without_jsonschema() -> None:
    script = (
        "import sys; from markscheme import load\n"
        f"load({str(ROOT / 'bench/workloads/w1.yaml')!r}); assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
