"""How the web is served (Containerfile): two processes of four threads, behind a proxy that buffers (docs/operators-guide.md)."""

import contextlib
import socket
from typing import Any

from gunicorn.workers import gthread

bind = "0.0.0.0:8000"
workers = 2
threads = 4
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory, so that a slow disk never looks like a dead worker
control_socket_disable = True
graceful_timeout = 30
# Against memory that creeps up. A flood of refusals must not recycle the processes all the time: each start takes seconds.
max_requests = 20_000
max_requests_jitter = 5_000
accesslog = "/dev/null"

# A connection that says nothing goes back to the poller after this long. gunicorn's own five seconds are spent in a thread
# of the pool, so that eight silent connections keep every page waiting.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.05


def post_request(worker: Any, req: Any, environ: dict[str, Any], resp: Any) -> None:
    """Close a connection at once when it is to be closed.

    gunicorn waits up to two seconds for the other side to hang up, in the one thread that accepts connections: a few
    clients that don't would keep every page and probe waiting.
    """
    if resp is not None and resp.should_close():
        with contextlib.suppress(OSError, KeyError):
            environ["gunicorn.socket"].shutdown(socket.SHUT_RD)
