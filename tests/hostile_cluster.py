"""A Dask cluster on the loopback interface whose workers lie, or send what runs code in a client.

``python tests/hostile_cluster.py MODE FOLDER`` writes its address to FOLDER/address; whatever it
makes a client run leaves FOLDER/taken behind.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

from wpnet.building import messages

FOLDER = Path(sys.argv[-1])
TRUE_DO = messages.do


class Evil:
    """Runs code in whoever unpickles it."""

    def __reduce__(self) -> Any:
        return os.system, (f"touch {FOLDER}/taken",)


def lie(mode: str, message: bytes) -> Any:
    """Answer a task as the mode says."""
    said = json.loads(TRUE_DO(message))
    if mode == "code":
        return [Evil()]
    if mode == "fault":
        return json.dumps({"kind": "SystemExit", "said": "x"})
    if mode == "sentence":
        return json.dumps({"kind": "UnreadableFile", "said": "a.txt:\x1b[2J gone\nwpnet: fine"})
    if mode == "deep":
        return "[" * 100_000
    if mode == "short":
        return json.dumps(said[:-1])
    for one in said:
        if mode == "forge" and "coverage" in one:
            one["coverage"] = [
                [key, line.replace(",omitted,", ",carried,")] for key, line in one["coverage"]
            ]
        if mode == "other plan" and "head" in one:
            one["head"]["plan"]["plan_id"] = "../x"
        if mode == "other lines" and "body" in one:
            one["body"]["requirements"] += "x,y\n"
    return json.dumps(said)


def main() -> None:
    """Start the cluster and wait to be ended."""
    from distributed import LocalCluster

    mode = sys.argv[1]
    cluster: Any = LocalCluster  # typed by nobody
    started = cluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        host="127.0.0.1",
        scheduler_port=0,
        dashboard_address=None,
        protocol="tcp",
    )
    if mode == "types":  # the scheduler passes on what a worker says of the type of its results
        from types import SimpleNamespace

        from distributed import worker_state_machine

        said: Any = worker_state_machine
        said.pickle = SimpleNamespace(dumps=lambda *_, **__: pickle.dumps(Evil()))
    else:
        messages.do = lambda message: lie(mode, message)
        messages.do.__module__, messages.do.__qualname__ = "wpnet.building.messages", "do"
    (FOLDER / "address.part").write_text(started.scheduler_address)
    (FOLDER / "address.part").rename(FOLDER / "address")
    time.sleep(120)


if __name__ == "__main__":
    main()
