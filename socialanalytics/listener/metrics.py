"""What the listener tells Prometheus."""

from prometheus_client import Counter, Gauge

POSTS = Counter("cloudapps_social_posts", "Posts that came from a source", labelnames=("source", "outcome"))
PACKETS = Counter("cloudapps_social_packets", "Packets that were sent to the consumers", labelnames=("source",))
WAITING = Gauge(
    "cloudapps_social_waiting_packets",
    "Packets that were spooled and not yet counted",
    labelnames=("feed",),
    multiprocess_mode="livesum",
)
