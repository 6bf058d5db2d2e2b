"""Codes MS5xx: records.

Examples are what `DATA` would be: CSV, or JSON where they begin with `{` or `[`. Where they have a column `id`, that is
the id column; where they have a column `questions`, they are read as `--long`.
"""

from . import Code

_RIGHT = "safe,caring,score\ngood,fair,62.5\n"


def _data(code: str, title: str, what: str, why: str, wrong: str, right: str = _RIGHT) -> Code:
    return Code(code, title, what, why, wrong, right, data=True)


def _shown(code: str, title: str, what: str, why: str, wrong: str, right: str) -> Code:
    return Code(code, title, what, why, wrong, right, data=True, shown=True)


CODES: tuple[Code, ...] = (
    # --- the file ---------------------------------------------------------------------------------------------------
    _shown(
        "MS501",
        "data cannot be read",
        "The data file is not there, or may not be read.",
        "Nothing can be rated. A path is no text of a file, so the example is described (test_rows.py, `missing`).",
        "`markscheme rate METHODOLOGY nowhere.csv`, where there is no such file",
        "the path of a file that you may read",
    ),
    _shown(
        "MS502",
        "unknown kind of data file",
        "The end of the file's name says that it is none of .csv, .json, .jsonl, .ndjson, .parquet and .xlsx.",
        "The kind is not guessed from the content: a guess that is wrong now and then gives wrong ratings. A name is "
        "no text of a file, so the example is described (test_rows.py, `kind`).",
        "`markscheme rate METHODOLOGY ratings.xls`",
        "`markscheme rate METHODOLOGY ratings.csv`",
    ),
    _shown(
        "MS503",
        "not a regular file",
        "The path is that of a folder, a device or a named pipe.",
        "Such a file may have no end, or wait for ever. It has no text to show (test_rows.py, `B095`).",
        "`markscheme rate METHODOLOGY /dev/zero`",
        "a file, or `-` to read from a pipe",
    ),
    _shown(
        "MS504",
        "Excel support is not installed",
        "An Excel workbook was given, and the package that reads workbooks is not installed.",
        "It is an extra, so that those who do not need it need not have it (test_rows.py, `without_openpyxl`).",
        "`markscheme rate METHODOLOGY ratings.xlsx` after `pip install markscheme`",
        "`pip install markscheme[excel]` first",
    ),
    _data(
        "MS505",
        "no data",
        "The data is empty: there is not even a line of column names.",
        "An empty file is mostly a failed export, and must not pass for `nothing to rate`.",
        "",
    ),
    _shown(
        "MS506",
        "not UTF-8",
        "The data is UTF-16, or holds bytes that are not UTF-8, as Windows-1252 files do.",
        "Read with the wrong encoding, a name becomes another name. It is never guessed. Bytes that are no text cannot "
        "be shown as text (test_rows.py, `B108`).",
        "a CSV file saved as `Unicode text`, or as plain `CSV` with accents",
        "the same saved as `CSV UTF-8 (comma delimited)`",
    ),
    _data(
        "MS507",
        "not text",
        "The data holds a NUL, which no text has.",
        "It is a workbook, a picture or another encoding, and whatever was read from it would be chance.",
        "safe,caring,score\ngood,fa\0ir,62.5\n",
    ),
    _data(
        "MS508",
        "another separator",
        "The first line has one column only, with semicolons, tabs or bars inside.",
        "Files with semicolons mostly have decimal commas, too, which read as something else. Say it with commas.",
        "safe;caring;score\ngood;fair;62,5\n",
    ),
    _data(
        "MS509",
        "a quote out of place",
        "A cell begins with a double quote that is not closed, or that is followed by more text.",
        "Nobody can say where such a row ends, so the rows after it are not read either.",
        'safe,caring,score\ngood,"fair,62.5\n',
    ),
    _data(
        "MS510",
        "two columns with one name",
        "The first line has the same name twice.",
        "One of the two would be read, and nobody would know which.",
        "safe,caring,score,safe\ngood,fair,62.5,poor\n",
    ),
    _data(
        "MS511",
        "a column without a name",
        "A name in the first line is empty, or holds a character that cannot be seen.",
        "A name that looks right and is not belongs to no input, so its values would be left out.",
        "safe,caring,score,\ngood,fair,62.5,x\n",
    ),
    _shown(
        "MS512",
        "too large",
        "A cell, a record, the number of columns, a JSON document or what a workbook unpacks to is beyond its limit.",
        "Data must not fill the memory. The example would be too long to show (test_rows.py, `too_large`).",
        "a cell of 200,000 characters",
        "cells of at most 131,072 characters, records of at most 16 MB, JSON documents of at most 200 MB",
    ),
    _data(
        "MS513",
        "not JSON",
        "The data begins as JSON does, and is not JSON further on.",
        "What follows the fault cannot be told apart from it. In JSON Lines only that line is rejected.",
        '[{"safe": "good", "caring": "fair", "score": 62,5}]',
        '[{"safe": "good", "caring": "fair", "score": 62.5}]',
    ),
    _data(
        "MS514",
        "a key twice",
        "An object has the same key twice.",
        "Most readers take the last without a word; the first may be the one that was meant.",
        '[{"safe": "good", "caring": "fair", "score": 62.5, "safe": "poor"}]',
        '[{"safe": "good", "caring": "fair", "score": 62.5}]',
    ),
    _data(
        "MS515",
        "not a record",
        "What stands where a record belongs is a list, a text or a number.",
        "A record gives its values by name; without names nobody knows which is which.",
        '[["good", "fair", 62.5]]',
        '[{"safe": "good", "caring": "fair", "score": 62.5}]',
    ),
    _shown(
        "MS516",
        "not a workbook",
        "The file is no Excel workbook, is damaged, or holds XML that Excel does not write.",
        "Such a file is read by luck at best, and may be made to do harm. It is no text (test_rows.py, `workbook`).",
        "a CSV file renamed to .xlsx",
        "a workbook saved as .xlsx",
    ),
    _shown(
        "MS517",
        "not a Parquet file",
        "The file is no Parquet file, is damaged, or is encrypted.",
        "What a damaged file still gives may be anything. It is no text (test_stream_parquet.py, `MS517`).",
        "a CSV file renamed to .parquet",
        "a file written as Parquet, not encrypted",
    ),
    _shown(
        "MS518",
        "Parquet support is not installed",
        "A Parquet file is to be read or written, and the package that does it is not installed.",
        "It is an extra, so that those who do not need it need not have it (test_stream_parquet.py, `MS518`).",
        "`markscheme rate METHODOLOGY ratings.parquet` after `pip install markscheme`",
        "`pip install markscheme[columns]` first",
    ),
    # --- rows -------------------------------------------------------------------------------------------------------
    _data(
        "MS520",
        "too many or too few cells",
        "The row has not as many cells as there are column names.",
        "From the first missing or extra comma on, every value stands in the wrong column. The row is rejected, and "
        "the others go on.",
        "safe,caring,score\ngood,fair,62.5,\n",
    ),
    _shown(
        "MS521",
        "a cell without a usable value",
        "An Excel cell holds an error, a date, a logical value, a percentage, or a formula without a stored value, or is "
        "merged with one before it.",
        "What such a cell shows is not what it holds: 95% is 0.95, a date is a number of days, and merged cells hold "
        "their value in the first of them only. Only cells that an input is read from are refused. A workbook is no text "
        "(test_rows.py, `B118`).",
        "`#N/A` in Sheet1!C7",
        "`62.5`, or the reason why there is no value",
    ),
    Code(
        "MS522",
        "hidden in the workbook",
        "A row, a column or the whole sheet is hidden in the workbook. It is read like any other.",
        "Nobody who opens the workbook sees it, and it may have been hidden so as to leave it out. A workbook is no text "
        "(test_rows.py, `B118`).",
        "row 15, hidden by a filter",
        "the sheet with every row shown, without those that are not meant",
        severity="warning",
        data=True,
        shown=True,
    ),
    # --- columns ----------------------------------------------------------------------------------------------------
    _data(
        "MS530",
        "a column is missing",
        "No column holds the values of an input, and the input does not say what their absence means.",
        "A value that is not there is never quietly zero or a default. An input that may be missing says so: "
        "`empty: not_rated`.",
        "safe,score\ngood,62.5\n",
    ),
    Code(
        "MS531",
        "a column of no input",
        "A column's name is that of no input. Its values are carried through to the results.",
        "It is welcome, unless it was meant for an input and is misspelt.",
        "safe,caring,score,town\ngood,fair,62.5,Leeds\n",
        _RIGHT,
        severity="warning",
        data=True,
    ),
    _data(
        "MS532",
        "two columns for one value",
        "Two columns, or two keys of a record, hold the same value of the same input.",
        "They may differ, and nobody knows which one is right.",
        "safe,judged.safe,caring,score\ngood,poor,fair,62.5\n",
    ),
    _shown(
        "MS533",
        "a name that may mean several values",
        "A column is named after a member only, and several inputs have that member.",
        "The value would go to one of them by chance. The example needs two inputs over one set, which the small "
        "methodology of these pages has not (test_intake.py, `ambiguous`).",
        "`safe`, where there are `judged.safe` and `checked.safe`",
        "`judged.safe`",
    ),
    _data(
        "MS534",
        "a key of no input",
        "A key of a record, or a member inside an input, is none that the methodology has. In a data file other keys are "
        "carried through, but not one that holds members and is called nearly as an input.",
        "A misspelt key that is dropped without a word leaves a value out of the rating.",
        '[{"judged": {"safe": "good", "caring": "fair", "carring": "poor"}, "score": 62.5}]',
        '[{"judged": {"safe": "good", "caring": "fair"}, "score": 62.5}]',
    ),
    _shown(
        "MS535",
        "a key that is not text",
        "A key of a record in Python is a number or another object.",
        "Names are text everywhere else, and 1 and True are the same key to Python. JSON and CSV cannot hold it "
        "(test_intake.py, `key_not_text`).",
        '{1: "good"}',
        '{"1": "good"}',
    ),
    # --- values -----------------------------------------------------------------------------------------------------
    _data(
        "MS540",
        "an empty value",
        "A cell is empty, or a value is null, and the input does not say what that means.",
        "Not rated, not applicable and forgotten are different things, and a rating may turn on which it is. Write the "
        "reason, or declare `empty:` on the input.",
        "safe,caring,score\n,fair,62.5\n",
        "safe,caring,score\nnot_rated,fair,62.5\n",
    ),
    _data(
        "MS541",
        "an unknown level or choice",
        "A text is none of the levels or choices of the input, and no declared reason for absence.",
        "Compared with levels, a misspelt one is simply never equal, so that a rule quietly fails to fire.",
        "safe,caring,score\ngoood,fair,62.5\n",
    ),
    _data(
        "MS542",
        "not a number",
        "A text stands where a number belongs: with a unit, a thousands separator, a decimal comma, or no digits.",
        "1,234 is one thousand or one and a bit, depending on the country. Write digits, and at most one point.",
        'safe,caring,score\ngood,fair,"62,5"\n',
    ),
    _data(
        "MS543",
        "too many decimals",
        "A number has more decimals than the input declares. Zeros at the end do not count.",
        "Cutting or rounding it would be a rule that nobody wrote down.",
        "safe,caring,score\ngood,fair,62.55\n",
    ),
    _data(
        "MS544",
        "out of range",
        "A number is below the input's `min` or above its `max`.",
        "101 out of 100 is a mistake, and would get the highest rating.",
        "safe,caring,score\ngood,fair,101\n",
    ),
    _data(
        "MS545",
        "NaN or infinity",
        "The value is NaN or infinite.",
        "It compares falsely, or above everything, depending on the program, and has become a top rating in some.",
        "safe,caring,score\ngood,fair,NaN\n",
    ),
    _data(
        "MS546",
        "a value that large",
        "A number has more than about a hundred digits, or a text is longer than any name.",
        "It is no measurement, and computing with it can take for ever.",
        '[{"safe": "good", "caring": "fair", "score": 1e3000000}]',
        '[{"safe": "good", "caring": "fair", "score": 62.5}]',
    ),
    _data(
        "MS547",
        "a value of the wrong kind",
        "The value is true or false, a list, bytes or another object, or stands in a Parquet column of dates, times "
        "or lists.",
        "Which level or number it stands for would be a guess.",
        '[{"safe": "good", "caring": "fair", "score": true}]',
        '[{"safe": "good", "caring": "fair", "score": 62.5}]',
    ),
    # --- several rows -----------------------------------------------------------------------------------------------
    _data(
        "MS550",
        "rows of one record disagree",
        "In long data, two rows of one record give different values of one thing.",
        "One of the two is wrong, and which one cannot be known.",
        "id,questions,judged,score\na,safe,good,62.5\na,caring,fair,70\n",
        "id,questions,judged,score\na,safe,good,62.5\na,caring,fair,62.5\n",
    ),
    _data(
        "MS551",
        "a member twice in one record",
        "In long data, two rows of one record are about the same member.",
        "One would hide the other.",
        "id,questions,judged,score\na,safe,good,62.5\na,safe,good,62.5\na,caring,fair,62.5\n",
        "id,questions,judged,score\na,safe,good,62.5\na,caring,fair,62.5\n",
    ),
    _data(
        "MS552",
        "a row about no known member",
        "In long data, a row does not say which member its value belongs to, or names one that the set has not.",
        "The value would be left out of the rating.",
        "id,questions,judged,score\na,safe,good,62.5\na,carring,fair,62.5\n",
        "id,questions,judged,score\na,safe,good,62.5\na,caring,fair,62.5\n",
    ),
    _data(
        "MS553",
        "no id",
        "There is no column of the name given as `--id`, or it is empty in this row.",
        "Without an id, nobody can say whose rating it is.",
        "id,questions,judged,score\na,safe,good,62.5\na,caring,fair,62.5\n,safe,fair,70\n",
        "id,questions,judged,score\na,safe,good,62.5\na,caring,fair,62.5\n",
    ),
    _data(
        "MS554",
        "one id on two records",
        "Two records have the same id.",
        "They would be rated twice, and may differ.",
        "id,safe,caring,score\na,good,fair,62.5\na,poor,fair,62.5\n",
        "id,safe,caring,score\na,good,fair,62.5\nb,poor,fair,62.5\n",
    ),
    Code(
        "MS555",
        "a column that differs within a record",
        "In long data, the rows of one record have different values in a column that belongs to no input.",
        "Such a column is carried through to the results, which have one of it for the record. Where the rows do not "
        "agree it is left out, since any one of them would be wrong for the others.",
        "id,questions,judged,score,town\na,safe,good,62.5,Leeds\na,caring,fair,62.5,York\n",
        "id,questions,judged,score\na,safe,good,62.5\na,caring,fair,62.5\n",
        severity="warning",
        data=True,
    ),
    # --- groups -----------------------------------------------------------------------------------------------------
    _shown(
        "MS556",
        "no column to group by",
        "There is no column of the name that groups were asked for by.",
        "A table without a group would pass for one in which nobody moves. It takes two versions to be compared over "
        "data, so the example is described (test_diff_population.py, `column_that_is_not_there`).",
        "groups by `regoin`, where the data has a column `region`",
        "groups by `region`",
    ),
    _shown(
        "MS557",
        "too many groups",
        "The column that groups were asked for by has more than 200 different values.",
        "Each value has a table of its own: nobody reads so many, and a column that names every body has one for each. "
        "Too long to show (test_diff_population.py, `too_many`).",
        "groups by `name`, where every body has a name of its own",
        "groups by `region`",
    ),
    # --- results ----------------------------------------------------------------------------------------------------
    _shown(
        "MS560",
        "more results than a workbook holds",
        "There are more than 1,048,575 rows for an Excel sheet, or more than 16,384 columns.",
        "Excel would show the first of them as if they were all, so nothing is written. Too long to show "
        "(test_stream_workbook.py, `B131`).",
        "`-o results.xlsx`, where there are two million records",
        "`-o results.csv` or `-o results.parquet`",
    ),
    _shown(
        "MS561",
        "a text that no cell of a workbook holds",
        "A text for an Excel cell has more than 32,767 characters, or holds a character that XML has not.",
        "Excel would cut it off, or refuse the workbook, so nothing is written. Too long to show "
        "(test_stream_workbook.py, `B132`).",
        "a column of long comments, and `-o results.xlsx`",
        "`-o results.csv`, or the data without that column",
    ),
    _shown(
        "MS562",
        "not the run that was begun",
        "With `--resume`, what was kept of the interrupted run is of another methodology, data file or other options, or "
        "is damaged.",
        "Half of the results would be of one run and half of another. It takes two runs to show "
        "(test_stream_resume.py, `MS562`).",
        "`--resume`, where the data file has been written again since",
        "the same files and options, or the run begun again without what was kept",
    ),
)
