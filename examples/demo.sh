#!/bin/sh
# What `make demo` shows: two methodologies, invented data, and the reason for every rating.
set -eu
cd "$(dirname "$0")/.."
markscheme=.venv/bin/markscheme

show() {
    printf '\n$ %s' "$markscheme"
    for word in "$@"; do
        case $word in *' '*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n\n'
    $markscheme "$@"
}

show explain cqc/gp-practice@2021-10 examples/gp-practice/practices.csv --id practice --all
show explain cqc/gp-practice@2021-10 examples/gp-practice/practices.csv --id practice --record 'Brambleford Practice'
show explain audit-commission/use-of-resources@2008-09 examples/use-of-resources/trusts.csv --id trust --record 'Dunmallow PCT'
show rate audit-commission/use-of-resources@2008-09 examples/use-of-resources/trusts.csv --id trust

printf '\nThe rules are in rules/; `%s --help` says what else there is.\n' "$markscheme"
