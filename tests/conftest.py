"""How long Hypothesis searches: the same examples on every run, or many fresh ones with MARKSCHEME_PROFILE=thorough."""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, Phase, settings

collect_ignore_glob = ["*.yaml", "*.yml"]  # rule files here are material, not promises: the plugin leaves them alone

os.environ["MARKSCHEME_CACHE"] = ""  # a test checks what it says it checks, and leaves nothing in anybody's home

COMMON = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[phase for phase in Phase if phase is not Phase.explain],  # which traces every line, and doubles the time
)
settings.register_profile("ci", COMMON, derandomize=True, database=None)
settings.register_profile("thorough", COMMON, print_blob=True)
settings.load_profile(os.environ.get("MARKSCHEME_PROFILE", "ci"))


def pytest_collection_finish() -> None:
    """The tests themselves and every methodology that they share stay until the end: looking through them again and
    again for what can be freed took a tenth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
