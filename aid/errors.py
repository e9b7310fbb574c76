"""Everything the domain refuses, as one small family.

The message is written for the clerk at the screen: the panel and the command line show it unchanged.
"""


class AidError(Exception):
    """Base of every refusal the domain makes on purpose."""


class NotAllowed(AidError):
    """The actor's role does not include this permission."""


class OutOfScope(AidError):
    """The row belongs to another school or county, or does not exist."""


class RuleBroken(AidError):
    """The request is well formed, but the aid rules forbid it."""


class Conflict(AidError):
    """The row moved on since it was shown. Nothing was written."""


class BadPicture(AidError):
    """The file is no picture that can be kept; nothing was changed."""


class BadSheet(AidError):
    """The file as a whole cannot be taken in; nothing was changed."""


class ManySheets(BadSheet):
    """Several sheets of the file could be meant; the message asks which."""
