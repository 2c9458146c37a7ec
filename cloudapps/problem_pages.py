"""Turns a Problem that a page raised into the page that says so; the REST door has its own handler."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cloudapps.problems import Problem

TEMPLATES = {404: "404.html", 429: "429.html"}


class ProblemPageMiddleware:
    """Lets views raise what services raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the page for the problem's status, with its words."""
        if not isinstance(exception, Problem):
            return None
        template = TEMPLATES.get(exception.status, "400.html")
        return render(request, template, {"problem": exception}, status=exception.status)
