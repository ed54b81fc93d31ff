"""Found by every Python that a run under `faketime` starts (tests/clock.py puts this folder on PYTHONPATH).

libfaketime 0.9.10 takes the faked offset off the deadline of a sleep even when it was told to leave the monotonic clock
alone; the deadline is then before the epoch, and `time.sleep` fails with "Invalid argument".
"""

import select
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


try:
    time.sleep(0.000_001)
except OSError:
    time.sleep = sleep
