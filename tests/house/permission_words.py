"""The words of the page on permissions: what each act is called, in Chinese and in English."""

from collections.abc import Mapping

Said = tuple[str, str]

ROLES_SAID: Mapping[str, Said] = {
    "office": ("领导小组办公室", "the office"),
    "leader": ("领导", "leaders"),
    "unit": ("单位经办人", "unit officers"),
    "supervision": ("督查组", "supervision"),
    "head": ("领导小组组长", "the group head"),
    "duty": ("值班人员", "duty officers"),
    "admin": ("系统管理员", "administrators"),
    "auditor": ("审计员", "auditors"),
}

ACTS_SAID: Mapping[str, Said] = {
    "issue.open": ("登记重点问题", "register a key issue"),
    "case.register": ("登记事项", "register a case of it"),
    "import": ("导入台账与分解表", "import ledgers and decomposition tables"),
    "case.read": ("查阅所见事项", "read the cases that one sees"),
    "report.read": ("查阅报表", "read reports on them"),
    "log.export": ("导出事件日志", "export the events of them"),
    "unit.add": ("新增单位", "add a unit"),
    "unit.change": ("变更单位", "rename or move a unit"),
    "unit.list": ("查阅单位", "list units"),
    "account.add": ("新增账号", "add an account"),
    "account.list": ("查阅账号", "list accounts"),
    "account.change": ("变更账号", "change an account's particulars"),
    "account.disable": ("停用账号", "disable an account"),
    "account.enable": ("启用账号", "enable an account"),
    "account.roles": ("授予角色", "give and take roles"),
    "account.password": ("重设密码", "set another's password"),
    "deputy.name": ("指定代办人", "name one's deputy"),
    "deputy.any": ("为他人指定、终止代办", "name and end the deputies of others"),
    "deputy.list": ("查阅代办人", "list deputies"),
    "deputy.end": ("终止代办", "end one's deputy"),
    "token.create": ("创建令牌", "make a token of one's own"),
    "token.any": ("查阅、吊销他人令牌", "list and revoke the tokens of others"),
    "token.list": ("查阅令牌", "list one's tokens"),
    "token.revoke": ("吊销令牌", "revoke one's tokens"),
    "calendar.read": ("查阅日历", "read the calendar"),
    "calendar.import": ("导入年度日历", "import a year's calendar"),
    "calendar.override": ("调整工作日", "override a day"),
    "workflow.read": ("查阅流程", "read workflows"),
    "workflow.publish": ("发布流程", "publish a workflow"),
    "workflow.migrate": ("迁移事项到新版流程", "move cases to another version"),
    "audit.read": ("查阅检查点与证明", "read checkpoints and proofs"),
    "letter.draft": ("查阅未签发的督办函", "read letters before they are issued"),
    "supervision.read": ("督查工作台", "read the supervision workbench"),
    "audit.verify": ("核验日志", "ask for a check of the log"),
    "daily.read": ("查阅日报", "read daily reports"),
    "daily.hand-in": ("编报日报", "write and hand in daily reports"),
    "daily.working-day": ("工作日的日报", "those of working days"),
    "daily.day-off": ("非工作日的日报", "those of days off"),
    "daily.report": ("本单位报送", "report for one's unit"),
    "daily.chase": ("催报", "ask units for their reports"),
    "roster.set": ("排值班", "set the duty roster"),
    "roster.list": ("查阅值班表", "read the duty roster"),
    "webhook.add": ("新增回调", "add a webhook"),
    "webhook.list": ("查阅回调", "list webhooks"),
    "webhook.end": ("终止回调", "end a webhook"),
    "outbox.list": ("查阅发件箱与定时任务", "read the outbox and the timers"),
    "outbox.retry": ("重发", "send again"),
    "self.read": ("本人账号与消息", "one's own account and messages"),
}

PARTS_SAID: Mapping[str, Said] = {
    "task-force": ("工作专班", "the task force"),
    "plan": ("解决方案", "the resolution plan"),
    "plan.adopt": ("审定方案", "its adoption"),
    "progress": ("措施进展", "progress on a measure"),
    "claim": ("应付与已付款项", "what is owed and paid"),
    "reply": ("答复", "replies to those affected"),
    "note": ("讨论", "notes"),
    "letter": ("督办函的起草、签发与认定", "urging letters: draft, issue, judge"),
    "letter.answer": ("督办函的签收与答复", "urging letters: sign for, answer"),
    "nudge": ("提醒", "reminders"),
    "file": ("文件", "files"),
}

SIGHT_SAID: Mapping[str, Said] = {
    "all": ("全部", "every case in full"),
    "part": (
        "本人、本单位及下级单位参与的事项",
        "cases in which it, its unit or one below has a part",
    ),
    "registered": ("本人登记的", "those that it registered itself"),
    "summary": ("全部的概要", "every case in summary"),
    "none": ("一件也看不到", "none at all"),
}

FIT_SAID: Mapping[str, Said] = {
    "lead-leader": ("责任领导、接收人", "lead leader, successor"),
    "member": ("专班成员、联络员", "member of a task force, liaison"),
    "owner": ("措施责任人", "owner of a measure"),
    "deputy": ("代办人", "deputy of a leader"),
    "not-deputy": ("不得代办", "never a deputy, whatever else it is"),
    "on-duty": ("值班", "on duty on a day"),
    "clerk": ("日报的编报单位", "clerk whose unit writes the daily report"),
    "officer": ("单位经办人", "officer of a unit"),
}
