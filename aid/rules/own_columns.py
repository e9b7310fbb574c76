"""What a column may be called that the county adds to a table, and which choices one may have."""

import json
from collections.abc import Collection, Iterable, Sequence
from itertools import count

from aid.rules.cells import Fault, text, tidy

LONGEST_LABEL, LONGEST_HELP, LONGEST_CHOICE, MOST_CHOICES = 20, 100, 40, 100
Choice = tuple[str, str, bool]  # code, label, whether it is closed: not chosen any more


def label(given: str, *, taken: Collection[str]) -> str:
    """The name of a column, which no other of its table has: `taken` are theirs. Raises Fault."""
    found = " ".join(text(given, longest=LONGEST_LABEL).split())
    if not found:
        raise Fault("missing", "请填写列名")
    if tidy(found) in map(tidy, taken):
        raise Fault("duplicate", f"这张表已经有“{found}”这一列了，请换一个列名")
    return found


def choices(present: Sequence[Choice], added: Iterable[str]) -> list[Choice]:
    """The choices of a column: those that were there, renamed or closed, and new ones with codes of their own. Raises
    Fault for none, too many, two of one name, or one that cannot be a name.

    >>> choices([("c1", "走读", False), ("c3", "校车", True)], ["住校 ", ""])
    [('c1', '走读', False), ('c3', '校车', True), ('c4', '住校', False)]
    """
    numbers = count(1 + max((int(code.removeprefix("c")) for code, _, _ in present), default=0))
    found = [(code, _choice(given), closed) for code, given, closed in present]
    found += [(f"c{next(numbers)}", _choice(given), False) for given in added if given.strip()]
    names = [tidy(name) for _, name, _ in found]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise Fault("duplicate", f"选项“{twice}”出现了两次")
    if not found:
        raise Fault("missing", "请填写选项，每行一项")
    if not any(not closed for *_, closed in found):
        raise Fault("missing", "至少要有一个没有停用的选项")
    if len(found) > MOST_CHOICES:
        raise Fault("malformed", f"最多 {MOST_CHOICES} 个选项")
    return found


def packed(found: Sequence[Choice]) -> str:
    """Choices as the definition keeps them."""
    return json.dumps(found, ensure_ascii=False)


def _choice(given: str) -> str:
    name = text(given, longest=LONGEST_CHOICE)
    if not name or name == "-" or any(sign in name for sign in "|=\\"):
        raise Fault("malformed", f"“{given.strip()}”不能作选项：不能为空，也不能是“-”或含有 | = \\")
    return name
