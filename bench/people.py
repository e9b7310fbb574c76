"""Invented people: names, ID numbers with a sound check digit (GB 11643), households' heads. Nobody in it exists."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.cn import ric

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
)
COMPOUND = ("欧阳", "司马", "诸葛", "上官")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文辉力斌宇浩凯健俊帆雪莲雨晨思涵梓轩子涵欣怡佳琪"
    "嘉豪一诺可馨语桐沐阳铭泽宸瑞若彤诗琪博文昊天雅婷心怡志远春花冬生长海大山新月"
)
NATIONS = (("汉族", 92), ("畲族", 3), ("回族", 2), ("土家族", 1), ("苗族", 1), ("壮族", 1))
RELATIONS = {"男": ("之子", "之子", "孙子", "外孙子"), "女": ("之女", "之女", "孙女", "外孙女")}
FIRST_HEAD, LAST_HEAD = dt.date(1945, 1, 1), dt.date(1990, 12, 31)
PHONE_HEADS = ("130", "134", "139", "150", "155", "158", "170", "177", "180", "185", "189")


@dataclass
class Person:
    name: str
    id_number: str
    birth: dt.date
    nation: str

    @property
    def sex(self) -> str:
        return "男" if int(self.id_number[16]) % 2 else "女"


@dataclass
class People:
    """A source of people, the same for the same `rng`; no two have one ID number."""

    rng: random.Random

    def __post_init__(self) -> None:
        self._used: set[str] = set()

    def person(self, area: str, born: tuple[dt.date, dt.date], accept: Callable[[str], bool] | None = None) -> Person:
        """Someone whose ID number begins with the county code `area`, born between two days, both included.

        `accept` may ask more of the ID number.
        """
        while True:
            birth = born[0] + dt.timedelta(days=self.rng.randint(0, (born[1] - born[0]).days))
            number = f"{area}{birth:%Y%m%d}{self.rng.randint(1, 999):03d}"
            number += ric.calc_check_digit(f"{number}?")  # it looks at all but the last
            if number not in self._used and (accept is None or accept(number)):
                break
        self._used.add(number)
        return Person(self.name(), number, birth, self.nation())

    def name(self) -> str:
        surname = self.rng.choice(COMPOUND) if self.rng.random() < 0.01 else self.rng.choice(SURNAMES)
        return surname + "".join(self.rng.choice(GIVEN) for _ in range(1 if self.rng.random() < 0.17 else 2))

    def other_name(self, name: str) -> str:
        """`name` with another last character: what a school wrote where the register wrote `name`."""
        return name[:-1] + self.rng.choice([sign for sign in GIVEN if sign != name[-1]])

    def nation(self) -> str:
        return self.rng.choices([name for name, _ in NATIONS], [weight for _, weight in NATIONS])[0]

    def relation(self, sex: str) -> str:
        return self.rng.choice(RELATIONS[sex])

    def phone(self) -> str:
        return f"{self.rng.choice(PHONE_HEADS)}{self.rng.randint(0, 99_999_999):08d}"


def full_width(number: str) -> str:
    """`number` as an input method in full-width mode types it."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in number)


def wrong_check_digit(number: str, rng: random.Random) -> str:
    return number[:-1] + rng.choice([digit for digit in "0123456789" if digit != number[-1]])


def as_spreadsheet_number(number: str) -> float:
    """What a spreadsheet keeps of an 18-digit number typed into a number cell: its first 15 digits."""
    return float(number[:15] + "000")
