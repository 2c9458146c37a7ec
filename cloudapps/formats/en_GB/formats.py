"""How moments are written for `en-gb`; Django knows the rest."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j M Y, H:i T"
SHORT_DATE_FORMAT = "j M Y"
