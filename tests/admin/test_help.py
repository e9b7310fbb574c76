"""帮助: it speaks of what there is."""

import re

from models import InvalidReason, ProofKind


def test_every_entry_of_the_menu_that_is_named_exists(app, visit):
    names = {view.name for view in app.extensions["admin"][0]._views}
    named = re.findall(r"<b>([^<]+)</b>", visit("a").get("/help/").text)
    assert len(named) > 15
    assert set(named) <= names


def test_each_of_the_forty_questions_is_answered_once(visit):
    assert sorted(re.findall(r'id="q(\d\d)"', visit("a").get("/help/").text)) == [f"{at:02}" for at in range(1, 41)]


def test_the_lists_it_tells_are_those_of_the_panel(visit):
    page = visit("a").get("/help/").text
    assert [one.label for one in (*InvalidReason, *ProofKind) if one.label not in page] == []
