"""How moments are written for `en-us`; Django knows the rest."""

DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "M j, Y, g:i A T"
SHORT_DATE_FORMAT = "M j, Y"
