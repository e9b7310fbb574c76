"""Following schools that were merged (撤并) to where their children sit now (DOMAIN.md, Matching; question 38)."""

from collections.abc import Collection, Mapping


def followed(merged: Mapping[int, int | None], closed: Collection[int]) -> dict[int, int]:
    """For each merged school the school its mergers end at.

    Left out are those that end at a closed school, nowhere, or in a ring.

    >>> followed({1: 2, 2: 3, 4: 5, 6: None, 7: 8, 8: 7}, closed={5})
    {1: 3, 2: 3}
    """
    ends = {school: _end(school, merged) for school in merged}
    return {school: end for school, end in ends.items() if end is not None and end not in closed}


def _end(school: int | None, merged: Mapping[int, int | None]) -> int | None:
    seen = set()
    while school in merged:
        if school in seen:
            return None
        seen.add(school)
        school = merged[school]
    return school
