// Layered drawings: plans by place and year; the duties of one pair, left to right.
const NET = { width: 1160, column: 440, line: 24, head: 30, top: 12, side: 10 };

function networkView() {
  const heading = [h("h2", {}, say("network.heading")), h("p", { class: "lead no-print" }, say("network.lead"))];
  if (!data.pairs.length) return [...heading, h("p", { class: "caution" }, say("overview.none"))];
  const pair = chosenPair(data.pairs);
  const number = data.pairs.indexOf(pair);
  const ids = { source: data.plans[pair.source].id, target: data.plans[pair.target].id };
  const pick = (patch) => go(addressOf("network", { ...ids, ...patch }));
  return [
    ...heading,
    h("h3", {}, say("network.plans")),
    planLegend(),
    scrollHint(),
    scrolling(say("network.plans"), plansDrawing(number)),
    h("h3", {}, say("network.pair", { source: planTitle(pair.source), target: planTitle(pair.target) })),
    h("div", { class: "filters panel filter-panel" },
      field(say("source"), h("select", { id: "f-source", onchange: (event) => pick({ source: event.target.value, target: "" }) }, options(plansIn("source", "target", ""), ids.source)), { class: "field wide" }),
      field(say("target"), h("select", { id: "f-target", onchange: (event) => pick({ target: event.target.value }) }, options(plansIn("target", "source", ids.source), ids.target)), { class: "field wide" })),
    h("p", { class: "legend" }, badge("carried"), badge("partial"), badge("omitted"), h("span", { class: "dim" }, say("network.legend.omitted")), h("span", { class: "dim no-print" }, say("network.pick"))),
    cautionBox(pair.cautions),
    scrollHint(),
    scrolling(say("network.pair", { source: planLabel(pair.source), target: planLabel(pair.target) }), pairDrawing(number)),
  ];
}

function scrollHint() { return h("p", { class: "note scroll-hint no-print" }, say("network.scroll")); }

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
  const edges = data.pairs.map((pair, number) => ({ pair, number })).filter(({ pair }) => box.has(pair.source) && box.has(pair.target));
  const gap = Math.max(PLANS.column, (NET.width - 40) / years.length);
  const height = placeBoxes(box, edges, gap, places.length);
  const width = 40 + years.length * gap;
  const drawing = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": say("network.plans") });
  drawing.append(...years.map((year, column) => s("text", { class: "plan-label dim", x: 20 + column * gap, y: 18 }, year || "?")));
  drawing.append(...citations(shown).map(([from, to], at) => s("path", { class: "plan-line cites", d: wayBetween(box.get(from), box.get(to), at, 0.25) })));
  const ways = edges.map(({ pair, number }, at) => ({ pair, number, d: wayBetween(box.get(pair.source), box.get(pair.target), at, entryOf(edges, at)) }));
  const shares = ({ pair, number, d }) => s("path", { class: "plan-line" + (number === chosen ? " chosen" : ""), d, "stroke-width": (1 + 4 * share(number)).toFixed(1), "data-pair": number });
  drawing.append(...ways.filter(({ number }) => number !== chosen).map(shares), ...ways.filter(({ number }) => number === chosen).map(shares));
  drawing.append(...shown.map((at) => planBox(at, box.get(at))));
  drawing.append(...edges.map(({ pair, number }, at) => edgeLabel(pair, number, box.get(pair.target), entryOf(edges, at), number === chosen)));
  return drawing;
}

// Boxes as high as the lines that arrive need; every place has free room above it, every column behind it.
const PLANS = { column: 280, box: 165, head: 30, room: 46, lane: 12, entry: 24 };

function placeBoxes(box, edges, gap, places) {
  for (const [at, one] of box) {
    const arriving = edges.filter(({ pair }) => pair.target === at).length;
    Object.assign(one, { x: 20 + one.column * gap, w: PLANS.box, gap, h: Math.max(42, 10 + arriving * PLANS.entry) });
  }
  let down = PLANS.head;
  for (let place = 0; place < places; place += 1) {
    down += PLANS.room;
    const own = [...box.values()].filter((one) => one.place === place);
    for (let lane = 0; own.some((one) => one.lane >= lane); lane += 1) {
      const here = own.filter((one) => one.lane === lane);
      for (const one of here) Object.assign(one, { y: down, free: down - PLANS.lane / 2 });
      down += Math.max(42, ...here.map((one) => one.h)) + PLANS.lane;
    }
    for (const one of own) one.above = Math.min(...own.map((other) => other.y)) - 8;
  }
  return down + 10;
}

// Where on the left side of its target a line arrives: 0 is the upper, 1 the lower corner.
function entryOf(edges, at) {
  const same = edges.filter(({ pair }) => pair.target === edges[at].pair.target);
  return (same.indexOf(edges[at]) + 1) / (same.length + 1);
}

// A way between two boxes that never runs behind a third: in the room behind columns and above places.
function wayBetween(from, to, at, entry) {
  if (from.column === to.column) {
    const x = from.x + from.w + 8 + (at % 4) * 5;
    return rounded([[from.x + from.w, from.y + from.h / 2], [x, from.y + from.h / 2], [x, to.y + to.h / 2], [to.x + to.w, to.y + to.h / 2]]);
  }
  const y1 = from.y + from.h / 2;
  const y2 = to.y + to.h * entry;
  const first = from.x + from.w + 10 + (at % 9) * 6;
  if (to.column === from.column + 1) return rounded([[from.x + from.w, y1], [first, y1], [first, y2], [to.x, y2]]);
  const lane = to.above - (at % 6) * 5;
  const last = to.x - to.gap + to.w + 10 + (at % 9) * 6;
  return rounded([[from.x + from.w, y1], [first, y1], [first, lane], [last, lane], [last, y2], [to.x, y2]]);
}

function rounded(points) {
  let d = `M${points[0].join(" ")}`;
  for (let at = 1; at < points.length - 1; at += 1) {
    const [before, here, after] = [points[at - 1], points[at], points[at + 1]];
    const near = (other) => { const far = Math.hypot(other[0] - here[0], other[1] - here[1]); const part = far ? Math.min(6, far / 2) / far : 0; return `${(here[0] + (other[0] - here[0]) * part).toFixed(1)} ${(here[1] + (other[1] - here[1]) * part).toFixed(1)}`; };
    d += `L${near(before)}Q${here.join(" ")} ${near(after)}`;
  }
  return d + `L${points[points.length - 1].join(" ")}`;
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

// A number on each line, just before its end.
function edgeLabel(pair, number, to, entry, chosen) {
  const x = to.x - 24;
  const y = to.y + to.h * entry;
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
