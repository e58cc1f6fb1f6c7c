"""The page to play with: from a changed weight to the new page, over HTTP."""

import http.client
import json
import subprocess
import sys
from itertools import count
from typing import Any

from derive.config.read import read_keys
from derive.pipeline import solve
from derive.serve.keys import typed, written
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import SOURCE, clocked, interleaved

_ROUNDS = 60
_MOST = 150.0


def measure(report: Report) -> None:
    """Compare an answer of the server with the pipeline's own time for the same page."""
    command = [sys.executable, "-m", "derive", "serve", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().rpartition(":")[2].strip("/\n"))
        connection = http.client.HTTPConnection("127.0.0.1", port)
        numbers = count(1)

        def keys() -> dict[str, Any]:
            found = written(read_keys(SOURCE))
            found["layers"][0]["weights"][0][0] = f"0.{next(numbers):04}"
            return dict(found)

        def asked() -> int:
            connection.request("POST", "/solve", json.dumps(keys()), {"content-type": "application/json"})
            return len(connection.getresponse().read())

        def own() -> int:
            return len(solve(typed(keys())).text("html"))

        asked(), own()
        found = interleaved(_ROUNDS, {"server": clocked(asked), "pipeline": clocked(own)})
        connection.close()
        server.terminate()
    taken = found["server"]
    goal = Goal(_MOST, f"≤ {_MOST:g} ms", 1000 * taken.median)
    row = ("2-2-1, one weight changed", duration(taken), duration(found["pipeline"]), times(taken / found["pipeline"]))
    report.table("Served, warm, as an HTML page", ("what", "time", "the pipeline alone", "ratio"), [(row, goal)])
