"""Tables as spreadsheets write them, and every mistake in one by line and column."""

import pytest

from padlicht.errors import BadData
from padlicht.fleet import spreadsheet

COLUMNS = {
    "name": spreadsheet.text,
    "lat": spreadsheet.number,
    "n": spreadsheet.whole,
    "old": spreadsheet.yes_or_no,
}


def test_a_table_is_read_as_spreadsheets_write_it():
    """With commas or semicolons, a decimal comma, a byte order mark, empty lines and cells."""
    comma = b"name,lat,old\nlamp-1,53.5,yes\n\n,,\nlamp-2,,\n"
    semicolon = "\ufeffLat;Name;old\r\n53,5;lamp-1;YES\r\n;lamp-2;\r\n".encode()
    for content, lines in ((comma, [2, 5]), (semicolon, [2, 3])):
        rows, mistakes = spreadsheet.read(content, COLUMNS)
        assert mistakes == []
        assert [row.line for row in rows] == lines
        assert [row.cells for row in rows] == [
            {"name": "lamp-1", "lat": 53.5, "old": True},
            {"name": "lamp-2"},
        ]


def test_all_mistakes_are_found_at_once_by_line_and_column():
    """Also more cells than columns; the rest of the line is read on."""
    _, mistakes = spreadsheet.read(b"name,lat,n,old\na,x,1.5,maybe\nb,1,1,yes,9\n", COLUMNS)
    assert [(mistake.line, mistake.column) for mistake in mistakes] == [
        (2, "lat"),
        (2, "n"),
        (2, "old"),
        (3, None),
    ]
    assert str(mistakes[0]) == "line 2, lat: 'x' is not a number"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"name,colour\n", "no column 'colour'"),
        (b"name,name\n", "named twice"),
        (b"name\n\xff\n", "UTF-8"),
        (b'name\n"a"b\x00\n' + b"x" * 200_000, "not CSV"),
    ],
)
def test_what_is_no_table_is_said(content, says):
    """In a sentence, whatever the file is."""
    with pytest.raises(BadData, match=says):
        spreadsheet.read(content, COLUMNS)


def test_more_mistakes_than_anybody_reads_are_counted():
    """The first ones by line, and how many more."""
    mistakes = [spreadsheet.Mistake(line, "lat", "no") for line in range(99, 0, -1)]
    with pytest.raises(BadData, match=r"99 mistake.*\n  line 1, lat: no(.|\n)*and 69 more"):
        spreadsheet.refuse("x.csv", mistakes)


NAMED: spreadsheet.Columns = {
    "name": spreadsheet.text, "lat": spreadsheet.number, "path": spreadsheet.places
}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "name,lat,,\na,53.2,,\nb,,,\n,,,\n",
        ",name,,lat\n,a,,53.2\n,b,,\n",
        "sep=,\nname,lat\na,53.2\nb\n",
        'sep=;\r\nname;lat\r\na;"53,2"\r\nb;\r\n',
        '"sep=;",,\nname;lat\na;53,2\nb\n',
        "SEP=\t\nname\tlat\na\t53,2\nb\t\n",
        "\ufeffsep=;\nname;lat\na;53,2\nb;\n",
        "\n;;\nname;lat\na;53,2\nb;\n",
        "name\tlat\na\t53.2\nb\t",
    ],
)
def test_what_spreadsheets_put_around_a_table_is_passed_over(content):
    """Empty columns behind and between, a line that names the separator, empty lines before."""
    rows, mistakes = spreadsheet.read(content.encode(), NAMED)
    assert mistakes == []
    assert [dict(row.cells) for row in rows] == [{"name": "a", "lat": 53.2}, {"name": "b"}]


def test_a_cell_in_a_column_without_a_name_is_a_mistake_of_its_line():
    """Nobody knows what it means; its line is counted as the spreadsheet counts."""
    _, mistakes = spreadsheet.read(b"sep=,\nname,lat,\na,1,\nb,2,note\n", NAMED)
    assert [mistake.line for mistake in mistakes] == [4]
    assert "'note' stands in a column" in mistakes[0].what


@pytest.mark.parametrize("excel", [False, True])
@pytest.mark.parametrize(
    "end", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\n", "\r\n", ";"]
)
def test_what_was_written_is_read_as_it_was(excel, end):
    """Also titles with what Unicode calls the end of a line, and as Excel wants it."""
    row = {"name": f"Zuid{end}Noord", "lat": 53.25, "path": ((53.2, 6.5), (-1.5, 2.0))}
    text = spreadsheet.write(NAMED, [row], excel=excel)
    rows, mistakes = spreadsheet.read(text.encode(), NAMED)
    assert mistakes == []
    assert [dict(found.cells) for found in rows] == [row]


def test_dutch_excel_gets_columns():
    """A byte order mark, semicolons, decimal commas and its ends of lines."""
    text = spreadsheet.write(NAMED, [{"name": "a", "lat": 53.25, "path": ()}], excel=True)
    assert text == "\ufeffname;lat;path\r\na;53,25;-\r\n"
