"""Web pages around one small plan: architectures of portals, and what they put around a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

TITLE = "2025年静安区人力资源和社会保障局政务公开工作要点"
LINES: tuple[str, ...] = (
    "一、强化主动公开",
    "（一）深化就业信息公开。及时公开就业补贴政策的申领条件和办理流程。（责任单位：就业促进科）",
    "（二）规范培训信息公开。每季度发布职业技能培训机构名录。（责任单位：职业能力科）",
    "二、加强回应关切",
    "（一）做好解读回应。定期回应群众关心的社保转移接续问题。组织开展政府开放日活动。（责任单位：办公室）",
    "三、加强平台建设",
    "（一）办好新媒体。完善政务新媒体内容审核制度。按月更新工伤认定办事指南。（责任单位：宣传科）",
)
DUTIES = {
    "1.1.1": ("及时公开就业补贴政策的申领条件和办理流程。", "就业促进科"),
    "1.2.1": ("每季度发布职业技能培训机构名录。", "职业能力科"),
    "2.1.1": ("定期回应群众关心的社保转移接续问题。", "办公室"),
    "2.1.2": ("组织开展政府开放日活动。", "办公室"),
    "3.1.1": ("完善政务新媒体内容审核制度。", "宣传科"),
    "3.1.2": ("按月更新工伤认定办事指南。", "宣传科"),
}
SIGNED = ("静安区人力资源和社会保障局", "2025年3月20日")
NAV = '<ul class="n1"><li><a href=/>首页</a></li><li><a href=/a>机构职能</a></li>' + (
    "<li><a href=/b>政务公开</a></li><li><a href=/c>办事服务</a></li></ul>"
)


def _paragraphs(lines: Sequence[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def _sections(lines: Sequence[str]) -> str:
    out = ""
    for line in lines:
        opens = line[1:2] == "、"
        out += ("</div><div class=blk>" if opens else "") + (
            f"<h3>{line}</h3>" if opens else f"<p>{line}</p>"
        )
    return f"<div class=blk>{out}</div>"


#: How a portal builds a page: ``{before}``, ``{plan}`` (its lines) and ``{after}`` are put in.
PAGES: Mapping[str, str] = {
    "container": "<body>{nav}{before}<h1>{title}</h1><div class=con>{p}</div>{after}</body>",
    "flat": "<body>{nav}{before}<h1>{title}</h1>{p}{after}</body>",
    "divisions": "<body>{nav}{before}<div>{title}</div><div id=a><div id=b>{div}</div></div>{after}"
    "</body>",
    "breaks": "<body>{nav}{before}<h2>{title}</h2><div id=zoom>{br}</div>{after}</body>",
    "sections": "<body>{nav}{before}<h1>{title}</h1><div class=txt>{sections}</div>{after}</body>",
    "layout table": "<body><table><tr><td>{nav}</td></tr><tr><td>{before}<table width=90%><tr><td>"
    "<h1>{title}</h1></td></tr><tr><td>{p}</td></tr></table></td></tr><tr><td>{after}</td></tr>"
    "</table></body>",
    "inside": "<body>{nav}{before}<h1>{title}</h1><div class=con>{p}{after}</div></body>",
}


def page(name: str, *, before: str = "", after: str = "", lines: Sequence[str] = LINES) -> bytes:
    """A page of the plan, with what a portal puts before and behind it."""
    filled = PAGES[name].format(
        nav=NAV,
        before=before,
        after=after,
        title=TITLE,
        p=_paragraphs(lines),
        div=_paragraphs(lines, "div"),
        br="<br>".join(lines),
        sections=_sections(lines),
    )
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head>{filled}</html>'.encode()


#: What portals put behind (and before) a plan: each is left out, whatever its class is called.
NOISE: Mapping[str, str] = {
    "footer": "<div class=x1><p>主办：静安区人力资源和社会保障局。未经书面授权禁止转载。</p>"
    "<p>建议使用谷歌浏览器访问本站。</p></div>",
    "share box": "<div class=x2>扫一扫在手机打开当前页。</div>",
    "leave-site dialog": "<div class=x3><p>您访问的链接即将离开本网站。</p><p>是否继续？</p>"
    "<a href=#>继续访问</a><a href=#>放弃</a></div>",
    "wechat": "<div><img src=q.png><span>"
    "打开微信，点击底部的“发现”，使用“扫一扫”即可将网页分享至朋友圈。</span></div>",
    "neighbours": "<div><p>上一篇：<a href=1>2024年政府信息公开年度报告。</a></p>"
    "<p>下一篇：<a href=2>关于开展政务公开培训的通知。</a></p></div>",
    "related": "<div><h4>相关阅读</h4><ul><li><a href=1>一图读懂：怎样申领就业补贴。</a></li>"
    "<li><a href=2>2024年工作要点完成情况。</a></li>"
    "<li><a href=3>开放日活动举行。</a></li></ul></div>",
    "statement": "<section><p>本网站由区人力资源社会保障局主办，技术支持单位为某公司。</p>"
    "<p>您是第10234位访客。</p></section>",
}
