"""The sheet of eight: rounds, sheets, pairs, scores, and what small numbers allow to say.

sheet.py      what a sheet is: its questions, its answers, the code of a pair; pure
table.py      rounds, sheets and texts in participation.sqlite
scoring.py    score of a sheet, pairs, mean differences with their t intervals; pure
results.py    rounds → RoundResult, which pages and reports read; Change between two rounds; pure
"""
