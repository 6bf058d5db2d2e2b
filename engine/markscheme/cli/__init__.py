"""The command line: which commands there are, and how each ending becomes an exit status. Knows no methodology.

Commands are loaded when they are asked for, and load what they need when they run, so that `markscheme --help` costs
click and little more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from . import alone

FINE, FINDINGS, CANNOT, BUG, INTERRUPTED = 0, 1, 2, 4, 130


def _say_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"markscheme {version('markscheme')}")
        context.exit()


_WHERE = {  # what each is called in its module; in the order in which one comes to need them, as help lists them
    "new": ".new:new",
    "check": ".check:check",
    "test": ".cases:test",
    "mutate": ".mutate:mutate",
    "rate": ".rate:rate",
    "explain": ".explain:explain",
    "boundaries": ".boundaries:boundaries",
    "diff": ".diff:diff",
    "lock": ".lock:lock",
    "list": ".shelf:list_methodologies",
    "timeline": ".timeline:timeline",
    "codes": ".reference:codes",
    "schema": ".reference:schema",
}


class _Late(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(_WHERE)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        for each in (name,) if name in _WHERE else _WHERE:  # all, to say which of them may be meant
            if each not in self.commands:
                module, _, called = _WHERE[each].partition(":")
                self.add_command(getattr(import_module(module, __package__), called))
        return self.commands.get(name)


@click.group(cls=_Late, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_say_version, help="Print the version."
)
def commands() -> None:
    """Rating methodologies: a rule file in, exact and explained ratings out.

    METHODOLOGY is a rule file, or `id@version`, or `id` (with `--on DATE`: the version in force that day). DATA is
    CSV, JSON, JSON Lines or Excel, or `-` for what is piped in.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status: 0 fine, 1 findings, 2 usage or cannot read or write, 3 asked for and different,
    4 a bug, 130 interrupted, 143 stopped by SIGTERM."""
    if arguments is None:
        alone.begin()
    for stream in (sys.stdout, sys.stderr):  # ratings have Welsh names in them, whatever LANG says
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        # Not `commands.main`: it has endings of its own for a closed pipe and for Ctrl-C.
        with commands.make_context("markscheme", list(sys.argv[1:] if arguments is None else arguments)) as context:
            status = commands.invoke(context)
        sys.stdout.flush()
        return status if isinstance(status, int) else FINE
    except click.exceptions.Exit as done:  # of `--help` and `--version`
        return done.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return CANNOT
    except BrokenPipeError:  # the reader has seen enough (`| head`); nothing more can be written, also not at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except (KeyboardInterrupt, click.Abort):
        print("\ninterrupted", file=sys.stderr)
        return INTERRUPTED
    except OSError as failure:
        name = f"`{failure.filename}`: " if failure.filename else ""
        print(f"error: {name}{(failure.strerror or str(failure)).lower()}", file=sys.stderr)
        return CANNOT
    except Exception as bug:
        if os.environ.get("MARKSCHEME_DEBUG"):
            raise
        print(
            f"error: a bug in markscheme, not in your files ({type(bug).__name__}); please report it\n"
            "help: run the same command with MARKSCHEME_DEBUG=1 and send what it prints",
            file=sys.stderr,
        )
        return BUG
