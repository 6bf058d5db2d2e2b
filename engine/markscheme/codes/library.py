"""Codes MS65x: methodologies by name, and those that feed one another."""

from . import Code

CODES: tuple[Code, ...] = (
    Code(
        "MS650",
        "no such methodology",
        "A methodology was asked for by an id or a version that none of the folders of rules has.",
        "Ratings must come from the rules that were meant. Nothing is rated by something with a similar name."
        " (tests/test_library.py)",
        "markscheme rate cqc/gp-practise@2021-10 data.csv",
        "markscheme rate cqc/gp-practice@2021-10 data.csv",
        shown=True,
    ),
    Code(
        "MS651",
        "no version in force",
        "No version of the methodology was in force on the date asked for, or more than one says that it was.",
        "A rating is made by the rules of its day; picking the newest or the nearest would be a guess."
        " (tests/test_library.py)",
        "markscheme rate cqc/gp-practice data.csv --on 1999-01-01",
        "markscheme rate cqc/gp-practice data.csv --on 2022-01-01",
        shown=True,
    ),
    Code(
        "MS652",
        "not a date",
        "A date was asked for that is not a day of the calendar, written as 2024-03-31.",
        "Whether 01/04/2024 is in January or in April depends on who reads it. (tests/test_library.py)",
        "markscheme rate cqc/gp-practice data.csv --on 01/04/2022",
        "markscheme rate cqc/gp-practice data.csv --on 2022-04-01",
        shown=True,
    ),
    Code(
        "MS653",
        "one version in two files",
        "Two files in one folder of rules say that they are the same version of the same methodology.",
        "Which of the two rated would depend on how the folder is read. (tests/test_library.py)",
        'rules/a.yaml and rules/b.yaml, both with `id: example/first` and `version: "1"`',
        'rules/a.yaml with `version: "1"` and rules/b.yaml with `version: "2"`',
        shown=True,
    ),
    Code(
        "MS654",
        "a methodology that feeds itself",
        "An input comes from a methodology that takes, directly or through others, from this one.",
        "Its rating would be needed to make its rating. (tests/test_library.py)",
        "first.yaml: `from: example/second`, and second.yaml: `from: example/first`",
        "first.yaml: `from: example/second`, and second.yaml without `from`",
        shown=True,
    ),
    Code(
        "MS655",
        "links too deep",
        "An input comes from a methodology that takes from another, and so on, more than 20 deep.",
        "Nobody can follow a rating through so many; it bounds what loading one file can cost. (tests/test_library.py)",
        "first.yaml takes from second.yaml, that from third.yaml, … that from twenty_second.yaml",
        "take the input from the methodology that rates it",
        shown=True,
    ),
    Code(
        "MS656",
        "no such file at that revision",
        "A rule file was asked for at a git revision, and there is no git, no repository, no such revision, or no such file"
        " in it.",
        "What changed can only be said of what was there; nothing else is taken for it. (tests/test_diff_versions.py)",
        "markscheme diff rules/example/first/1.yaml@v0 rules/example/first/1.yaml",
        "markscheme diff rules/example/first/1.yaml@HEAD~1 rules/example/first/1.yaml",
        shown=True,
    ),
    Code(
        "MS657",
        "two versions at once",
        "Two versions of one methodology in one folder of rules both say that they were in force on some day.",
        "Which of them made a rating of that day could not be said; picking one would be a guess."
        " (tests/test_timeline.py)",
        '2024.yaml with `in_force: {from: "2024-01-01"}` and 2025.yaml with `in_force: {from: "2025-01-01"}`',
        '2024.yaml with `in_force: {from: "2024-01-01", until: "2024-12-31"}`',
        shown=True,
    ),
    Code(
        "MS658",
        "days without a version",
        "Between two versions of one methodology in one folder of rules there are days on which none was in force, and"
        " nobody says why.",
        "Either a date is wrong or ratings stopped, and whoever looks for the rules of such a day must know which."
        " (tests/test_timeline.py)",
        '2024.yaml with `until: "2024-12-31"` and 2026.yaml with `from: "2026-01-01"`',
        "2026.yaml with `gap_before: nothing was rated in 2025`",
        shown=True,
    ),
    Code(
        "MS659",
        "not the version before",
        "A version supersedes one that the folder of rules does not have, though it has others, or one that came into"
        " force after it; or versions supersede one another in a circle.",
        "What changed would be told against other rules than those that it changed. (tests/test_timeline.py)",
        '2025.yaml with `supersedes: {version: "2042"}`, beside 2024.yaml',
        '2025.yaml with `supersedes: {version: "2024"}`, beside 2024.yaml',
        shown=True,
    ),
    Code(
        "MS660",
        "a gap that is not there",
        "`gap_before` says why no version was in force, and one was.",
        "A reason for what is not so misleads whoever reads it; often a date was corrected later."
        " (tests/test_timeline.py)",
        '2025.yaml with `from: "2025-01-01"` and a `gap_before`, beside 2024.yaml with `until: "2024-12-31"`',
        "2025.yaml without `gap_before`",
        severity="warning",
        shown=True,
    ),
)
