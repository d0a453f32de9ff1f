"""The named cast of the tests: one invented office, everybody in it by name.

Nobody here exists. A test says `ZHANG` where it means the lead leader, so that a failure reads as a
story; `UNITS` and `PEOPLE` are plain data, in an order in which they can be built.
"""

from dataclasses import dataclass

PASSWORD = "duban-test-password-1"
"""Everybody's password."""
UNHURRIED = {"DUBAN_WRITES_A_MINUTE": "99999", "DUBAN_EXPORTS_AN_HOUR": "99999"}
"""Settings: the cast works faster than anybody does. A test of the quotas sets its own."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the cast's office. `kind` is only a word; `parent` the name of the unit above."""

    name: str
    kind: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """An official of the cast."""

    login: str
    name: str
    post: str
    unit: str
    roles: tuple[str, ...]


TOWN = Unit("甲镇", "town")
OFFICE = Unit("甲镇督办办公室", "office", TOWN.name)
SUPERVISION = Unit("甲镇督查组", "supervision", TOWN.name)
BUILDING = Unit("乙建设办", "unit", TOWN.name)
LABOUR = Unit("丙劳动所", "unit", TOWN.name)
JUSTICE = Unit("丁司法所", "unit", TOWN.name)
SITE = Unit("乙建设办工地组", "unit", BUILDING.name)
UNITS = (TOWN, OFFICE, SUPERVISION, BUILDING, LABOUR, JUSTICE, SITE)
"""Every unit, those above first."""

ZHANG = Person("zhangsan", "张三", "副镇长", TOWN.name, ("leader",))
LI = Person("lisi", "李四", "副书记", TOWN.name, ("leader",))
WANG = Person("wangwu", "王五", "武装部长", TOWN.name, ("leader",))
ZHAO = Person("zhaoliu", "赵六", "主任", OFFICE.name, ("office",))
QIAN = Person("qianqi", "钱七", "科员", OFFICE.name, ("office",))
SUN = Person("sunba", "孙八", "主任", BUILDING.name, ("unit",))
ZHOU = Person("zhoujiu", "周九", "科员", BUILDING.name, ("unit",))
WU = Person("wushi", "吴十", "所长", LABOUR.name, ("unit",))
ZHENG = Person("zhengyi", "郑一", "所长", JUSTICE.name, ("unit",))
FENG = Person("fenger", "冯二", "组员", SITE.name, ("unit",))
CHEN = Person("chenda", "陈大", "督查组长", SUPERVISION.name, ("supervision",))
CHU = Person("chuliang", "褚两", "督查员", SUPERVISION.name, ("supervision",))
WEI = Person("weiyuan", "卫元", "领导小组组长", TOWN.name, ("head",))
JIANG = Person("jiangban", "蒋班", "值班员", TOWN.name, ("duty",))
SHEN = Person("shenguan", "沈管", "系统管理员", OFFICE.name, ("admin",))
HAN = Person("hanji", "韩计", "审计员", TOWN.name, ("auditor",))
PEOPLE = (
    SHEN, ZHAO, QIAN, ZHANG, LI, WANG, SUN, ZHOU, WU, ZHENG, FENG, CHEN, CHU, WEI, JIANG, HAN,
)  # fmt: skip
"""Everybody, the administrator first."""

LEADERS = (ZHANG, LI, WANG)
OFFICERS = (SUN, ZHOU, WU, ZHENG, FENG)


def with_role(role: str) -> Person:
    """Give the first of the cast who holds a role."""
    return next(person for person in PEOPLE if role in person.roles)
