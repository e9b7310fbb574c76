"""What an item gives a child: by stage, and by boarding where the item tells boarders apart."""

from collections.abc import Mapping

Amounts = Mapping[tuple[str, str], int]  # (stage, boarding as codes.Boarding has it) -> fen per term
ANY, BOARDS, DAY = "any", "boards", "day"


def amount_due(amounts: Amounts, stage: str | None, boards: bool | None) -> int | None:
    """The fen due to a child of this stage; None where there is no amount, or it hangs on a boarding that nobody has
    filled in: nothing is guessed. An amount of 0 is none.

    >>> amounts = {("primary", "boards"): 62500, ("primary", "day"): 31250, ("senior", "any"): 115000}
    >>> amount_due(amounts, "primary", True), amount_due(amounts, "primary", None), amount_due(amounts, "senior", None)
    (62500, None, 115000)
    """
    by_boarding = {True: BOARDS, False: DAY, None: ANY}[boards]
    found = amounts.get((stage or "", by_boarding), amounts.get((stage or "", ANY)))
    return found or None
