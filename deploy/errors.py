"""What the person at the terminal can mend; its words say how."""


class DeployError(Exception):
    """The command ends with these words, and nothing more is called."""
