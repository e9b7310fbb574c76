"""What of a person's data may hang on a wall."""

FIRST, LAST = 6, 2


def masked(number: str) -> str:
    """An ID number as a public list shows it: its first six and last two signs (DOMAIN.md part 5, 9). Of one too short
    to hide the rest nothing is shown.

    >>> masked("36042620090830001X"), masked("A1234567"), masked("")
    ('360426**********1X', '********', '')
    """
    hidden = len(number) - FIRST - LAST
    return f"{number[:FIRST]}{'*' * hidden}{number[-LAST:]}" if hidden > 0 else "*" * len(number)
