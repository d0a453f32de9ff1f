"""Figures about this process in Prometheus' text format, version 0.0.4, written by hand."""

from collections import Counter
from threading import Lock
from time import time

BUCKETS = (0.01, 0.05, 0.1, 0.3, 1.0, 3.0)
"""Seconds."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Metrics:
    """Counts answers by route, method and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._started = time()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: Counter[float] = Counter()
        self._seconds = 0.0

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. Unknown methods and addresses are told together: they are endless."""
        key = (method if method in METHODS else "other", route or "unmatched", status)
        with self._lock:
            self._requests[key] += 1
            self._seconds += seconds
            self._buckets.update(most for most in BUCKETS if seconds <= most)

    def text(self, *, ready: bool) -> str:
        """Write all figures."""
        with self._lock:
            requests, buckets = sorted(self._requests.items()), dict(self._buckets)
            seconds = self._seconds
        total = sum(count for _, count in requests)
        lines = [
            *_head("duban_ready", "gauge", "Whether the database is reached and current."),
            f"duban_ready {int(ready)}",
            *_head("process_start_time_seconds", "gauge", "When this process began, Unix time."),
            f"process_start_time_seconds {self._started:.3f}",
            *_head("duban_http_requests_total", "counter", "Answers, by route, method and status."),
            *(f"duban_http_requests_total{_labels(*key)} {count}" for key, count in requests),
            *_head("duban_http_request_seconds", "histogram", "How long answers took."),
            *(
                f'duban_http_request_seconds_bucket{{le="{b}"}} {buckets.get(b, 0)}'
                for b in BUCKETS
            ),
            _bucket("+Inf", total),
            f"duban_http_request_seconds_sum {seconds:.6f}",
            f"duban_http_request_seconds_count {total}",
        ]
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, says: str) -> tuple[str, str]:
    return f"# HELP {name} {says}", f"# TYPE {name} {kind}"


def _labels(method: str, route: str, status: int) -> str:
    return f'{{method="{method}",route="{route.translate(_ESCAPES)}",status="{status}"}}'


def _bucket(most: str, count: int) -> str:
    return f'duban_http_request_seconds_bucket{{le="{most}"}} {count}'
