"""How the cases of the sample went: one story for each place where a case can stand.

Every story ends at least one working day before today, so that it can be told on any day.
"""

from collections.abc import Callable
from datetime import timedelta

from engine.service.sample.cast import holder_of, script
from engine.service.sample.scene import Scene, Story
from engine.service.sample.stretches import (
    OBSERVED,
    OFFICE,
    SUPERVISION,
    acknowledged,
    assigned,
    before_due,
    closed,
    proposed,
    stabilized,
    started,
    working,
)

DUTY, HEAD = holder_of("duty"), holder_of("head")
DEPUTY = script()["deputy"]["deputy"]


# --- registered -----------------------------------------------------------------------------------


def just_registered(s: Scene) -> Story:
    """Registered by the office and still in time."""
    yield s.register(0, OFFICE)


def late_to_assign(s: Scene) -> Story:
    """Taken in by the duty officer, and left lying."""
    yield s.register(0, DUTY)


def declined_once(s: Scene) -> Story:
    """Declined by the lead leader, and not assigned again."""
    yield from assigned(s)
    yield s.step(1, s.leader, "decline", "该排口位于河道管理范围，须先由水务站牵头核定权属。")


def declined_twice(s: Scene) -> Story:
    """Declined twice: now supervision assigns."""
    yield from assigned(s)
    yield s.step(1, s.leader, "decline", "外墙属建设单位保修范围，应先确认保修责任。")
    yield s.assign(3, leader="lisi")
    yield s.step(4, "lisi", "decline", "本人不分管住建工作，专班无法组建。")


def merge_asked(s: Scene) -> Story:
    """Proposed to be merged into another case, and not decided yet."""
    yield s.register(0, OFFICE)
    yield s.note(1, OFFICE, "与复工与交付事项的维修资金部分重复。")
    survivor = "一号家园复工与交付"
    yield s.step(5, OFFICE, "merge", "内容重复，拟并入复工与交付事项。", into=s.codes[survivor])


# --- assigned -------------------------------------------------------------------------------------


def just_assigned(s: Scene) -> Story:
    """Assigned, with the day for acknowledging still running."""
    yield from assigned(s)


def unacknowledged(s: Scene) -> Story:
    """Assigned, and not acknowledged in time."""
    yield from assigned(s)


def planning(s: Scene) -> Story:
    """Acknowledged, with a plan that waits for adoption."""
    yield from acknowledged(s)
    yield s.task_force(2)
    yield s.plan(2)


def extension_asked(s: Scene) -> Story:
    """Acknowledged, and more time asked for at once."""
    yield from acknowledged(s)
    later = (s.due + timedelta(days=14)).isoformat()
    reason = "离职名册须由停产企业补交，核对需要两周。"
    yield s.step(3, s.leader, "request-extension", reason, due=later)


# --- in resolution --------------------------------------------------------------------------------


def running(s: Scene) -> Story:
    """On its way, in time."""
    yield from started(s)
    yield s.progress(6, 0, "under-way", "已核定五个班组，余两个班组本周完成。")
    yield s.reply(8, "interim", "欠薪人数和金额正在核定，核定结果将张榜公示。", "meeting")


def far_ahead(s: Scene) -> Story:
    """Promised for a day about a year off."""
    yield from working(s)


def late(s: Scene) -> Story:
    """Past its promised date."""
    yield from working(s)
    yield s.progress(30, 1, "under-way", "节点公布已执行五周，第六周因未复工中断。")
    yield s.note(45, SUPERVISION, "已超期，请责任领导三日内书面说明复工障碍。")


def late_measure(s: Scene) -> Story:
    """In time as a whole, with a measure that is late."""
    yield from started(s)
    yield s.progress(8, 0, "under-way", "已测量三处，余两处因地下管线待探明。")
    yield s.reply(10, "interim", "积水点改造分段施工，先易后难，完工一处恢复一处。", "notice")


def suspended(s: Scene) -> Story:
    """Standing still, with a date on which that is looked at again."""
    yield from working(s)
    review = s.days.on(8).isoformat()
    reason = "泵组为定制设备，生产周期内无法施工。"
    yield s.step(18, s.leader, "request-suspension", reason, review_on=review)
    yield s.step(20, HEAD, "grant-suspension")


def suspension_asked(s: Scene) -> Story:
    """Asked by the lead leader's deputy to let the time stand still."""
    yield from working(s)
    review = s.days.on(15).isoformat()
    reason = "缓缴申请须待上级经办机构审核。"
    yield s.step(14, DEPUTY, "request-suspension", reason, review_on=review)


