"""DuckDB and pandas read ledger.parquet with the types and sums of the tables: see README.md."""
import os
import subprocess
import sys
import tempfile

try:
    import duckdb
    import pandas
except ImportError as missing:
    print(f"skipped: {missing.name} is missing")
    sys.exit(0)

tool = os.path.realpath(sys.argv[1])
samples = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "samples")
for sample in ("before/har", "before/squid"):
    with tempfile.TemporaryDirectory() as work:
        with open(f"{work}/key", "wb") as key:
            key.write(bytes(32))
        subprocess.run([tool, "scan", f"{samples}/{sample}", "--panel", "--key", f"{work}/key", "-q", "-o", f"{work}/ledger"], check=True)
        parquet, days = f"{work}/ledger/ledger.parquet", pandas.read_csv(f"{work}/ledger/days.csv")
        frame = pandas.read_parquet(parquet)
        ask = lambda question: duckdb.sql(question).fetchall()
        types = dict((name, kind) for name, kind, *_ in ask(f"DESCRIBE SELECT * FROM '{parquet}'"))
        print(sample, types)
        assert types["requests"] == "UBIGINT" and types["people_keys"] == "UBIGINT[]" and types["accounts"] == "VARCHAR[]"
        total = ask(f"SELECT sum(requests)::BIGINT, count(*) FROM '{parquet}'")[0]
        assert total == (int(frame["requests"].sum()), len(frame)), total
        # One class by one route is one row of the tables, whatever the engine.
        assert (types["day"], types["last_seen"]) == ("DATE", "TIMESTAMP"), types
        assert str(frame["last_seen"].dtype).startswith("datetime64"), frame.dtypes
        cast = ask(f"SELECT min(day)::VARCHAR, max(last_seen)::VARCHAR FROM '{parquet}'")[0]
        assert cast[0] == days["day"].min(), cast
        people = ask(f"SELECT count(DISTINCT key) FROM (SELECT unnest(people_keys) AS key FROM '{parquet}' WHERE purpose <> 'same owner')")[0][0]
        totals = pandas.read_csv(f"{work}/ledger/totals.csv")
        expected = totals[(totals["site"] == "(all)") & (totals["scope"] == "all")]["people"].iloc[0]
        assert people == expected, (people, expected)
        print(f"{sample}: {total[1]} rows, {total[0]} requests, {people} people, the same everywhere")
