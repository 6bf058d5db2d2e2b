"""Codes MS85x: what was weakened since an earlier revision, and what was changed after it was published. The examples
are described; tests/test_against.py and tests/test_lock.py raise each."""

from . import Code

_SHOWN_BY = " (tests/test_against.py)"
_SHOWN_BY_LOCKS = " (tests/test_lock.py)"

CODES: tuple[Code, ...] = (
    Code(
        "MS850",
        "nothing to compare with",
        "With `check --against REF`: the folder, a rule file or its cases were not there at that revision or had errors in them then, so nothing of them is compared.",
        "What is not compared is not guarded; it is said, so that somebody looks at the change." + _SHOWN_BY,
        "$ git mv methods rules\n$ markscheme check rules --against HEAD",
        "$ markscheme check methods --against HEAD\n$ git mv methods rules",
        severity="warning",
        shown=True,
    ),
    Code(
        "MS851",
        "a version gone",
        "A version of a methodology was there at the revision compared with, or is published in `published.lock`, and its rule file is gone.",
        "What was rated by it can no longer be rated again. Where it was meant, a line in `published.lock` says why: `id@version withdrawn DAY WHY`."
        + _SHOWN_BY,
        "$ git rm rules/example/first/1.yaml\n$ markscheme check rules --against HEAD",
        "$ cp rules/example/first/1.yaml rules/example/first/2.yaml\n$ markscheme check rules --against HEAD",
        shown=True,
    ),
    Code(
        "MS852",
        "a case weakened",
        "A case of the revision compared with is gone, gives or expects something else, cites nothing any more, or is less sure. Cases are compared by what they give and expect: another name, place, order or table is no change.",
        "A change of the rules that fails a case must change the rules, or say in writing why the case was wrong: `weakened: [{was: NAME OF THE CASE, because: …}]` in the cases file."
        + _SHOWN_BY,
        "  - name: all good\n    given: {judged: {safe: good, caring: good}, score: 90}\n    expect: {overall: fair}      # it was good",
        "weakened: [{was: all good, because: the guide of 2025 asks for outstanding}]",
        shown=True,
    ),
    Code(
        "MS853",
        "a guarantee weakened",
        "A guarantee of the revision compared with is gone, or promises less. One that forbids at least as much takes its place; where that cannot be decided, the change is named.",
        "A promise made in public may be taken back, but not in silence: `weakened: [{was: THE GUARANTEE, because: …}]` in the rule file."
        + _SHOWN_BY,
        "guarantees:\n  - never: overall is good and all of judged are poor      # it was: any of",
        'weakened: [{was: "never: overall is good and any of judged are poor", because: appeals are allowed now}]',
        shown=True,
    ),
    Code(
        "MS854",
        "a waiver without a reason of its own",
        "A guarantee is waived that was not at the revision compared with, and `because` says nothing, or what it says of another.",
        "A waiver is how a methodology says that it is not what everybody expects; its reason is read by those it rates."
        + _SHOWN_BY,
        'waive: [{guarantee: monotone, in: overall, because: "-"}]',
        "waive: [{guarantee: monotone, in: overall, because: the guide caps what is rated for the first time}]",
        shown=True,
    ),
    Code(
        "MS855",
        "a direction lost",
        "What had a better side at the revision compared with has none, or another, or is no input or result any more.",
        "That ratings never worsen when it improves was proved without being asked; now nobody would notice. Say why in the rule file: `weakened: [{was: NAME, because: …}]`."
        + _SHOWN_BY,
        "inputs:\n  score: {type: number, decimals: 1, better: neither}      # it was higher",
        "weakened: [{was: score, because: in small bodies a higher score shows nothing}]",
        shown=True,
    ),
    Code(
        "MS856",
        "published content changed",
        "A version in `published.lock` says something else than when it was published. Comments, spaces and the order of keys do not count, nor do guarantees, waivers, the last day in force, and addresses and notes of sources.",
        "Two bodies rated by one version would have been rated by two methods. What is new is another version; a slip is corrected in the open."
        + _SHOWN_BY_LOCKS,
        "$ markscheme lock rules\n$ sed -i 's/at_least: 80/at_least: 75/' rules/example/first/1.yaml\n$ markscheme check rules",
        "$ markscheme lock rules --because 'the guide says 75; 80 was misread'",
        shown=True,
    ),
    Code(
        "MS857",
        "a line of the lock that cannot be read",
        "A line of `published.lock` is no version with a digest and a day, is there twice, or is withdrawn without a reason.",
        "A version whose line cannot be read is not guarded. Most often a merge has left its marks." + _SHOWN_BY_LOCKS,
        "<<<<<<< HEAD",
        "example/first@1 3b1f… 2024-04-01",
        shown=True,
    ),
    Code(
        "MS858",
        "the lock loosened",
        "A version was published at the revision compared with; its line in `published.lock` is gone, or has another digest and no new reason.",
        "Taking away the lock would be the easiest way to change what is published." + _SHOWN_BY_LOCKS,
        "example/first@1 9c07… 2024-05-01      # it was 3b1f…",
        "example/first@1 9c07… 2024-05-01 the guide says 75; 80 was misread",
        shown=True,
    ),
    Code(
        "MS859",
        "a reason for nothing",
        "`weakened` names something new that was not weakened since the revision compared with.",
        "Its name may be misspelt; then the reason does not count for what it was meant for." + _SHOWN_BY,
        "weakened: [{was: all god, because: the guide of 2025 asks for outstanding}]",
        "weakened: [{was: all good, because: the guide of 2025 asks for outstanding}]",
        severity="warning",
        shown=True,
    ),
)
