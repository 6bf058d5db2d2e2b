"""`new`: a small working methodology to start from, with cases and data. Knows no methodology but that one."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import click

_RULES = """\
# yaml-language-server: $schema={schema}
markscheme: 1                            # the version of the language
id: {id}
version: "2024-01"
title: A first methodology
publisher: Your organisation
in_force: {{from: "2024-01-01"}}

scales:                                  # worst first: the order is the meaning
  rating: [inadequate, requires_improvement, good, outstanding]

sets:                                    # what the rules range over
  questions: [safe, caring, well_led]

inputs:                                  # what the data has
  ratings: {{each: questions, scale: rating, absent: {{not_rated: skip}}}}
  enforcement: {{type: yes_no, better: "no"}}

measures:
  combined:
    title: The ratings combined
    scale: rating
    rules:                               # the first that holds decides
      - {{when: at least 2 of ratings are inadequate, then: inadequate}}
      - {{when: any of ratings are at most requires_improvement, then: requires_improvement}}
      - {{when: at least 2 of ratings are outstanding, then: outstanding}}
      - {{otherwise: good}}
    absent: {{not_rated: unrated}}         # where none of the questions is rated
  overall:
    title: Overall rating
    scale: rating
    formula: combined
    limits:
      - {{when: enforcement is yes, at_most: requires_improvement, because: enforcement action is under way}}
    absent: {{not_rated: unrated}}

results: [overall]

guarantees:
  - overall never worsens when ratings improve
"""

_CASES = """\
# What the rules must give. `markscheme test` runs them.
methodology: {id}@2024-01
cases:
  - name: enforcement caps at requires improvement
    given: {{ratings: {{safe: good, caring: outstanding, well_led: outstanding}}, enforcement: "yes"}}
    expect: {{overall: requires_improvement}}
  - name: without enforcement
    table: |
      safe        | caring      | well_led    | enforcement || overall
      good        | good        | good        | no          || good
      good        | outstanding | outstanding | no          || outstanding
      inadequate  | inadequate  | outstanding | no          || inadequate
      not_rated   | not_rated   | not_rated   | no          || not_rated
"""

_DATA = """\
name,safe,caring,well_led,enforcement
Ash Court,Good,Outstanding,Outstanding,no
Beech Lodge,Good,Good,Outstanding,yes
Cedar House,Inadequate,Requires improvement,Inadequate,no
Tŷ Derw,Not rated,Good,Good,no
"""


@click.command()
@click.argument("directory", type=Path)
def new(directory: Path) -> int:
    """Make a small working methodology to start from.

    DIRECTORY gets a rule file, its cases and some data; what to run next is printed.
    """
    from ..shipped import shipped

    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise click.ClickException(f"`{directory}` is there already and not an empty folder; name a new one")
    directory.mkdir(parents=True, exist_ok=True)
    names = {"id": "example/first", "schema": (shipped("schemas") / "methodology.schema.json").as_uri()}
    for name, text in (("2024-01.yaml", _RULES), ("2024-01.cases.yaml", _CASES), ("data.csv", _DATA)):
        with open(directory / name, "x", encoding="utf-8") as file:
            file.write(text.format(**names))
    rules, data = (shlex.quote(str(directory / name)) for name in ("2024-01.yaml", "data.csv"))
    print(f"{directory}: a methodology, its cases and some data. Try these, then change the rules:\n")
    markscheme = "markscheme" if shutil.which("markscheme") else shlex.quote(sys.argv[0])
    print(f"  {markscheme} test {shlex.quote(str(directory))}")
    print(f"  {markscheme} rate {rules} {data} --id name")
    print(f"  {markscheme} explain {rules} {data} --id name --record 'Beech Lodge'")
    return 0
