"""The columns of both kinds of import: one table of fields and the headers that name them.

The reference is written from this table. No field here names or counts citizens, and a header that
would (`PERSONAL`) can not be mapped to one: such a column is only named and left unread.
"""

import unicodedata
from dataclasses import dataclass

from engine.words import Text

DECOMPOSITION, LEDGER = "decomposition", "ledger"
KINDS = (DECOMPOSITION, LEDGER)


@dataclass(frozen=True, slots=True)
class Column:
    """A field of an import: its name, its headers, and whether its column must be there."""

    field: str
    headers: tuple[str, ...]
    required: bool = False
    ledger_only: bool = False

    @property
    def called(self) -> Text:
        """What it is called in both languages: its first header, and its last."""
        return Text(self.headers[0], self.headers[-1])


COLUMNS = (
    Column("issue", ("重点问题", "区交办信访重点问题", "交办重点问题", "key issue"), required=True),
    Column("task", ("任务分解", "任务", "task"), required=True),
    Column("lead_leader", ("责任领导", "包案领导", "lead leader")),
    Column("lead_unit", ("牵头单位", "责任单位", "lead unit")),
    Column("supporting_units", ("协办单位", "配合单位", "supporting units")),
    Column("measures", ("化解措施", "化解稳控措施", "工作措施", "measures")),
    Column("due", ("办结时限", "承诺时限", "due", "promised date")),
    Column("code", ("编号", "code"), ledger_only=True),
    Column("origin", ("来源", "origin"), ledger_only=True),
    Column("document_no", ("文号", "document no"), ledger_only=True),
    Column("category", ("类别", "category"), ledger_only=True),
    Column("registered_at", ("登记时间", "registered at"), ledger_only=True),
    Column("assigned_at", ("交办时间", "assigned at"), ledger_only=True),
    Column("started_at", ("化解时间", "started at"), ledger_only=True),
    Column("stabilized_at", ("稳定时间", "stabilized at"), ledger_only=True),
    Column("closed_at", ("办结时间", "closed at"), ledger_only=True),
    Column("outcome", ("结果", "outcome"), ledger_only=True),
)
FIELDS = {column.field: column for column in COLUMNS}
PERSONAL = (
    "信访人", "上访人", "来访人", "群众姓名", "联系电话", "电话", "手机", "身份证", "证件号",
    "住址", "行踪", "轨迹", "去向", "重点人", "稳控对象", "稳控人员", "盯防", "户籍", "亲属",
    "上访次数", "信访次数", "来访次数", "卡号", "银行账", "银行帐", "收款账", "微信",
    "phone", "idnumber", "address", "petitioner", "cardnumber", "bankaccount", "wechat",
)  # fmt: skip
"""Parts of headers that would name, reach, watch or count citizens."""
_NAMES = frozenset({"姓名", "人员", "人员姓名", "当事人", "name"})
"""Headers that name people of whom nothing else says that they are officials."""
_IGNORED = frozenset("*:_-")


def fold(header: str) -> str:
    """Strip what does not distinguish headers: spaces, line breaks, full-width forms, case."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    return "".join(c for c in plain if not c.isspace() and c not in _IGNORED)


def is_personal(header: str) -> bool:
    """Tell whether a header would name, reach, watch or count citizens."""
    plain = fold(header)
    return plain in _NAMES or any(part in plain for part in PERSONAL)


SYNONYMS = {fold(name): c.field for c in COLUMNS for name in (*c.headers, c.field)}
"""The field of each folded header; a field's own name is a header too."""
