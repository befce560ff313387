"""Charts, shared by all pages: numbers in, positioned shapes, a table and a CSV out. Pure.

A chart says its finding in a sentence, can be read without colour (each kind of mark has a pattern
or a lightness of its own), and has all its numbers in a table. Templates draw it: `chart.html`.
"""

from padlicht.web.charts.bars import Band, Bar, Level, Pair, Part, Sign, bars, pairs
from padlicht.web.charts.chart import Chart, Drawing, Key, Line, Rect, Text
from padlicht.web.charts.dots import Mark, dots
from padlicht.web.charts.grid import Cell, grid
from padlicht.web.charts.steps import Shade, Step, steps
from padlicht.web.table import Column, Format, Table, Value

__all__ = [
    "Band",
    "Bar",
    "Cell",
    "Chart",
    "Column",
    "Drawing",
    "Format",
    "Key",
    "Level",
    "Line",
    "Mark",
    "Pair",
    "Part",
    "Rect",
    "Shade",
    "Sign",
    "Step",
    "Table",
    "Text",
    "Value",
    "bars",
    "dots",
    "grid",
    "pairs",
    "steps",
]
