"""What a typed text means in a column that points at another table."""

import pytest

from aid.editing.links import meant
from aid.ledger import writing
from aid.permissions import Permission
from aid.rules.cells import Fault
from aid.scope import SYSTEM
from models import Organisation, Region, RegionLevel


@pytest.fixture(autouse=True)
def doubles(world) -> None:
    """A second stage at school a, an office of its name, and a second 蒲亭镇."""
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        school = {"name": "德安县蒲亭镇小学", "region": world.regions["town"]}
        ledger.add(Organisation, code="360426000010", kind="school", stage="preschool", **school)
        ledger.add(Organisation, code="360426000011", kind="township", name="聂桥镇", region=world.regions["town"])
        ledger.add(
            Organisation, code="360426000012", kind="school", stage="junior", name="聂桥镇", region=school["region"]
        )
        ledger.add(Region, code="360425101000", name="蒲亭镇", level=RegionLevel.TOWNSHIP)


def code(world, text: str, who: str = "county", target=Organisation) -> str:
    found = meant(world.actors[who], target, [text])[text]
    return str(found) if isinstance(found, Fault) else found.code


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("360426000003", "360426000003"),
        ("德安县蒲亭镇小学（小学） 360426000003", "360426000003"),
        ("随便什么 360426000003", "360426000003"),
        ("德安县蒲亭镇小学（学前）", "360426000010"),
        ("德安县聂桥镇小学", "360426000005"),
        (" 德安县聂桥镇小学（小学） ", "360426000005"),
        ("聂桥镇", "360426000011"),
        ("聂桥镇（初中）", "360426000012"),
    ],
)
def test_a_text_means_one_row(world, text, meant):
    assert code(world, text) == meant


@pytest.mark.parametrize(
    "text", ["德安县蒲亭镇小学（高校）", "没有的小学", "360426000099", "永修县涂埠镇小学", "（小学）", "小\n学"]
)
def test_what_is_not_there_or_not_seen_is_told(world, text):
    found = meant(world.actors["county"], Organisation, [text])[text]
    assert isinstance(found, Fault)


def test_a_name_of_several_asks_for_the_code(world):
    assert code(world, "德安县蒲亭镇小学") == "有 2 个叫“德安县蒲亭镇小学”的；请从下拉中选择，或输入编码"
    assert "有 2 个叫“蒲亭镇”的" in code(world, "蒲亭镇", target=Region)
    assert code(world, "蒲亭镇 360426100000", target=Region) == "360426100000"


@pytest.mark.parametrize("model", [Organisation, Region])
def test_what_a_row_is_called_with_its_code_means_the_row(world, model):
    rows = list(model.select())
    texts = [f"{row} {row.code}" for row in rows]
    assert meant(SYSTEM, model, texts) == dict(zip(texts, rows, strict=True))


def test_many_texts_cost_one_query(world, queries):
    with queries() as seen:
        meant(world.actors["county"], Region, [f"第{n}镇" for n in range(500)])
    assert len(seen) == 1
