"""Codes MS60x: rule files and the tables beside them, as files. All are about a file system: tests/test_files.py."""

from . import Code

CODES: tuple[Code, ...] = (
    Code(
        "MS601",
        "no such file",
        "A file that was named is not there.",
        "Nothing is read in its place. (tests/test_files.py)",
        "table: {file: alocation.csv}",
        "table: {file: allocation.csv}",
        shown=True,
    ),
    Code(
        "MS602",
        "file that may not be read",
        "The file is there, and its permissions do not let it be read.",
        "Only its owner can change that. (tests/test_files.py)",
        "chmod a-r rules.yaml",
        "chmod a+r rules.yaml",
        shown=True,
    ),
    Code(
        "MS603",
        "file that cannot be read",
        "The operating system could not read the file: a name that is too long, a loop of links, a broken disk.",
        "A file that was read in part must not be rated by. (tests/test_files.py)",
        "a link that leads to itself",
        "the file's own name",
        shown=True,
    ),
    Code(
        "MS604",
        "not a regular file",
        "A folder, a pipe, a socket or a device was named as a rule file or a table.",
        "Reading a pipe or a device can last for ever. (tests/test_files.py)",
        "markscheme check /dev/zero",
        "markscheme check rules/example/first/1.yaml",
        shown=True,
    ),
    Code(
        "MS605",
        "file too large",
        "A rule file or a table of more than 2,000,000 bytes. It is not opened.",
        "A methodology is read by people; a file of this size is something else. (tests/test_files.py)",
        "a rule file of 50 MB",
        "a rule file, with its long tables as CSV beside it",
        shown=True,
    ),
    Code(
        "MS606",
        "not UTF-8",
        "A byte that is no part of a character in UTF-8, mostly because the file was saved as Windows-1252 or Latin-1.",
        "Guessing the encoding turns `£` and `ŵ` into something else without a word. (tests/test_files.py)",
        "a file saved as Latin-1",
        "the same file saved as UTF-8",
        shown=True,
    ),
    Code(
        "MS607",
        "UTF-16",
        "The file begins with the mark of UTF-16, as some programs on Windows save text.",
        "Rule files are UTF-8, so that every program reads them alike. (tests/test_files.py)",
        "a file saved as Unicode by an old editor",
        "the same file saved as UTF-8",
        shown=True,
    ),
    Code(
        "MS608",
        "outside the folder",
        "A table lies outside the methodology's folder: by `..`, by an absolute path, or by a link that leads out.",
        "A rule file from elsewhere must not be able to read other files, and a methodology is published as a folder. "
        "(tests/test_files.py)",
        "table: {file: ../secret.csv}",
        "table: {file: allocation.csv}",
        shown=True,
    ),
    Code(
        "MS609",
        "not a file name",
        "The name of a table is an address, has a drive letter, a backslash, an encoded character, or a control "
        "character.",
        "Such names mean different files on different systems, and nothing is ever fetched from a network. "
        "(tests/test_files.py)",
        "table: {file: 'tables\\allocation.csv'}",
        "table: {file: tables/allocation.csv}",
        shown=True,
    ),
)
