"""Spreadsheets in: the one reader of every import. See reading.py for what it takes and columns.py for what a column may hold.

table = reading.read(data, COLUMNS)
table.records   # each with its row, as the spreadsheet numbers it, and its values
table.faults    # everything that is wrong, in one pass: sheet, row, column, value, and what would be right
"""
