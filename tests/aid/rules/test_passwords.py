"""How a password is kept: at a cost, with a salt of its own."""

from aid.rules import passwords


def test_a_password_is_kept_at_a_cost():
    scheme, n, r, p, _, _ = passwords.hashed("山高月小，水落石出。").split("$")
    assert scheme == "scrypt"
    assert int(n) * int(r) * int(p) >= 2**18  # OWASP: scrypt with N = 2^15, r = 8 and more


def test_one_password_is_never_kept_twice_alike():
    first, second = (passwords.hashed("山高月小，水落石出。") for _ in range(2))
    assert first != second
    assert passwords.fits("山高月小，水落石出。", first)
    assert passwords.fits("山高月小，水落石出。", second)


def test_nobody_costs_as_much_as_somebody():
    assert passwords.NOBODY.split("$")[:4] == passwords.hashed("x").split("$")[:4]
