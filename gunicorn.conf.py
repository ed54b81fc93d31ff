"""How the web is served (Containerfile): two processes of four threads, behind a proxy that buffers (docs/operators-guide.md).

Beside the four, each process keeps a thread for each of the two probes (web/serving/worker.py).
"""

from gunicorn.workers import gthread

worker_class = "web.serving.worker.Worker"
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

# gunicorn also waits this long, in a thread of the pool, for a body that a page didn't read. Its own five seconds are too long.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.05
