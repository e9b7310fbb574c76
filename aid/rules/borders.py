"""Which border lies between a child's household and its school, and which office acts (question 1).

Places are told apart by the leading digits of their codes (GB/T 2260): two of the province, four of the city, six of
the county. Aid at school goes by where the child studies: that county checks. The household's county follows up.
Of a school outside the province only the name is known (question 22): the county that keeps the row checks it.
"""

DIGITS = {"county": 6, "city": 4, "province": 2}


def crosses(home: str, school: str, level: str) -> bool:
    """Whether a border of this level lies between two places, each by its 12-digit code.

    >>> [crosses("360425100000", "360426000000", level) for level in DIGITS]
    [True, False, False]
    >>> [crosses("430100000000", "360426000000", level) for level in DIGITS]
    [True, True, True]
    """
    digits = DIGITS[level]
    return home[:digits] != school[:digits]


def border(home: str, school: str, *, outside: bool = False) -> str:
    """The highest border between two places; "" where both lie in one county. `outside` is whether the school is one
    outside the province, whose place is not known: `school` is then that of the office which keeps the row.

    >>> border("360426100200", "360426101000"), border("360425100000", "360426000000")
    ('', 'county')
    >>> border("360100000000", "360426000000"), border("430100000000", "360426000000")
    ('city', 'province')
    >>> border("360426100200", "360426000000", outside=True)
    'outside'
    """
    if outside:
        return "outside"
    crossed = [level for level in DIGITS if crosses(home, school, level)]
    return crossed[-1] if crossed else ""


def direction(home: str, school: str, place: str, *, outside: bool = False) -> str:
    """How a child that crosses a border is seen from the place with these leading digits: "out" where only its
    household lies there, "in" where only its school does, "within" where both do; "" where neither. With a school
    outside the province it is "outside".

    >>> [direction("360425100000", "360426100000", place) for place in ("360425", "360426", "3604", "43")]
    ['out', 'in', 'within', '']
    >>> direction("360426100200", "360426000000", "360426", outside=True)
    'outside'
    """
    if outside:
        return "outside"
    here = home.startswith(place), school.startswith(place)
    return {(True, False): "out", (False, True): "in", (True, True): "within"}.get(here, "")


def acting(home: str, school: str) -> tuple[str, str]:
    """The codes of the counties whose offices act: that which checks, and that which follows up.

    >>> acting("360425100000", "360426100000")
    ('360426000000', '360425000000')
    """
    return county_of(school), county_of(home)


def county_of(code: str) -> str:
    """The code of the county that a place lies in.

    >>> county_of("360426100200")
    '360426000000'
    """
    return code[:6].ljust(12, "0")


def office_told(office: str | None, place: str) -> str:
    """The office that acts, by name; where none is known, the place it would be of.

    >>> office_told("永修县学生资助管理中心", "永修县"), office_told(None, "湖南省长沙市")
    ('永修县学生资助管理中心', '湖南省长沙市（未登记资助机构）')
    """
    return office or f"{place}（未登记资助机构）"
