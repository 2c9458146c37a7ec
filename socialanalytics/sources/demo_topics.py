"""What the made-up feed talks about, and in which words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """Something that people of the made-up feed have opinions on."""

    name: str
    weight: float  # how much of the feed it is
    subjects: dict[str, tuple[str, ...]]  # by language
    hashtags: tuple[str, ...]


TOPICS = (
    Topic(
        "coffee",
        4,
        {
            "en": ("the coffee at Bean Barn", "this flat white", "my morning coffee", "the new espresso machine"),
            "de": ("der Kaffee in der Bohnenscheune", "mein Kaffee heute Morgen"),
            "es": ("el café de la esquina", "mi café de la mañana"),
            "fr": ("le café du matin", "ce petit espresso"),
        },
        ("coffee", "latte", "espresso", "CoffeeTime"),
    ),
    Topic(
        "trains",
        3,
        {
            "en": ("the 8:14 train to Fernhill", "Lakeland Rail", "the night train", "the new train timetable"),
            "de": ("der Zug nach Tannenau", "die Seelandbahn"),
            "es": ("el tren a Valdeflores", "el tren nocturno"),
            "fr": ("le train pour Clairval", "le train de nuit"),
        },
        ("trains", "LakelandRail", "commute"),
    ),
    Topic(
        "phone",
        3,
        {
            "en": ("the new Pebble 9 phone", "the Pebble 9 camera", "the Pebble 9 battery", "this phone launch"),
            "de": ("das neue Pebble 9", "die Kamera vom Pebble 9"),
            "es": ("el nuevo Pebble 9", "la cámara del Pebble 9"),
            "fr": ("le nouveau Pebble 9", "la batterie du Pebble 9"),
        },
        ("Pebble9", "phone", "tech"),
    ),
    Topic(
        "football",
        4,
        {
            "en": ("the Harbour Rovers match", "that penalty", "our goalkeeper", "the football tonight"),
            "de": ("das Spiel der Hafenkicker", "unser Torwart"),
            "es": ("el partido de los Rovers", "ese penalti"),
            "fr": ("le match des Rovers", "notre gardien"),
        },
        ("football", "HarbourRovers", "matchday"),
    ),
    Topic(
        "weather",
        3,
        {
            "en": ("the weather in Fernhill", "this rain", "the sunshine today", "the storm warning"),
            "de": ("das Wetter in Tannenau", "dieser Regen"),
            "es": ("el tiempo en Valdeflores", "esta lluvia"),
            "fr": ("la météo à Clairval", "cette pluie"),
        },
        ("weather", "rain", "sunshine"),
    ),
    Topic(
        "election",
        2,
        {
            "en": ("the Fernhill election", "the mayor's debate", "candidate Maple Moss", "the Fernhill ballot"),
            "de": ("die Wahl in Tannenau", "die Debatte in Tannenau"),
            "es": ("las elecciones de Valdeflores", "el debate de Valdeflores"),
            "fr": ("l'élection de Clairval", "le débat de Clairval"),
        },
        ("FernhillVotes", "election", "debate"),
    ),
)

LANGUAGES = ("en", "de", "es", "fr")
LANGUAGE_WEIGHTS = (78, 9, 7, 6)

GOOD, PLAIN, BAD = 1, 0, -1

SAYINGS: dict[tuple[str, int], tuple[str, ...]] = {
    ("en", GOOD): (
        "I love {}, best thing this week",
        "{} was absolutely wonderful today",
        "so happy about {}, great work",
        "{} is excellent and I will not hear otherwise",
        "what a fantastic surprise: {}",
        "really impressed by {}, beautiful",
    ),
    ("en", PLAIN): (
        "has anyone seen {} today?",
        "reading about {} on the way home",
        "{} again, as every day",
        "thinking about {} this afternoon",
        "they talked about {} on the radio",
        "where do I find news on {}?",
    ),
    ("en", BAD): (
        "{} was terrible today, never again",
        "I hate {}, what a waste of time",
        "so disappointed by {}",
        "{} is the worst, really awful",
        "another horrible day with {}, I am angry",
        "{} is broken and nobody cares, pathetic",
    ),
    ("de", GOOD): ("{} war heute wunderbar", "ich liebe das: {}", "einfach großartig, {}"),
    ("de", PLAIN): ("hat jemand etwas über {} gehört?", "{}, wie jeden Tag", "heute wieder: {}"),
    ("de", BAD): ("{} war heute furchtbar", "so enttäuscht: {}", "nie wieder, {} ist schrecklich"),
    ("es", GOOD): ("me encanta {}", "{} fue maravilloso hoy", "qué alegría: {}"),
    ("es", PLAIN): ("¿alguien sabe algo de {}?", "{}, como cada día", "leyendo sobre {}"),
    ("es", BAD): ("{} fue terrible hoy", "qué decepción: {}", "odio {}, nunca más"),
    ("fr", GOOD): ("j'adore {}", "{} était merveilleux aujourd'hui", "quelle joie : {}"),
    ("fr", PLAIN): ("quelqu'un a vu {} ?", "{}, comme chaque jour", "je lis sur {}"),
    ("fr", BAD): ("{} était horrible aujourd'hui", "quelle déception : {}", "je déteste {}, plus jamais"),
}
EMOJI = {GOOD: ("😍", "🎉", "❤️", "😀", "👏"), PLAIN: ("🤔", "👀", "☕", "🚆"), BAD: ("😡", "😢", "👎", "🤬", "💔")}
ANIMALS = ("owl", "fox", "heron", "otter", "lynx", "wren", "hare", "mole", "newt", "finch")
