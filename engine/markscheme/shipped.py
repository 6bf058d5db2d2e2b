"""Where the files beside the code lie: in the package when installed, else in the checkout. Reads none of them."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """The folder `rules` or `schemas`. Raises FileNotFoundError, in words, where there is none."""
    from importlib.resources import files  # takes 15 ms, which `markscheme --help` does not have

    installed = Path(str(files("markscheme"))) / name
    checkout = Path(__file__).resolve().parent.parent.parent / name
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder `{name}` that belongs to markscheme is missing; install markscheme again")
