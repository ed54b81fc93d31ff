"""Settings of the web server (Containerfile): two processes with four threads each, behind a buffering proxy (docs/operators-guide.md).

Each process also has one thread for each of the two probes (web/serving/worker.py).
"""

from gunicorn.workers import gthread

worker_class = "web.serving.worker.Worker"
bind = "0.0.0.0:8000"
workers = 2
threads = 4
worker_tmp_dir = "/dev/shm"  # noqa: S108 - in memory, because a slow disk would make a worker look dead
control_socket_disable = True
graceful_timeout = 30
# Limits memory growth. High enough that a flood of refused requests doesn't restart processes constantly: each start takes seconds.
max_requests = 20_000
max_requests_jitter = 5_000
accesslog = "/dev/null"

# How long gunicorn waits, in a pool thread, for a body that a page didn't read. Its default of five seconds is too long.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.05