def extended(s: Scene) -> Story:
    """Given two weeks more before the date had passed."""
    yield from working(s)
    asked, later = s.matter.began + s.matter.due - 4, s.due + timedelta(days=14)
    reason = "税费清单核对涉及三个窗口，需延长两周。"
    yield s.step(asked, s.leader, "request-extension", reason, due=later.isoformat())
    yield s.step(asked + 1, HEAD, "grant-extension")
    yield s.plan(asked + 2, later, "延期获批，第二项措施相应调整完成日期。")
    yield s.adopt(asked + 2)


def handover_asked(s: Scene) -> Story:
    """Offered to another leader, who has not answered."""
    yield from working(s)
    yield s.step(17, OFFICE, "hand-over", "分管工作调整，拟由张三接续负责。", to="zhangsan")


def handed_over(s: Scene) -> Story:
    """Handed over when it was late already: the days are charged to two leaders."""
    yield from working(s)
    day = s.matter.began + s.matter.due + 2
    yield s.step(day, s.leader, "hand-over", "分管工作调整，由李四接续负责。", to="lisi")
    yield s.step(day + 1, "lisi", "accept-handover")
    s.leader = "lisi"
    yield s.note(day + 2, "lisi", "已现场核查，地面附着物清理完成七成。")


def relapsed(s: Scene) -> Story:
    """Stabilized once, and back."""
    yield from stabilized(s, 30)
    yield s.step(38, OFFICE, "relapse", "第二批工资未按协议到账。")


def reopened(s: Scene) -> Story:
    """Closed, and opened again by supervision."""
    yield from closed(s, 40, "resolved")
    yield s.step(80, SUPERVISION, "reopen", "雨后复查三个楼栋仍有渗漏，责任继续。")


# --- stabilized -----------------------------------------------------------------------------------


def observing(s: Scene) -> Story:
    """Under observation."""
    yield from stabilized(s, s.matter.began - 4)


def closure_asked(s: Scene) -> Story:
    """Proposed for closure, and not decided yet."""
    yield from proposed(s, s.matter.began - OBSERVED - 1, "resolved")


def closure_returned(s: Scene) -> Story:
    """Proposed for closure, and sent back."""
    yield from proposed(s, before_due(s), "resolved")
    day = before_due(s) + OBSERVED + 1
    yield s.step(day, SUPERVISION, "return-closure", "巡查台账缺两周记录，请补齐后再申请。")


# --- closed ---------------------------------------------------------------------------------------


def resolved(s: Scene) -> Story:
    """Closed as resolved."""
    yield from closed(s, before_due(s), "resolved")


def partly_resolved(s: Scene) -> Story:
    """Closed as resolved in part, with the difference explained."""
    yield from closed(s, before_due(s), "partly-resolved")


def not_upheld(s: Scene) -> Story:
    """Closed because there was nothing to be upheld."""
    yield from closed(s, before_due(s), "not-upheld")


def referred(s: Scene) -> Story:
    """Referred to the body that is competent."""
    yield from assigned(s)
    yield s.step(1, s.leader, "acknowledge")
    reason, body = "双方已提起诉讼，属审判机关职权。", "示例区人民法院"
    yield s.step(3, OFFICE, "refer", reason, body=body)
    yield s.step(4, SUPERVISION, "refer")


def merged(s: Scene) -> Story:
    """Merged into the case that it repeats."""
    yield s.register(0, DUTY)
    yield s.step(
        2, OFFICE, "merge", "同一地点同一诉求，属重复登记。", into=s.codes[s.matter.into or ""]
    )
    yield s.step(3, SUPERVISION, "merge")


def void(s: Scene) -> Story:
    """Void: it should not have been registered."""
    yield s.register(0, OFFICE)
    yield s.step(3, OFFICE, "void", "押金已于登记前全部退还，无需督办。")
    yield s.step(5, SUPERVISION, "void")


WAYS: dict[str, Callable[[Scene], Story]] = {
    way.__name__.replace("_", "-"): way
    for way in (
        just_registered, late_to_assign, declined_once, declined_twice, merge_asked, just_assigned,
        unacknowledged, planning, extension_asked, running, far_ahead, late, late_measure,
        suspended, suspension_asked, extended, handover_asked, handed_over, relapsed, reopened,
        observing, closure_asked, closure_returned, resolved, partly_resolved, not_upheld,
        referred, merged, void,
    )
}  # fmt: skip
"""Every way by its name in the file."""
