"""What the code of a region says of its place: codes are hierarchical (GB/T 2260, GB/T 10114), and scopes are read
from their leading digits."""

from aid.scope import significant

DIGITS = (0, 2, 4, 6, 9)


def code_above(code: str) -> str:
    """The code of the region above.

    >>> code_above("360426100200"), code_above("360426000000")
    ('360426100000', '360400000000')
    """
    digits = max((digits for digits in DIGITS if digits < len(significant(code))), default=0)
    return code[:digits].ljust(12, "0")


def misplaced(code: str, parent: str) -> str:
    """Why the region `code` cannot lie in the region `parent`, as a sentence; "" where it can.

    >>> misplaced("360426100000", "360426000000"), misplaced("360426100000", "360425000000")
    ('', '应是 360426100000 所在的上级，即它的前几位补零')
    """
    inside = parent != code and code.startswith(significant(parent))
    return "" if inside else f"应是 {code} 所在的上级，即它的前几位补零"
