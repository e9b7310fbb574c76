"""Who is to be brought back to school (控辍保学, question 2): of compulsory age, on the register, and at no school.

Compulsory age is 6 to 14 on 31 August before the school year begins (Compulsory Education Law, article 11; DOMAIN.md
part 1). It is read from the ID number, which the register gives, never from the roll, on which the child is not.
"""

import datetime as dt

YOUNGEST, OLDEST = 6, 14
LEFT_PRIMARY = ("preschool", "primary")  # after these there is more compulsory schooling


def birthdays(school_year: int) -> tuple[dt.date, dt.date]:
    """The first and the last day on which a child of compulsory age was born.

    >>> [day.isoformat() for day in birthdays(2026)]
    ['2011-09-01', '2020-08-31']
    """
    return dt.date(school_year - OLDEST - 1, 9, 1), dt.date(school_year - YOUNGEST, 8, 31)


def age(born: dt.date, school_year: int) -> int:
    """Whole years on 31 August before the school year begins; less than none for whoever is born later.

    >>> age(dt.date(2020, 8, 31), 2026), age(dt.date(2020, 9, 1), 2026)
    (6, 5)
    """
    return school_year - born.year - (born.month > 8)


def of_compulsory_age(born: dt.date, school_year: int) -> bool:
    """Whether a child must go to school in that school year.

    >>> [of_compulsory_age(dt.date(year, 9, 1), 2026) for year in (2010, 2011, 2019, 2020)]
    [False, True, True, False]
    """
    return YOUNGEST <= age(born, school_year) <= OLDEST


def keeps_place(status: str, stage: str) -> bool:
    """Whether a row of the roll says that its child is not lost. One who was transferred has a school, for a transfer
    stands on the roll once the other school has taken the child; one who has left primary school has none.

    >>> [keeps_place(status, "primary") for status in ("present", "suspended", "transferred", "graduated")]
    [True, True, True, False]
    >>> keeps_place("graduated", "junior")
    True
    """
    return status != "graduated" or stage not in LEFT_PRIMARY


def closing(*, on_roll: bool, supplemented: bool, registered: bool, of_age: bool) -> str:
    """Why a case closes by itself; "" while it does not. That the child studies comes before all else.

    >>> closing(on_roll=True, supplemented=True, registered=False, of_age=False)
    'on_roll'
    >>> closing(on_roll=False, supplemented=False, registered=False, of_age=False)
    'not_registered'
    >>> closing(on_roll=False, supplemented=False, registered=True, of_age=True)
    ''
    """
    if on_roll or supplemented:
        return "on_roll" if on_roll else "supplemented"
    if not registered:
        return "not_registered"
    return "" if of_age else "of_age"
