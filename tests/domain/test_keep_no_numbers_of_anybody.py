"""No text about an issue holds a number that belongs to somebody; what offices number stays.

`DUBAN_TEST_NUMBERS` sets how many texts of each kind are drawn.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from engine.domain import personal
from engine.domain.fields import FIELDS, WrongField, text, words
from engine.words import say

DRAWN = int(os.environ.get("DUBAN_TEST_NUMBERS", "400"))
LINE, CARD = "13812345678", "500112197203154418"
"""Invented: no place 500112 ever gave this number out with these last four signs."""
WIDE = str.maketrans("0123456789X-+ ", "０１２３４５６７８９Ｘ－＋　")


@pytest.mark.parametrize(
    ("words_", "at"),
    [
        (LINE, 0),
        (f"联系人王某，手机{LINE}，请回复", 8),
        ("电话138-1234-5678。", 2),
        ("138 1234 5678", 0),
        ("可打+86 13812345678", 2),
        ("请拨8613812345678", 2),
        (f"（{LINE}）", 1),
        (f"{LINE}/13987654321", 0),
        (f"{LINE}分机", 0),
        (f"Tel: {LINE}.", 0),
        ("138.1234.5678", 0),
        ("电话1381234 5678。", 2),
        ("旧证110101900307123", 2),
        ("卡号6222021234567890128", 2),
        ("6222021234567890129", 0),
        ("转到6217 0012 3456 7890 129，", 2),
        ("9558801234567890129", 0),
        ("卡号4000123412341235", 2),
        ("建行账户：4000 1234 1234 1235", 5),
        ("Card: 4000-1234-1234-1235", 6),
        ("存折 622201202403150001", 3),
        (f"身份证{CARD}", 3),
        ("证件50011219720315441X。", 2),
        ("50011219720315441x", 0),
        ("500112 19720315 4418", 0),
        ("500112-19720315-4418", 0),
        ("身份证号：500112201503154418", 5),
        (f"{LINE.translate(WIDE)}", 0),
        (f"张某{CARD.translate(WIDE)}", 2),
        (f"第一行\n{LINE}", 4),
        (f"{CARD}、{LINE}", 0),
        (f"{LINE}、{CARD}", 0),
    ],
)
def test_a_number_that_belongs_to_somebody_is_found_where_it_begins(words_: str, at: int) -> None:
    assert personal.find(words_) == at


@pytest.mark.parametrize(
    "words_",
    [
        "", "区督〔2026〕12号", "〔2026〕13812345678号", "合同HT13812345678", "合同HT-13812345678",
        "13812345678元", "13812345678 万元", "￥13812345678", "人民币13812345678", "13812345678.50",
        "0.13812345678", "138123456789", "1381234567", "12812345678", "DB-2026-0018",
        "20260423150000", "2026-04-23T15:00:00+08:00", "受理编号20260423000123456",
        "宗地500112202604230012", "500112197213154418", "500112197202304418", "900112197203154418",
        "91500112MA5U8K2K1X", "915001120123456789", "0938123456", "023-67551234", "400-123-4567",
        "13812345678㎡", "工单2026-138-1234-5678", "1234567890123456", "2024 2025 2026 2027",
        "监管账户4000123412341235", "银行流水号4000123412341235", "6222012024031500012",
        "对公账号：4000 1234 1234 1235", "卡号丢失，见合同4000123412341235", "卡号123456789012345",
    ],
)  # fmt: skip
def test_what_offices_write_is_left_alone(words_: str) -> None:
    assert personal.find(words_) is None


@pytest.mark.parametrize("number", [LINE, CARD, "138.1234.5678", "110101900307123"])
def test_a_masked_text_keeps_all_but_the_number(number: str) -> None:
    told = personal.masked(f"联系{number}，区督〔2026〕12号；再打{number}")
    sign = "＊" * len(number)
    assert told == f"联系{sign}，区督〔2026〕12号；再打{sign}"
    assert personal.find(told) is None


def _day(rng: Random) -> date:
    return date(2000, 1, 1) + timedelta(days=rng.randrange(40 * 365))


def _document(rng: Random) -> str:
    year, no = rng.randrange(2000, 2040), rng.randrange(1, 10 ** rng.randrange(1, 12))
    shape = rng.choice(["区督字〔{}〕{}号", "某政发[{}]{}号", "GD-{}-{}", "XF{}{}", "第{}年{}号令"])
    return shape.format(year, no)


def _amount(rng: Random) -> str:
    sum_ = rng.randrange(10 ** rng.randrange(1, 15))
    return rng.choice([
        f"{sum_}元", f"{sum_}万元", f"￥{sum_}", f"¥{sum_}.00", f"{sum_:,}元", f"{sum_:,}.50",
        f"{sum_ / 100:.2f}", f"{sum_}分", f"{sum_}㎡",
    ])  # fmt: skip


def _date(rng: Random) -> str:
    day = _day(rng)
    return rng.choice([
        f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day:%Y%m%d}150000", f"{day:%Y/%m/%d} 15:00",
        f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}至{_day(rng):%Y-%m-%d}",
        f"{day:%Y%m%d}{rng.randrange(10**6):06}",
    ])  # fmt: skip


def _numbered_by_place_and_day(rng: Random) -> str:
    place, serial = rng.randrange(110000, 660000), rng.randrange(10**4)
    day = date(2010, 1, 1) + timedelta(days=rng.randrange(30 * 365))
    return f"{place}{day:%Y%m%d}{serial:04}"


AROUND = ("{}", "见{}", "依据{}办理。", "（{}）", "{}、{}", "共{}，已核", "数目：{}；")


@pytest.mark.parametrize("draw", [_document, _amount, _date, _numbered_by_place_and_day])
def test_no_document_number_amount_or_date_is_taken_for_one(
    rng: Random, draw: Callable[[Random], str]
) -> None:
    for _ in range(DRAWN):
        around = rng.choice(AROUND)
        written = around.format(*(draw(rng) for _ in range(around.count("{}"))))
        assert personal.find(written) is None, written


def _line(rng: Random) -> str:
    digits = f"1{rng.randrange(3, 10)}{rng.randrange(10**9):09}"
    apart = rng.choice(["", "", "-", " "])
    return rng.choice(["", "+86", "86-"]) + apart.join((digits[:3], digits[3:7], digits[7:]))


def _card(rng: Random) -> str:
    place = rng.choice(["11", "13", "21", "33", "37", "44", "50", "51", "62", "65"])
    born = date(1920, 1, 1) + timedelta(days=rng.randrange(89 * 365))
    last = f"{rng.randrange(1000):03}{rng.choice('0123456789Xx')}"
    return f"{place}{rng.randrange(10**4):04}{born:%Y%m%d}{last}"


@pytest.mark.parametrize("draw", [_line, _card])
def test_whatever_stands_around_it_one_is_found(rng: Random, draw: Callable[[Random], str]) -> None:
    before = ("", "王某", "电话", "：", "（", "\n", "见区督〔2026〕12号，", "3月5日来电 ")
    behind = ("", "。", "，", "）", "\n", "已核", " 欠144万元")
    for _ in range(DRAWN):
        first, number = rng.choice(before), draw(rng)
        number = number.translate(WIDE) if rng.random() < 1 / 4 else number
        written = first + number + rng.choice(behind)
        assert personal.find(written) == len(first), written


@pytest.mark.parametrize("field", ["body", "summary"])
def test_a_field_says_where_and_why_and_never_the_number(field: str) -> None:
    for number in (LINE, CARD):
        with pytest.raises(WrongField) as refused:
            FIELDS[field].read(f"王某 {number}", None)  # type: ignore[arg-type]  # names nobody
        for locale in ("zh", "en"):
            told = say(refused.value.words, locale)
            assert "4" in told
            assert not any(part in told for part in (number, number[:6], number[-4:]))
        assert "督办不登记群众个人信息" in say(refused.value.words, "zh")
        assert number not in str(refused.value)


def test_a_login_may_be_any_number_and_texts_are_read_as_before() -> None:
    assert text(LINE) == LINE
    assert words(" 房源处置款四月到账 ") == "房源处置款四月到账"
