"""What is counted, for Prometheus."""

from prometheus_client import Counter, Histogram

REQUESTS = Histogram("makola_request_seconds", "HTTP requests", ["door", "method", "status"])
JOBS = Counter("makola_jobs_total", "Jobs worked on", ["job", "outcome"])
CHAT_TURNS = Histogram("makola_chat_turn_seconds", "Chat turns", ["channel"])
