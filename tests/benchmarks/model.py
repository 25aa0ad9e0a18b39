"""What asking a model takes: calls and tokens of a blueprint, own time of the rows engine.

    python tests/benchmarks/model.py            # both; some two minutes
    python tests/benchmarks/model.py tokens     # or: rows

Tokens: tables of 10, 20 and 40 clinical columns are asked for over a loopback endpoint that
answers at once and in full: a row for each column that is asked for (every fifth number by sex),
an effect of each number on the next two, rules and missing values.  They are counted by the
estimate that the product uses and, where the weights of the tests are at hand, by the tokenizer
of a real model.

Rows: 1,000 rows in 50 batches.  The endpoint is a process of its own that looks the ready bytes
up, so what is left is our own work; what those bytes take over plain sockets is measured beside.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import re
import socket
import socketserver
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

#: DESIGN 12: tokens in and out, by columns.
MOST = {10: 4_000, 20: 6_000, 40: 12_000}
WARM, COLD = 0.5, 1.2  # seconds
ROWS = 1_000
#: What a cell says of a number, and what a model may say: p5, p25, p50, p75, p95.
NUMBERS = """
age: years, 18-95 = 36 55 67 77 88 | weight: kg, 35-200 = 51 66 78 92 121
height: cm, 140-210 = 154 163 170 178 187 | heart_rate: beats per minute = 66 84 99 116 142
map: mean arterial pressure, mmHg = 51 62 71 83 104 | temperature: °C = 35.4 36.6 37.3 38.2 39.4
resp_rate: breaths per minute = 12 17 22 28 37 | spo2: % = 87 93 96 98 100
lactate: mmol/L = 0.8 1.4 2.2 3.9 10.1 | creatinine: mg/dL = 0.6 0.9 1.4 2.3 5.1
bilirubin: mg/dL = 0.3 0.5 0.9 1.7 6.6 | platelets: 10^9/L = 46 124 196 281 437
wbc: 10^9/L = 2.9 8.2 12.7 18.3 29.8 | sodium: mmol/L = 129 135 138 142 148
potassium: mmol/L = 3.1 3.7 4.1 4.6 5.6 | glucose: mg/dL = 84 112 139 183 291
hemoglobin: g/dL = 7.6 9.3 10.8 12.5 15.1 | pao2: mmHg = 55 71 86 112 193
fio2: fraction of inspired oxygen, 0.21-1 = 0.22 0.3 0.42 0.6 0.97
ph: arterial pH = 7.13 7.29 7.36 7.42 7.5
crp: mg/L = 14 78 161 258 391 | procalcitonin: ng/mL = 0.2 0.9 4.1 18 87
sofa: SOFA score, integer, 0-24 = 2 5 8 11 16
fluids: crystalloids in 24 hours, mL = 420 1650 2900 4600 8300
urine: mL in 24 hours = 130 760 1390 2150 3700
norepinephrine: dose, ug/kg/min = 0.02 0.06 0.14 0.33 1.1
stay: days in intensive care = 0.9 2.3 5.2 11 31 | cortisol: random, ug/dL = 8 17 26 38 72
"""
OTHERS = """
sex: F / M | ventilated: yes/no | dialysis: yes/no | died: yes/no, by day 28 | diabetes: yes/no
admission: emergency / elective / transfer | source: lung / abdomen / urine / skin / other
steroids: yes/no | severity: mild < moderate < severe | ward: medical / surgical
cancer: yes/no | copd: yes/no
"""


SIZES = (0.35, 0.2, -0.15, 0.3, 0.1, -0.25, 0.15)


def columns(count: int) -> list[str]:
    """So many lines of a cell, 7 numbers to 3 others."""
    many = count * 7 // 10
    return [said.split(" = ")[0] for said in lines(NUMBERS)[:many]] + lines(OTHERS)[: count - many]


def lines(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[|\n]", text) if part.strip()]


def cell(count: int) -> str:
    said = "".join(f"  {line}\n" for line in columns(count))
    return f"Adults with sepsis in intensive care in Germany, 2018-2022.\n\ncolumns:\n{said}"


# A full answer --------------------------------------------------------------------------


def answer(body: Mapping[str, Any], cells: list[str]) -> str:
    """What a thorough model says to a request about these columns, as compact JSON."""
    said = body["messages"][-1]["content"]
    kinds = body["response_format"]["json_schema"]["schema"]["properties"]
    asked = re.search(r"(?:One row for each of|no others): (.*)", said)
    names = asked[1].rstrip(".").split(", ") if asked else []
    known = dict(line.split(":", 1) for line in cells)
    found: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for place, name in enumerate(names):
        values = [part.split(",")[0].strip() for part in re.split("[/<]", known[name])]
        if "yes/no" in known[name]:
            found["yes_no"].append({"column": name, "group": "", "share": 0.23})
        elif name not in numeric():
            share = round(1 / len(values), 2)
            shares = [*[share] * (len(values) - 1), round(1 - share * (len(values) - 1), 2)]
            found["choices"].append(
                {"column": name, "group": "", "ordered": "<" in known[name], "values": values,
                 "shares": shares}
            )  # fmt: skip
        else:
            groups = ["sex=F", "sex=M"] if place % 5 == 1 else [""]
            found["numbers"] += [
                {"column": name, "group": group, "unit": unit(known[name]), "decimals": 1,
                 "limits": [], **scaled(name, 1.08 if group == "sex=M" else 1), "zero_share": 0}
                for group in groups
            ]  # fmt: skip
    if "effects" in found:
        every = [line.split(":")[0] for line in cells]
        pairs = list(zip(every * 2, every[1:] + every[2:], strict=False))
        found["effects"] = [
            {"cause": cause, "result": result, "word": "beta", "size": size, "per": 0, "where": ""}
            for (cause, result), size in zip(pairs, SIZES * len(every), strict=False)
            if {cause, result} <= numeric().keys()
        ]
        found["rules"] = ["heart_rate > resp_rate", "if age < 20 then height > 145"]
        found["missing"] = [
            {"column": name, "share": 0.07, "depends_on": "", "odds_ratio": 0,
             "reason": "not measured in every patient"}
            for name in every[5::3]
        ]  # fmt: skip
    return json.dumps(found, separators=(",", ":"))


def numeric() -> dict[str, dict[str, float]]:
    """Quantiles of the numbers, by column."""
    found = {}
    for text in lines(NUMBERS):
        said, _, values = text.partition(" = ")
        found[said.split(":")[0]] = dict(
            zip(("p5", "p25", "p50", "p75", "p95"), map(float, values.split()), strict=True)
        )
    return found


def scaled(name: str, by: float) -> dict[str, float]:
    return {key: round(value * by, 2) for key, value in numeric()[name].items()}


def unit(said: str) -> str:
    """The unit in what a cell says of a number; empty where that is in words."""
    units = ("years", "kg", "cm", "mmHg", "°C", "%", "mmol/L", "mg/dL", "10^9/L", "g/dL", "mg/L",
             "ng/mL", "mL", "ug/kg/min", "ug/dL", "days")  # fmt: skip
    parts = [part.strip() for part in said.split(",")]
    return next((part for part in parts if part in units), "")


# Calls and tokens -----------------------------------------------------------------------


def measure_tokens() -> bool:
    """Print calls and tokens of 10, 20 and 40 columns; give whether all keep to the budget."""
    from synth_magic import pipeline
    from synth_magic.llm import tokens
    from synth_magic.options import Options
    from tests.llm.endpoint import Endpoint

    good = True
    with real_tokenizer() as real:
        for count, most in MOST.items():
            cells = columns(count)
            with Endpoint(lambda body, cells=cells: {"answer": answer(body, cells)}) as endpoint:
                run = Options(model="big", base_url=endpoint.base_url, cache=True)
                small = pipeline.run(cell(count), Options(**fields(run, rows=1_000)))
                pipeline.run(cell(count), Options(**fields(run, rows=1_000_000, quiet=True)))
                bodies = endpoint.bodies
            assert small.usage is not None
            texts = [str(message["content"]) for body in bodies for message in body["messages"]]
            back = [answer(body, cells) for body in bodies]
            schemas = [json.dumps(body["response_format"]) for body in bodies]
            own = sum(map(tokens.of_text, texts)), sum(map(tokens.of_text, back))
            calls = f"{len(bodies)} call{'s' * (len(bodies) != 1)}"
            said = f"{own[0]:,} in + {own[1]:,} out = {sum(own):,}"
            line(f"{count} columns, 1,000 and 1,000,000 rows", calls, said, f"< {most:,}")
            good &= sum(own) < most
            if real is not None:
                counted = sum(map(real, texts)), sum(map(real, back))
                said = f"{counted[0]:,} in + {counted[1]:,} out = {sum(counted):,}"
                line("  by SmolLM2's tokenizer", "", said, f"< {most:,}")
                good &= sum(counted) < most
            said = f"{sum(map(tokens.of_text, schemas)):,} more"
            line("  where an endpoint counts the schema", "", said, "")
    return good


def fields(options: Any, **more: Any) -> dict[str, Any]:
    return {name: getattr(options, name) for name in options.__slots__} | more


@contextmanager
def real_tokenizer() -> Iterator[Any]:
    """Count tokens as SmolLM2 does, where its weights and xllamacpp are at hand."""
    from importlib.util import find_spec

    from tests.llm.weights import FOLDER, MEMBER

    file = FOLDER / Path(MEMBER).name
    if not file.exists() or find_spec("xllamacpp") is None:
        yield None
        return
    from http.client import HTTPConnection

    from synth_magic.llm import local
    from synth_magic.llm.access import resolve
    from synth_magic.options import Options

    servers = local.Servers()
    access = servers.serve(resolve(Options(model=str(file)), {}))
    headers = {"Authorization": f"Bearer {access.key.reveal()}"}

    def count(text: str) -> int:
        connection = HTTPConnection("127.0.0.1", access.port, timeout=60)
        connection.request("POST", "/tokenize", json.dumps({"content": text}), headers)
        return len(json.loads(connection.getresponse().read())["tokens"])

    try:
        yield count
    finally:
        servers.stop()


# Own time -------------------------------------------------------------------------------


def messages_key(body: Mapping[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(body["messages"]).encode(), digest_size=16).hexdigest()


def serve(ready: dict[str, bytes], pipe: Connection) -> None:
    """Give ready bytes by what is asked, in a process of its own, until told to stop."""

    class Handler(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            while True:
                size = 0
                while (head := self.rfile.readline()) not in (b"\r\n", b""):
                    name, _, value = head.partition(b":")
                    size = int(value) if name.lower() == b"content-length" else size
                if not head:
                    return
                found = ready.get(messages_key(json.loads(self.rfile.read(size))))
                self.wfile.write(found or b"HTTP/1.1 500 x\r\ncontent-length: 0\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        pipe.send(server.server_address[1])
        import threading

        threading.Thread(target=server.serve_forever, daemon=True).start()
        pipe.recv()


def response(body: Mapping[str, Any], text: str, piece: int) -> bytes:
    """All bytes of a streamed answer, so many characters an event."""
    from tests.llm.endpoint import parts

    _, pieces = parts({"answer": text, "pieces": piece}, body)
    framed = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in pieces)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
    return head + b"\r\n" + framed + b"0\r\n\r\n"


def rehearsed(piece: int) -> tuple[dict[str, bytes], list[bytes]]:
    """Bytes for every request of the run that is measured, and its requests."""
    from synth_magic import pipeline
    from tests import scripted_model as scripted
    from tests.llm.endpoint import Endpoint

    with Endpoint(scripted.reply) as endpoint:
        pipeline.run(text_of_run(), wish(endpoint.base_url, 8))
        bodies = endpoint.bodies
    raw = [json.dumps(body).encode() for body in bodies]
    ready = {
        messages_key(body): response(body, json.dumps(scripted.reply(body)["answer"]), piece)
        for body in bodies
    }
    return ready, raw


def text_of_run() -> str:
    from tests.cells import CLINIC

    return CLINIC


def wish(base_url: str, concurrency: int) -> Any:
    from synth_magic.options import Options

    return Options(model="big", base_url=base_url, rows=ROWS, engine="rows", cache=False,
                   concurrency=concurrency)  # fmt: skip


def plain_sockets(port: int, raw: list[bytes], concurrency: int) -> float:
    """Seconds of the same requests over plain sockets, read to their ends."""

    def some(part: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for body in part:
                head = f"POST /v1 HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)
                heard = connection.recv(1 << 16)
                assert heard.startswith(b"HTTP/1.1 200 ")
                while not heard.endswith(b"0\r\n\r\n"):
                    heard = heard[-5:] + connection.recv(1 << 16)

    begin = time.perf_counter()
    with ThreadPoolExecutor(concurrency) as pool:
        list(pool.map(some, [raw[start::concurrency] for start in range(concurrency)]))
    return time.perf_counter() - begin


def inside(base_url: str, concurrency: int, repeats: int, *, first: bool) -> dict[str, Any]:
    """In a fresh process: seconds of the first run, and of later ones.

    Without `first` a cell without a model was run before, as in most notebooks.
    """
    import IPython  # noqa: F401  (a notebook has both)
    import pandas as pd  # noqa: F401

    def once() -> tuple[float, float]:
        begin, worked = time.perf_counter(), time.process_time()
        from synth_magic import pipeline

        result = pipeline.run(text_of_run(), wish(base_url, concurrency))
        took = time.perf_counter() - begin, time.process_time() - worked
        assert result.usage is not None
        assert (len(result.table), result.usage.calls) == (ROWS, ROWS // 20 + 1)
        return took

    if not first:
        import synth_magic

        synth_magic.generate(text_of_run())
    assert "openai" not in sys.modules
    cold = once()
    return {"cold": cold, "warm": [once() for _ in range(repeats)]}


def measure_rows(repeats: int) -> bool:
    """Print the own time of 1,000 rows; give whether it keeps to the budget."""
    good = True
    for piece, what in ((24, "24 characters an event"), (4, "a token an event")):
        ready, raw = rehearsed(piece)
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe()
        process = context.Process(target=serve, args=(ready, theirs), daemon=True)
        process.start()
        port = mine.recv()
        for concurrency in (8, 1):
            sockets = min(plain_sockets(port, raw, concurrency) for _ in range(repeats))
            runs = [fresh(port, concurrency, repeats) for _ in range(3)]
            warm, work = middle([each for run in runs for each in run["warm"]])
            cold, cold_work = middle([run["cold"] for run in runs])
            title = f"{ROWS:,} rows, {len(raw)} calls, {concurrency} at a time, {what}"
            line(title, f"{warm:.2f} s", f"{work:.2f} s of them work", f"{WARM} s")
            title = "  cold: openai not imported"
            line(title, f"{cold:.2f} s", f"{cold_work:.2f} s of them work", f"{COLD} s")
            line("  the same bytes over plain sockets", f"{sockets:.3f} s", "", "")
            good &= warm < WARM and cold < COLD
        first, first_work = middle([fresh(port, 8, 0, "--first")["cold"] for _ in range(3)])
        title = "  the first cell of a notebook: nothing of ours imported"
        line(title, f"{first:.2f} s", f"{first_work:.2f} s of them work", "")
        mine.send("stop")
        process.join()
    return good


def middle(times: list[list[float]]) -> tuple[float, float]:
    """Median of seconds that passed, and of those in which a processor worked for us."""
    passed, worked = zip(*times, strict=True)
    return statistics.median(passed), statistics.median(worked)


def fresh(port: int, concurrency: int, repeats: int, *more: str) -> dict[str, Any]:
    words = ["inside", "--url", f"http://127.0.0.1:{port}/v1", "--concurrency", str(concurrency)]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", __file__, *words, "--repeats", str(repeats), *more],
            env={**os.environ, "OMP_NUM_THREADS": "1", "SYNTHDATA_CACHE_DIR": folder},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def line(what: str, figure: str, more: str, budget: str) -> None:
    print(f"{what:<58} {figure:>8}  {more:<32} {budget}", flush=True)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="Measure what asking a model takes.")
    parser.add_argument("what", nargs="?", choices=["tokens", "rows", "inside"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--concurrency", type=int, default=8, help=argparse.SUPPRESS)
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.what == "inside":
        print(json.dumps(inside(said.url, said.concurrency, said.repeats, first=said.first)))
        return
    good = True
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SYNTHDATA_CACHE_DIR"] = folder
        if said.what in (None, "tokens"):
            good &= measure_tokens()
        if said.what in (None, "rows"):
            good &= measure_rows(said.repeats)
    sys.exit(not good)


if __name__ == "__main__":
    main()
