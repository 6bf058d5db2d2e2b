#!/bin/sh
# What `make demo` shows: two invented bodies with the reason for every rating, data with mistakes, and a rule that is wrong.
set -eu
cd "$(dirname "$0")/.."
markscheme=${MARKSCHEME:-.venv/bin/markscheme}

say() { printf '\n# %s\n' "$1"; }

show() {
    printf '\n$ markscheme'
    for word in "$@"; do
        case $word in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$markscheme" "$@" || test $? -eq 1 # 1: records are rejected, or a rule is refuted
}

say 'A practice, before and after a notice that caps one of its five ratings'
show rate cqc/gp-practice@2021-10 examples/capped-practice/practice.csv --id practice
show explain cqc/gp-practice@2021-10 examples/capped-practice/practice.csv --id practice \
    --record 'Brambleford after a requirement notice'

say 'A trust that fails one line, by a rule that nobody published: each `!` says so'
show explain audit-commission/use-of-resources@2008-09 examples/workforce-line/trusts.csv --id trust \
    --record 'Cloverham PCT' --result theme_score

say 'Data with every mistake there is: what is wrong is rejected, with a reason, and the rest is rated'
show rate examples/data-mistakes/pools.yaml examples/data-mistakes/mistakes.csv --id pool

say 'A published rule, read by the letter, before any body is rated: the better of two bodies is rated worse'
show check examples/literal-readings/two-and-three.yaml

printf '\nMore examples: examples/README.md. The rules are in rules/; `. .venv/bin/activate` finds the command.\n'
