#!/usr/bin/env bash
# Opens every CSV file and the workbook of hostile input with LibreOffice: see README.md.
set -euo pipefail
tool="$(realpath "${1:?usage: office.sh LEAKLEDGER}")"
here="$(cd "$(dirname "$0")" && pwd)"
command -v soffice >/dev/null || { echo "skipped: soffice is missing"; exit 0; }
python3 -c 'import openpyxl' 2>/dev/null || { echo "skipped: python3 has no openpyxl"; exit 0; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
head -c 32 /dev/zero > key
cp -r "$here/../../samples/before/har" .
python3 "$here/hostile.py" har/hostile.har
"$tool" scan har --key key -q -o ledger --reveal --write csv,xlsx || [ $? = 3 ]
mkdir opened
office() { soffice --headless "-env:UserInstallation=file://$work/profile" "$@" >/dev/null 2>&1; }
# Comma, quotes, UTF-8, from line 1, standard formats, special numbers recognised, formulas evaluated: the riskiest import.
office "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true" --convert-to xlsx --outdir opened ledger/*.csv
mv ledger/ledger.xlsx ledger/workbook.xlsx
office --convert-to xlsx --outdir opened ledger/workbook.xlsx
python3 "$here/office.py"
