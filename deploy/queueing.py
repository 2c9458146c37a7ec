"""
How long work waits: the queue M/M/c.

Why this one: work comes from many people who do not know of each other (nearly Poisson), any free core takes the next
piece from one queue (SQS is one; the load balancer comes close), and the times of pages differ so much that the
exponential is near enough. Where they differ less, as with pictures of one size, real waiting is shorter: up to half.
Beyond a utilisation of 1 there is no steady state: waiting grows for as long as the load lasts, which `simulate` shows.
"""

import math


def must_wait(servers: int, offered: float) -> float:
    """Give the chance that all servers are busy (Erlang C); `offered` are the servers that the work would fill."""
    if offered >= servers:
        return 1.0
    blocked = 1.0  # Erlang B, by its recursion: nothing overflows
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    share = offered / servers
    return blocked / (1 - share + share * blocked)


def mean_wait(servers: int, offered: float, service_seconds: float) -> float:
    """Give the mean seconds before work is begun; infinite where the work is too much."""
    if offered >= servers:
        return math.inf
    return must_wait(servers, offered) * service_seconds / (servers - offered)


def wait_at(share: float, servers: int, offered: float, service_seconds: float) -> float:
    """Give the seconds that this share of all work waits at most, like 0.95."""
    if offered >= servers:
        return math.inf
    beyond = must_wait(servers, offered) / (1 - share)
    return max(0.0, math.log(beyond)) * service_seconds / (servers - offered) if beyond > 0 else 0.0
