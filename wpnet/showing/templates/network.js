// Layered drawings: plans by place and year; the duties of one pair, left to right.
const NET = { width: 1160, column: 440, line: 24, head: 30, top: 12, side: 10 };

function networkView() {
  const heading = [h("h2", {}, say("network.heading")), h("p", { class: "lead no-print" }, say("network.lead"))];
  if (!data.pairs.length) return [...heading, h("p", { class: "caution" }, say("overview.none"))];
  const asked = data.pairs.findIndex((pair) => data.plans[pair.source].id === state.source && data.plans[pair.target].id === state.target);
  const bySource = data.pairs.findIndex((pair) => data.plans[pair.source].id === state.source);
  const number = asked >= 0 ? asked : Math.max(0, bySource);
  const pair = data.pairs[number];
  const ids = { source: data.plans[pair.source].id, target: data.plans[pair.target].id };
  const pick = (patch) => go(addressOf("network", { ...ids, ...patch }));
  return [
    ...heading,
    h("h3", {}, say("network.plans")),
    planLegend(),
    scrolling(say("network.plans"), plansDrawing(number)),
    h("h3", {}, say("network.pair", { source: planTitle(pair.source), target: planTitle(pair.target) })),
    h("div", { class: "filters panel filter-panel" },
      field(say("source"), h("select", { id: "f-source", onchange: (event) => pick({ source: event.target.value, target: "" }) }, options(plansIn("source", "target", ""), ids.source)), { class: "field wide" }),
      field(say("target"), h("select", { id: "f-target", onchange: (event) => pick({ target: event.target.value }) }, options(plansIn("target", "source", ids.source), ids.target)), { class: "field wide" })),
    h("p", { class: "legend" }, badge("carried"), badge("partial"), badge("omitted"), h("span", { class: "dim" }, say("network.legend.omitted")), h("span", { class: "dim no-print" }, say("network.pick"))),
    cautionBox(pair.cautions),
    scrolling(say("network.pair", { source: planLabel(pair.source), target: planLabel(pair.target) }), pairDrawing(number)),
  ];
}

function planLegend() { return h("p", { class: "note" }, say("network.legend.cites")); }

// ----- plans: one line a place, one column a year
function plansDrawing(chosen) {
  const shown = plansShown(chosen);
  const years = [...new Set(shown.map((at) => data.plans[at].year))].sort((a, b) => a - b);
  const places = [...new Map(shown.map((at) => [data.plans[at].place + data.plans[at].level, 0])).keys()];
  const lanes = new Map();
  const box = new Map();
  for (const at of shown) {
    const plan = data.plans[at];
    const key = places.indexOf(plan.place + plan.level) + "/" + plan.year;
    const lane = lanes.get(key) || 0;
    lanes.set(key, lane + 1);
    box.set(at, { column: years.indexOf(plan.year), place: places.indexOf(plan.place + plan.level), lane });
  }
  const deep = places.map((_, place) => Math.max(1, ...[...box.values()].filter((one) => one.place === place).map((one) => one.lane + 1)));
  const top = deep.map((_, place) => 34 + deep.slice(0, place).reduce((sum, lanesHere) => sum + lanesHere * 52 + 34, 0));
  const width = Math.max(NET.width, 40 + years.length * 230);
  const gap = (width - 40) / years.length;
  for (const one of box.values()) Object.assign(one, { x: 20 + one.column * gap, y: top[one.place] + one.lane * 52, w: Math.min(190, gap - 50), h: 42 });
  const height = 20 + top[top.length - 1] + deep[deep.length - 1] * 52;
  const drawing = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": say("network.plans") });
  drawing.append(...years.map((year, column) => s("text", { class: "plan-label dim", x: 20 + column * gap, y: 18 }, year || "?")));
  drawing.append(...citations(shown).map(([from, to]) => curve(box.get(from), box.get(to), { class: "plan-line cites" })));
  const edges = data.pairs.map((pair, number) => ({ pair, number })).filter(({ pair }) => box.has(pair.source) && box.has(pair.target));
  drawing.append(...edges.map(({ pair, number }) => pairEdge(pair, number, box, number === chosen)));
  drawing.append(...shown.map((at) => planBox(at, box.get(at))));
  drawing.append(...edges.map(({ pair, number }) => edgeLabel(pair, number, box, number === chosen)));
  return drawing;
}

