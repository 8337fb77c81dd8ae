"""Compares what LibreOffice opened with what was written, cell by cell."""
import csv
import datetime
import glob
import os
import re
import sys

import openpyxl

csv.field_size_limit(1 << 24)


def same(written, cell):
    """Whether a cell that was opened shows the text that was written."""
    value = cell.value
    if cell.data_type == "f":
        return False
    if value is None:
        return written == ""
    if isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        return written == (str(int(value)) if float(value).is_integer() else str(value))
    if isinstance(value, datetime.datetime):
        return written in (value.strftime("%Y-%m-%d %H:%M:%S"), value.strftime("%Y-%m-%d"))
    return written in readings(str(value))


def decoded(value):
    """What a sheet shows of a text: codes such as _x0041_ are decoded once, which openpyxl leaves to us."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), value) if isinstance(value, str) else value or ""


def readings(value):
    """What a text that LibreOffice saved may have been: some versions write codes out as they are shown."""
    return {value or "", decoded(value)}


def compare_csv(path):
    name = os.path.splitext(os.path.basename(path))[0]
    book = openpyxl.load_workbook(f"opened/{name}.xlsx")
    sheet = book.worksheets[0]
    wrong = 0
    with open(path, newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.reader(file), 1):
            for column, text in enumerate(row, 1):
                cell = sheet.cell(number, column)
                if not same(text, cell):
                    wrong += 1
                    print(f"{name} row {number} column {column}: wrote {text[:90]!r}, shown {str(cell.value)[:90]!r} ({cell.data_type})")
    return wrong


def compare_workbook():
    wrong, cells = 0, 0
    before = openpyxl.load_workbook("ledger/workbook.xlsx")
    after = openpyxl.load_workbook("opened/workbook.xlsx")
    assert before.sheetnames == after.sheetnames, after.sheetnames
    for sheet in before.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                other = after[sheet.title].cell(cell.row, cell.column)
                cells += 1
                if cell.data_type == "f" or other.data_type == "f" or decoded(cell.value) not in readings(other.value):
                    wrong += 1
                    print(f"workbook {sheet.title} {cell.coordinate}: {str(cell.value)[:90]!r} became {str(other.value)[:90]!r}")
    links = sum(1 for row in before["exposure"].iter_rows() for cell in row if cell.hyperlink)
    assert links == before["exposure"].max_row - 1, f"{links} links"
    return wrong, cells


wrong = sum(compare_csv(path) for path in sorted(glob.glob("ledger/*.csv")))
more, cells = compare_workbook()
print(f"{len(glob.glob('ledger/*.csv'))} CSV files and {cells} cells of the workbook: {wrong + more} differ")
sys.exit(1 if wrong + more else 0)
