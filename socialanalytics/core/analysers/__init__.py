"""What scores a text: TextBlob, VADER, and a blend of both."""

from socialanalytics.core.analysers.port import Analyser

__all__ = ["ANALYSERS", "Analyser"]

ANALYSERS: dict[str, Analyser] = {}
