"""Writes a HAR whose texts attack whatever shows them: scripts, formulas, terminals, direction."""
import json
import sys
import urllib.parse

ATTACKS = [
    "<script>document.title='owned'</script>",
    "\"><img src=x onerror=\"document.title='owned'\">",
    "'><svg/onload=document.title='owned'>",
    "</title></style></script><h1>owned</h1>",
    "{{7*7}}${7*7}",
    "=1+1",
    "=HYPERLINK(\"http://127.0.0.1:9/\",\"x\")",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    " =1+1",
    "\uff1d1+1",
    "a;=1+1",
    "00012345",
    "1234567890123456789",
    "1e5",
    "MAR1",
    "2024-07-01",
    "\u001b]0;owned\u0007\u001b[31mred",
    "invoice\u202efdp.exe\u2066x\u2069",
    "line\r\nbreak",
    "nul\u0000byte",
    "_x0041_",
    "x" * 40000,
]


def har(attacks=ATTACKS):
    entries = []
    for number, attack in enumerate(attacks):
        quoted = urllib.parse.quote(attack, safe="")
        page = f"https://www.shop.example/p/{quoted}?email=jane.roe%40example.com&q={quoted}"
        url = ("https://www.facebook.com/tr/?id=" + quoted + "&ev=" + quoted + "&dl="
               + urllib.parse.quote(page, safe="") + "&" + quoted[:200] + "=jane.roe%40example.com")
        for address, kind in ((page, "document"), (url, "image")):
            entries.append({
                "startedDateTime": f"2026-01-{1 + number % 28:02d}T10:00:00.000Z", "time": 1, "pageref": attack[:300],
                "_resourceType": kind,
                "request": {"method": "GET", "url": address, "httpVersion": "HTTP/1.1",
                            "headers": [{"name": "Referer", "value": page}], "queryString": [], "cookies": [],
                            "headersSize": -1, "bodySize": 0},
                "response": {"status": 200, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
                             "headers": [{"name": "Content-Type", "value": "text/html"}],
                             "content": {"size": 0, "mimeType": "text/html"}, "redirectURL": "",
                             "headersSize": -1, "bodySize": 0},
                "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}})
    pages = [{"startedDateTime": "2026-01-01T10:00:00.000Z", "id": attack[:300], "title": attack[:300],
              "pageTimings": {}} for attack in attacks]
    return {"log": {"version": "1.2", "creator": {"name": attacks[0], "version": attacks[5]}, "pages": pages,
                    "entries": entries}}


if __name__ == "__main__":
    json.dump(har(), open(sys.argv[1], "w"))
