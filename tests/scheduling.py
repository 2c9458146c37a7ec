"""Which tests share a worker of pytest-xdist: those on one stack of processes, and those with stacks of their own."""

from xdist.scheduler import LoadScopeScheduling

ON_THE_SHARED_STACK = ("tests/processes/test_browser_", "tests/processes/test_hostile")
WITH_OWN_STACKS = "tests/processes/"


class ByStacks(LoadScopeScheduling):
    """
    Begins with the two groups, a worker for each; every other test goes to whoever has nothing to do.

    pytest-xdist 3.8.0 has marks for this, but hides them from itself under pytest 9.2: it writes them into a test's
    `_nodeid`, which is not read any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """Name the group of a test, by where it lies; one that is in none is a group by itself."""
    if nodeid.startswith(ON_THE_SHARED_STACK):
        return "the shared stack"
    return "own stacks" if nodeid.startswith(WITH_OWN_STACKS) else nodeid
