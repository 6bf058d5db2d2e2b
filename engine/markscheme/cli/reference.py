"""`codes` and `schema`: what a code means, and where the JSON Schemas lie. Knows no methodology."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..codes import Code


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def codes(code: str | None, as_json: bool) -> int:
    """Say what the codes of findings mean.

    Of one CODE: what, why, an example, and what to write instead.
    """
    from ..codes import registry
    from ..diagnostics import suggestion
    from ..render import json_text

    known = registry()
    if code is not None and code.upper() not in known:
        near = suggestion(code, [each.casefold() for each in known])
        raise click.ClickException(f"there is no code `{code}`" + (f"; {near.upper()}" if near else ""))
    wanted = [known[code.upper()]] if code is not None else list(known.values())
    if as_json:
        fields = ("code", "severity", "title", "what", "why", "wrong", "right")
        print(json_text([{field: getattr(each, field) for field in fields} for each in wanted]))
    elif code is not None:
        print(_page(wanted[0]))
    else:
        for each in wanted:
            print(f"{each.code}  {each.severity:<7}  {each.title}")
    return 0


def _page(code: Code) -> str:
    """One code in full."""

    def quoted(text: str) -> str:
        return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").split("\n"))

    parts = [f"{code.severity}[{code.code}]: {code.title}", code.what, f"Why: {code.why}"]
    parts += ["Wrong:\n" + quoted(code.wrong), "Instead:\n" + quoted(code.right)]
    return "\n\n".join(parts)


@click.command()
@click.argument("name", type=click.Choice(["methodology", "cases"]), default="methodology")
def schema(name: str) -> int:
    """Print where the JSON Schema lies, for editors."""
    from ..shipped import shipped

    path = shipped("schemas") / f"{name}.schema.json"
    if not path.is_file():
        raise click.ClickException(f"the schema is missing from this installation: {path}")
    print(path)
    if sys.stdout.isatty():
        print(f"\nAs the first line of a rule file:\n# yaml-language-server: $schema={path}", file=sys.stderr)
    return 0
