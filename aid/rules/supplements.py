"""When a supplement (补录) has to be vouched for by a paper."""


def wants_proof(*, supplemented: bool, on_register: bool) -> bool:
    """Whether a paper has to show that the household of a row of the list is poor (DOMAIN.md part 3: 8, 11, 29).

    The county's register vouches for whoever is on it. For a child from elsewhere, or one that is poor without being
    on it, nothing but the paper does.

    >>> wants_proof(supplemented=True, on_register=False), wants_proof(supplemented=True, on_register=True)
    (True, False)
    """
    return supplemented and not on_register
