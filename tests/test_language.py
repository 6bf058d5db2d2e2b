"""The prose of `tests/language/` is true: every example in it is compiled and rated, and gives what stands beside it.

A `yaml` block holds the top-level keys of a methodology (`markscheme`, `id`, `version` and `title` are added where they
are missing). After it come, each where it is wanted:

* `rates`: `RECORD -> RESULTS` a line, both flow YAML; a number that does not end is a fraction, an absent result is its
  reason, and `reject MS541` stands for a record that is rejected with that code;
* `refused`: `MS406 line 7` for each error, in order; the line counts within the block;
* `warned`: the same for warnings.

A `csv NAME` block before it is a file beside the rule file. A block with an `id` of its own can be linked to by the
blocks after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from markscheme.compile import compile_source
from markscheme.diagnostics import Source
from markscheme.ir import Program
from markscheme.methodology import Methodology, Reject
from markscheme.render import all_as_text

FOLDER = Path(__file__).parent / "language"
HEAD = {"markscheme": "1", "id": "example/shown", "version": '"1"', "title": "An example"}
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Example:
    """A methodology of the prose and what is said of it."""

    place: str
    text: str
    files: dict[str, str]
    before: list[Example]
    said: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.place


def examples(path: Path) -> list[Example]:
    text = path.read_text("utf-8")
    found: list[Example] = []
    files: dict[str, str] = {}
    for fence in FENCE.finditer(text):
        kind, name, body = fence.groups()
        if kind == "csv":
            files[name] = body
        elif kind == "yaml":
            line = text.count("\n", 0, fence.start()) + 1
            found.append(Example(f"{path.stem}:{line}", body, files, found[:]))
            files = {}
        else:
            assert kind in ("rates", "refused", "warned"), f"{path.name}: an unknown block `{kind}`"
            assert kind not in found[-1].said, f"{found[-1]}: two blocks `{kind}`"
            found[-1].said[kind] = [each for each in body.splitlines() if each.strip()]
    return found


EXAMPLES = [example for path in sorted(FOLDER.glob("*.md")) for example in examples(path)]


def compiled(example: Example, folder: Path) -> tuple[Program | None, Any]:
    for name, body in example.files.items():
        (folder / name).write_text(body, "utf-8")
    own = set(re.findall(r"^(\w+):", example.text, re.MULTILINE))
    head = "".join(f"{key}: {value}\n" for key, value in HEAD.items() if key not in own)

    def linked(id: str, version: str) -> Program | None:
        named = (other for other in example.before if re.search(rf"^id: {re.escape(id)}$", other.text, re.MULTILINE))
        return next((compiled(other, folder)[0] for other in named), None)

    return compile_source(Source(example.place, example.text + head), folder / "rules.yaml", linked)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_prose_is_true(example: Example, tmp_path: Path) -> None:
    program, found = compiled(example, tmp_path)
    assert example.said, "nothing is said of this example"
    for kind, severity in (("refused", "error"), ("warned", "warning")):
        told = [f"{d.code} line {d.span.line}" for d in found if d.severity == severity and d.span]
        assert told == example.said.get(kind, []), all_as_text(found)
    if "rates" in example.said:
        assert program is not None
        for line in example.said["rates"]:
            record, _, expected = line.partition(" -> ")
            check(Methodology(program), yaml.load(record, yaml.BaseLoader), expected.strip(), line)


def check(methodology: Methodology, record: Any, expected: str, line: str) -> None:
    result = methodology.rate(record)
    if expected.startswith("reject"):
        assert isinstance(result, Reject), line
        assert expected == f"reject {result.problems[0].code}", f"{line}: {result.problems}"
    else:
        assert not isinstance(result, Reject), f"{line}: {result.problems}"
        assert_within(yaml.load(expected, yaml.BaseLoader), result.outcome, line)


def assert_within(expected: Any, actual: Any, line: str) -> None:
    """What is expected is there; results that the prose does not name may be anything."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert key in actual, line
            assert_within(value, actual[key], line)
    else:
        assert str(actual) == expected, f"{line}: {actual}"


def test_every_subject_has_its_prose() -> None:
    subjects = {path.stem for path in FOLDER.glob("*.md")}
    assert subjects >= {
        *("axes", "absence", "quantifiers", "aggregates", "measures", "limits", "numbers", "principles", "sets"),
        *("guarantees", "types", "conditions"),
    }
