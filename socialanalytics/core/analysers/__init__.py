"""What scores a text: TextBlob, VADER, and a blend of both. Their lexicons are loaded with the first text."""

from socialanalytics.core.analysers.blend import BlendAnalyser
from socialanalytics.core.analysers.port import Analyser
from socialanalytics.core.analysers.textblob import TextBlobAnalyser
from socialanalytics.core.analysers.vader import VaderAnalyser

__all__ = ["ANALYSERS", "Analyser"]

_textblob, _vader = TextBlobAnalyser(), VaderAnalyser()

ANALYSERS: dict[str, Analyser] = {
    analyser.name: analyser for analyser in (_textblob, _vader, BlendAnalyser(_textblob, _vader))
}
