"""Who is who in two deliveries of the register."""

from hypothesis import given
from hypothesis import strategies as st

from aid.rules.deliveries import COLUMNS, differing, held_before, material, paired

PERSON = {"name": "赵新", "id_number": "A", "hardship": "lifted", "left_poverty": 2024, "home_region": 1} | {
    "household_no": "H1"
}


def person(row_id: int, **values) -> tuple:
    known = PERSON | values
    return (row_id, *(known.get(name, "") for name in COLUMNS))


def ids(old, new) -> set[tuple[int, int]]:
    return {(was[0], now[0]) for was, now in paired(old, new)}


def test_a_row_that_says_the_same_is_the_same_person():
    assert ids([person(1), person(2, id_number="B")], [person(3, id_number="B"), person(4)]) == {(1, 4), (2, 3)}


def test_repeated_rows_of_one_number_are_paired_by_household_in_whatever_order_they_come():
    old = [person(1, household_no="H1"), person(2, household_no="H2")]
    new = [person(3, household_no="H2", hardship="orphan"), person(4, household_no="H1", hardship="orphan")]
    assert ids(old, new) == {(1, 4), (2, 3)}


def test_of_two_equal_rows_one_that_changed_leaves_the_other_as_it_was():
    old, new = [person(1), person(2)], [person(3, hardship="orphan"), person(4)]
    assert ids(old, new) == {(1, 4), (2, 3)}


def test_a_number_that_moved_to_another_household_is_the_same_person():
    assert ids([person(1)], [person(2, household_no="H9")]) == {(1, 2)}


def test_a_number_that_was_put_right_is_known_by_household_and_name():
    assert ids([person(1)], [person(2, id_number="B")]) == {(1, 2)}


def test_two_of_one_name_in_one_household_are_not_guessed():
    assert ids([person(1), person(2, id_number="B")], [person(3, id_number="C")]) == set()


def test_a_check_rests_on_five_columns():
    changed = {name: differing(person(1), person(2, **{name: "other"})) for name in COLUMNS}
    asked = {name for name, columns in changed.items() if material(columns)}
    assert asked == {"name", "id_number", "hardship", "left_poverty", "home_region"}
    assert all(columns == (name,) for name, columns in changed.items())


def test_who_was_held_back_is_known_by_household_and_name_in_one_sheet_row():
    held = [["H1", "户主", "赵新", "12345"], ["H2", "户主", "钱新", ""]]
    came = [person(1), person(2, name="钱新"), person(3, household_no="H2", name="钱新")]
    assert [row[0] for row in held_before(came, held)] == [1, 3]


SOME = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["甲", "乙"]), st.sampled_from("12"), st.sampled_from("xy")),
    max_size=6,
)


@given(SOME, SOME)
def test_everybody_has_one_partner_at_most_and_nobody_of_one_number_is_left_on_both_sides(old, new):
    first = [person(at, id_number=i, name=n, household_no=h, hardship=k) for at, (i, n, h, k) in enumerate(old)]
    second = [person(at, id_number=i, name=n, household_no=h, hardship=k) for at, (i, n, h, k) in enumerate(new, 100)]
    pairs = ids(first, second)
    olds, news = {one for one, _ in pairs}, {one for _, one in pairs}
    assert len(olds) == len(news) == len(pairs)
    number = COLUMNS.index("id_number") + 1
    left = [{row[number] for row in rows if row[0] not in met} for rows, met in ((first, olds), (second, news))]
    assert not left[0] & left[1]
    assert ids(second, first) == {(now, was) for was, now in pairs} or len(pairs) < max(len(old), len(new))
