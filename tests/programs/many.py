"""A million findings and a hundred thousand exposures: see README.md."""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

tool = os.path.realpath(sys.argv[1])
findings = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
sites = 4_200
with tempfile.TemporaryDirectory() as work:
    with open(f"{work}/key", "wb") as key:
        key.write(bytes(32))
    vendors = [
        ("www.facebook.com/tr/?id=1&ev=PageView&dl=", ""), ("ct.pinterest.com/v3/?tid=1&ad=%7B%7D&x=", ""),
        ("www.google-analytics.com/g/collect?v=2&tid=G-A&dl=", ""), ("tr.snapchat.com/p?pid=1&pl=", ""),
    ]
    values = ["email=p{n}%2540example.com", "phone=%252B1415555{n:04d}", "address=4817%2520Elm%2520St", "zip=627{n:02d}",
              "city=Springfield", "first_name=Ann", "last_name=Roe", "dob=1980-02-{d:02d}", "lat=39.{n:04d}&lng=-89.{n:04d}", "order_id=A{n}"]
    lines, row = 0, 0
    with open(f"{work}/access.log", "w") as log:
        while row < findings:
            site, vendor = lines % sites, vendors[(lines // sites) % len(vendors)]
            n = lines % 97
            query = "%26".join(values).format(n=n, d=1 + n % 28).replace("=", "%3D").replace("&", "%26")
            page = f"https%3A%2F%2Fwww.s{site}.example%2Fp%3F{query}"
            log.write(f"{1700000000 + lines}.000 10 10.{lines // 65536 % 256}.{lines // 256 % 256}.{lines % 256} TCP_MISS/200 10 GET https://{vendor[0]}{page} - HIER_DIRECT/10.0.0.1 image/gif\n")
            lines += 1
            row += 7
    start = time.time()
    kinds = sys.argv[3] if len(sys.argv) > 3 else "csv,parquet,xlsx,html"
    subprocess.run([tool, "scan", f"{work}/access.log", "--key", f"{work}/key", "-o", f"{work}/ledger", "--write", kinds], check=True)
    seconds = time.time() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    manifest = json.load(open(f"{work}/ledger/manifest.json"))
    rows = {table["file"]: table["rows"] for table in manifest["tables"]}
    sizes = {name: round(os.path.getsize(f"{work}/ledger/{name}") / 1e6, 2) for name in ("report.html", "ledger.xlsx", "findings.csv", "exposure.csv") if os.path.exists(f"{work}/ledger/{name}")}
    print(f"{lines} lines, {rows['findings.csv']} findings, {rows['exposure.csv']} exposures, {seconds:.0f} s, {peak:.0f} MB; MB: {sizes}")
