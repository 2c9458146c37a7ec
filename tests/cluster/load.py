"""Steady load: people who read pages, scripts that read the API, customers whose pictures must come back right."""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tests.cluster.orders import Customer
from tests.cluster.visitors import NAMES, Asked, Visitor, signed_in, with_token

PAGES = ("/", "/images/", "/drive/recent/", "/mapreduce/", "/social/", "/accounts/profile/")
CALLS = ("/api/v1/images/jobs", "/api/v1/drive/items", "/api/v1/images/filters", "/api/v1/mapreduce/jobs")
STATIC = re.compile(r'"(/static/[^"]+\.(?:css|js))"')
PERSON_EVERY_SECONDS = 0.25
SCRIPT_EVERY_SECONDS = 0.1
CUSTOMER_EVERY_SECONDS = 1.0


class Load:
    """Two sessions and a script of each of the three, and customers; all sign in once, before anything happens."""

    def __init__(self, port: int, tokens: dict[str, str]) -> None:
        self.asked: list[Asked] = []
        self.people = [(name, signed_in(port, self.asked, name)) for name in NAMES for _ in range(2)]
        self.scripts = [with_token(port, self.asked, tokens[name]) for name in NAMES]
        self.customers = [Customer(with_token(port, self.asked, tokens[name])) for name in NAMES[:2]]
        self.staff = self.scripts[0]  # alice's
        self.slow_customer = Customer(with_token(port, self.asked, tokens["charlie"]))
        self.broken: list[str] = []
        self._stopped = Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Keep it up for the time of the block; then let everybody finish, and see that nobody gave up."""
        self._stopped.clear()
        threads = [Thread(target=self._guarded, args=(work,)) for work in self._works()]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()
        assert not self.broken

    def wait_for(self, requests: int) -> None:
        """Let so many more requests be answered."""
        until = len(self.asked) + requests
        while len(self.asked) < until:
            assert not self.broken
            time.sleep(0.05)

    def lost(self) -> list[str]:
        """Say which jobs the site has and nobody asked for, or were asked for and are not there or not right."""
        wrong: list[str] = []
        for customer in (*self.customers, self.slow_customer):
            wrong += customer.wrong
            wrong += set(customer.job_ids).symmetric_difference(customer.all_jobs())
        return wrong

    def _works(self) -> Iterator[Callable[[], None]]:
        for name, visitor in self.people:
            yield lambda name=name, visitor=visitor: self._read_pages(name, visitor)
        for visitor in self.scripts:
            yield lambda visitor=visitor: self._call(visitor)
        for customer in self.customers:
            yield lambda customer=customer: self._order(customer)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self.broken.append(repr(error))

    def _read_pages(self, name: str, visitor: Visitor) -> None:
        paces = self._paces(PERSON_EVERY_SECONDS)
        for page in itertools.cycle(PAGES):
            if not next(paces, False):
                return
            reply = visitor.ask("GET", page, shows=f'aria-label="Account of {name}"')
            for path in STATIC.findall(reply.body.decode())[:2]:
                visitor.ask("GET", path)

    def _call(self, visitor: Visitor) -> None:
        for path, _ in zip(itertools.cycle(CALLS), self._paces(SCRIPT_EVERY_SECONDS), strict=False):
            visitor.ask("GET", path)

    def _order(self, customer: Customer) -> None:
        for _ in self._paces(CUSTOMER_EVERY_SECONDS):
            customer.order()

    def _paces(self, seconds: float) -> Iterator[bool]:
        due = time.monotonic()
        while not self._stopped.wait(max(due - time.monotonic(), 0)):
            yield True
            due = max(due + seconds, time.monotonic())