// All plans of a small corpus; of a large one those that the chosen pair is compared or cited with.
function plansShown(chosen) {
  const every = data.plans.map((_, at) => at);
  if (every.length <= 14) return every;
  const { source, target } = data.pairs[chosen];
  const near = new Set([source, target]);
  for (const pair of data.pairs) {
    if (pair.target === target) near.add(pair.source);
    if (pair.source === source) near.add(pair.target);
  }
  for (const at of every) if (data.plans[at].cited_by.some((id) => id === data.plans[target].id || id === data.plans[source].id)) near.add(at);
  return every.filter((at) => near.has(at)).slice(0, 24);
}

function citations(shown) {
  return shown.flatMap((at) => data.plans[at].cited_by.map((id) => [at, planAt(id)])).filter(([from, to]) => shown.includes(to) && from !== to);
}

function share(number) {
  const rows = rowsOf(number);
  return rows.filter((row) => row.verdict === "carried" || row.verdict === "partial").length / (rows.length || 1);
}

function ends(from, to) {
  if (from.column === to.column) return [from.x + from.w / 2, from.y + from.h, to.x + to.w / 2, to.y];
  return [from.x + from.w, from.y + from.h / 2, to.x, to.y + to.h / 2];
}

function curve(from, to, attributes) {
  const [x1, y1, x2, y2] = ends(from, to);
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  const path = from.column === to.column ? `M${x1} ${y1}C${x1} ${y1 + 24} ${x2} ${y2 - 24} ${x2} ${y2}` : `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  return s("path", { d: path, fill: "none", ...attributes });
}

function pairEdge(pair, number, box, chosen) {
  return curve(box.get(pair.source), box.get(pair.target), { class: "plan-line" + (chosen ? " chosen" : ""), "stroke-width": (1 + 5 * share(number)).toFixed(1) });
}

// A number on each line, near its right end so that lines that start together stay apart.
function edgeLabel(pair, number, box, chosen) {
  const [x1, y1, x2, y2] = ends(box.get(pair.source), box.get(pair.target));
  const t = 0.8;
  const bend = (x2 - x1) / 2;
  const at = (a, b, c, d) => (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t ** 3 * d;
  const x = at(x1, x1 + bend, x2 - bend, x2);
  const y = at(y1, y1, y2, y2);
  const label = percent(share(number));
  const name = `${planLabel(pair.source)} → ${planLabel(pair.target)}：${say("network.edge", { share: label })}`;
  return s("a", { href: addressOf("network", { source: data.plans[pair.source].id, target: data.plans[pair.target].id }), "aria-label": name },
    s("title", {}, name), s("rect", { x: x - 17, y: y - 10, width: 34, height: 19, rx: 3, fill: "#fff", stroke: chosen ? "#a8321f" : "#d5dce3" }), s("text", { class: "plan-label", x, y: y + 4, "text-anchor": "middle" }, label));
}

function planBox(at, one) {
  const plan = data.plans[at];
  return s("g", {}, s("title", {}, planTitle(at)),
    s("rect", { class: "plan-box" + (plan.held ? "" : " missing"), x: one.x, y: one.y, width: one.w, height: one.h, rx: 5 }),
    s("text", { class: "plan-label name", x: one.x + 9, y: one.y + 18 }, cut(planLabel(at), one.w - 16, 13.5)),
    s("text", { class: "plan-label dim", x: one.x + 9, y: one.y + 34 }, plan.held ? `${plan.duties} · ${say("held")}` : say("missing")));
}

// Cut a text to a width in pixels: Chinese characters are as wide as the letters are high.
function cut(value, width, size) {
  let used = 0;
  let out = "";
  for (const letter of value) {
    used += letter.codePointAt(0) > 0x2e7f || "“”…—".includes(letter) ? size : size * 0.56;
    if (used > width - size) return out + "…";
    out += letter;
  }
  return out;
}

// ----- one pair: source duties left, target duties right, accepted links between them
function pairDrawing(number) {
  const pair = data.pairs[number];
  const rows = new Map(rowsOf(number).map((row) => [row.source, row]));
  const left = layer([...rows.keys()], NET.side);
  const right = layer(data.requirements.map((_, at) => at).filter((at) => data.requirements[at].plan === pair.target && data.requirements[at].duty), NET.width - NET.side - NET.column);
  const height = Math.max(left.height, right.height) + NET.top;
  const drawing = s("svg", { width: NET.width, height, viewBox: `0 0 ${NET.width} ${height}`, role: "group", "aria-label": say("network.pair", { source: planLabel(pair.source), target: planLabel(pair.target) }) });
  const links = [...rows.values()].flatMap((row) => row.links.filter((link) => link.status === "accepted" && right.y.has(link.target)).map((link) => ({ row, link })));
  for (const { row, link } of links) drawing.append(netLine(row, link, left, right));
  drawing.append(...left.heads, ...right.heads);
  const taken = new Set(links.map(({ link }) => link.target));
  for (const [at, y] of left.y) drawing.append(netNode(at, NET.side, y, rows.get(at).verdict, addressOf("ledger", { source: data.plans[pair.source].id, target: data.plans[pair.target].id, open: rows.get(at).key }), drawing, links));
  for (const [at, y] of right.y) drawing.append(netNode(at, NET.width - NET.side - NET.column, y, taken.has(at) ? "taken" : "added", addressOf("trace", { req: data.requirements[at].id }), drawing, links));
  return drawing;
}

function layer(entries, x) {
  const y = new Map();
  const heads = [];
  let down = NET.top;
  let section = null;
  for (const at of entries) {
    const entry = data.requirements[at];
    if (entry.section[0] !== section) {
      section = entry.section[0];
      heads.push(s("text", { class: "net-head", x, y: down + 20 }, cut(both(entry.section), NET.column, 13)));
      down += NET.head;
    }
    y.set(at, down);
    down += NET.line;
  }
  return { y, heads, height: down };
}

function netLine(row, link, left, right) {
  const x1 = NET.side + NET.column;
  const x2 = NET.width - NET.side - NET.column;
  const y1 = left.y.get(row.source) + NET.line / 2 - 1;
  const y2 = right.y.get(link.target) + NET.line / 2 - 1;
  const bend = (x2 - x1) / 2;
  return s("path", { class: "net-line" + (row.verdict === "carried" ? "" : " partial"), "data-from": row.source, "data-to": link.target, d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
}

function netNode(at, x, y, kind, href, drawing, links) {
  const entry = data.requirements[at];
  const id = numberOf(entry.id);
  const verdict = kind in SIGNS ? say("verdict." + kind) : kind === "added" ? say("network.legend.added") : "";
  const name = say("network.node.label", { id, verdict, text: entry.text });
  const near = new Set([at, ...links.filter(({ row, link }) => row.source === at || link.target === at).flatMap(({ row, link }) => [row.source, link.target])]);
  const show = (on) => () => focusOn(drawing, on ? near : null, at);
  return s("a", { href, "data-at": at, "aria-label": name, onmouseenter: show(true), onmouseleave: show(false), onfocus: show(true), onblur: show(false) },
    s("title", {}, name),
    s("rect", { x, y, width: NET.column, height: NET.line - 3, rx: 3, fill: "#fff", stroke: "#d5dce3" }),
    s("rect", { class: "net-box " + kind, x, y, width: 52, height: NET.line - 3, rx: 3 }),
    s("text", { class: "net-text", x: x + 5, y: y + 15, fill: "#fff", "data-kind": kind }, (SIGNS[kind] || "") + id),
    s("text", { class: "net-text", x: x + 59, y: y + 15 }, cut(entry.text, NET.column - 62, 12.5)));
}

function focusOn(drawing, near, at) {
  drawing.classList.toggle("focus", Boolean(near));
  for (const node of drawing.querySelectorAll("a")) node.classList.toggle("on", Boolean(near) && near.has(Number(node.dataset.at)));
  for (const line of drawing.querySelectorAll("path")) line.classList.toggle("on", Boolean(near) && (Number(line.dataset.from) === at || Number(line.dataset.to) === at));
}
