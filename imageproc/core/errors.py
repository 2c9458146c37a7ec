"""What can go wrong with a picture, in sentences for the person who sent it."""


class PictureError(Exception):
    """A picture or a pipeline cannot be used; `str(error)` says why and what to do."""


class UnreadableImage(PictureError):
    """The file is broken, truncated, or not one of the known raster formats."""


class PictureTooLarge(PictureError):
    """The picture, or what a step would make of it, is beyond a limit."""


class InvalidStep(PictureError):
    """
    A step of a pipeline cannot be understood.

    `index` counts from 0; `parameter` is the name of the wrong one, None if the step as a whole is wrong.
    """

    def __init__(self, message: str, *, index: int, parameter: str | None = None) -> None:
        super().__init__(message)
        self.index = index
        self.parameter = parameter
