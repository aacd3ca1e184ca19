// The overview: what is held, coverage per plan and section, the heat map.
function sourcesCompared() { return [...new Set(data.pairs.map((pair) => pair.source))]; }

function chosenSource() {
  const found = sourcesCompared();
  const asked = planAt(state.source);
  return found.includes(asked) ? asked : found[0];
}

function rowsOf(pairNumber) { return rowsByPair[pairNumber]; }

function pairsFrom(source) { return data.pairs.map((pair, number) => ({ ...pair, number })).filter((pair) => pair.source === source); }

function sourcePicker(view) {
  const values = sourcesCompared().map((at) => [data.plans[at].id, planLabel(at) + " · " + planTitle(at)]);
  return field(say("source"), h("select", { id: "f-source", onchange: (event) => go(addressOf(view, { source: event.target.value })) }, options(values, data.plans[chosenSource()].id)), { class: "field pick" });
}

function overviewView() {
  const held = data.plans.filter((plan) => plan.held).length;
  const view = [
    h("h2", {}, say("overview.heading")),
    h("p", { class: "lead" }, say("overview.lead", { held, missing: data.plans.length - held, rows: data.rows.length })),
    h("div", { class: "caution", role: "note" }, h("b", {}, say(data.meta.reviewed ? "machine.banner" : "machine.none")), machineNote(data.rows), unexplained()),
  ];
  if (!data.pairs.length) return [...view, h("p", { class: "caution" }, say("overview.none")), plansTable()];
  const source = chosenSource();
  const pairs = pairsFrom(source);
  const duties = [...new Set(pairs.flatMap((pair) => rowsOf(pair.number).map((row) => row.source)))];
  return [
    ...view,
    h("h3", {}, say("overview.pairs", { source: planTitle(source), count: duties.length })),
    sourcePicker("overview"),
    legend(),
    h("div", { class: "cards" }, pairs.map(pairCard)),
    cautionBox(distinct(pairs.flatMap((pair) => pair.cautions))),
    h("h3", {}, say("overview.sections")),
    h("p", { class: "note no-print" }, say("overview.sections.note")),
    sectionTable(pairs, duties),
    h("h3", {}, say("overview.heat")),
    h("p", { class: "note no-print" }, say("overview.heat.note")),
    h("p", { class: "acts no-print" }, h("button", { type: "button", id: "compare", onclick: () => downloadComparison(source, pairs, duties) }, say("overview.compare"))),
    pairs.length > WIDE ? drawnWhenOpened(say("overview.heat.open", { count: pairs.length }), () => heatMap(pairs, duties)) : heatMap(pairs, duties),
    plansTable(),
  ];
}

const WIDE = 40; // plans beside each other that a reader can still follow

function drawnWhenOpened(title, draw) {
  const box = h("details", { ontoggle: () => { if (box.open && box.childElementCount === 1) box.append(draw()); } }, h("summary", {}, title));
  return box;
}

// Beyond some size the page leaves out what explains a verdict: it says so itself.
function unexplained() { return data.meta.explained ? "" : h("p", {}, say("explained.not")); }

function pairCard(pair) {
  const rows = rowsOf(pair.number);
  const count = (name) => rows.filter((row) => row.verdict === name).length;
  const counts = { omitted: count("omitted"), partial: count("partial"), carried: count("carried") };
  const spare = count("not_applicable");
  const review = rows.filter((row) => row.review).length;
  const ids = { source: data.plans[pair.source].id, target: data.plans[pair.target].id };
  return h("div", { class: "panel card" },
    h("h4", {}, planLabel(pair.target), " ", h("span", { class: "small" }, say("relation." + pair.relation), " · ", planTitle(pair.target))),
    h("div", { class: "stack", "aria-hidden": "true" }, ["carried", "partial", "omitted", "not_applicable"].map((name) => h("span", { class: "v-" + name, "width%": (100 * count(name)) / rows.length }))),
    h("p", {}, say("overview.pair.text", counts), spare ? say("overview.pair.na", { count: spare }) : ""),
    h("p", { class: "small" }, h("a", { href: addressOf("ledger", { ...ids, review: "first", sort: "doubt" }) }, say("overview.pair.review", { count: review, first: rows.filter((row) => row.first).length }))),
    h("p", { class: "row no-print" },
      h("a", { href: addressOf("ledger", { ...ids, verdict: "omitted" }) }, say("overview.open")),
      isBelow(pair) ? h("a", { href: addressOf("letter", ids) }, say("nav.letter")) : "",
      h("a", { href: addressOf("network", ids) }, say("nav.network"))));
}

function sectionsOf(duties) {
  const found = new Map();
  for (const at of duties) {
    const entry = data.requirements[at];
    if (!found.has(entry.section[0])) found.set(entry.section[0], { label: both(entry.section), duties: [] });
    found.get(entry.section[0]).duties.push(at);
  }
  return found;
}

function sectionTable(pairs, duties) {
  const body = [...sectionsOf(duties)].map(([key, part]) => h("tr", {}, h("th", { scope: "row" }, text(part.label || "—")), pairs.map((pair) => sectionCell(pair, key))));
  const total = h("tr", {}, h("th", { scope: "row" }, say("overview.total")), pairs.map((pair) => sectionCell(pair, "")));
  return scrolling(say("overview.sections"), h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("section")), pairs.map((pair) => h("th", { scope: "col", class: "n" }, planLabel(pair.target))))),
    h("tbody", {}, body, total)));
}

function sectionCell(pair, section) {
  const rows = rowsOf(pair.number).filter((row) => !section || data.requirements[row.source].section[0] === section);
  const omitted = rows.filter((row) => row.verdict === "omitted").length;
  const link = addressOf("ledger", { source: data.plans[pair.source].id, target: data.plans[pair.target].id, section, verdict: omitted ? "omitted" : "" });
  return h("td", { class: "n" }, rows.length ? h("a", { href: link }, `${omitted} / ${rows.length}`) : "—");
}

function scrolling(label, ...children) { return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, children); }

const SIGNS = { carried: "●", partial: "◐", omitted: "○", not_applicable: "–" };

function heatMap(pairs, duties) {
  const cells = new Map(pairs.map((pair) => [pair.number, new Map(rowsOf(pair.number).map((row) => [row.source, row]))]));
  const body = [];
  for (const [, part] of sectionsOf(duties)) {
    body.push(h("tr", {}, h("th", { class: "group", colspan: pairs.length + 1, scope: "colgroup" }, text(part.label || "—"))));
    for (const at of part.duties) body.push(h("tr", {}, heatHead(at), pairs.map((pair) => h("td", {}, heatCell(cells.get(pair.number).get(at), pair)))));
  }
  return scrolling(say("overview.heat"), h("table", { class: "heat" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("row.source")), pairs.map((pair) => h("th", { scope: "col" }, planLabel(pair.target))))),
    h("tbody", {}, body)));
}

function heatHead(at) {
  const entry = data.requirements[at];
  const short = Array.from(entry.text);
  return h("th", { scope: "row", title: entry.text }, h("span", { class: "dim" }, both(entry.no), " "), text(short.length > 38 ? short.slice(0, 37).join("") + "…" : entry.text));
}

function heatCell(row, pair) {
  if (!row) return "";
  const source = data.requirements[row.source];
  const name = `${both(source.no)} ${planLabel(pair.target)}：${say("verdict." + row.verdict)}${row.review ? "，" + say("needs") : ""}`;
  const link = addressOf("ledger", { source: data.plans[pair.source].id, target: data.plans[pair.target].id, open: row.key });
  return h("a", { class: "v-" + row.verdict + (row.review ? " unsure" : ""), href: link, "aria-label": name, title: name }, SIGNS[row.verdict]);
}

function plansTable() {
  const line = (plan, at) => h("tr", {},
    h("td", {}, text(planTitle(at)), h("span", { class: "small" }, text(plan.issuer || ""), plan.issuer ? " · " : "", h("span", { class: "code" }, plan.id))),
    h("td", {}, plan.held ? say("held") : plan.cited_by.length ? say("missing.cited", { plans: plan.cited_by.map((id) => planLabel(planAt(id))).join("、") }) : say("missing")),
    h("td", {}, text(plan.number || "—")),
    h("td", {}, plan.date ? [plan.date, plan.date_kind ? h("span", { class: "small" }, say("date." + plan.date_kind)) : ""] : "—"),
    h("td", { class: "n" }, plan.held ? plan.duties : "—"));
  return [
    h("h3", {}, say("overview.plans")),
    h("p", { class: "note" }, say("overview.plans.note")),
    scrolling(say("overview.plans"), h("table", {},
      h("thead", {}, h("tr", {}, ["col.plan", "col.state", "col.number", "col.date", "col.duties"].map((key) => h("th", { scope: "col", class: key === "col.duties" ? "n" : "" }, say(key))))),
      h("tbody", {}, data.plans.map(line)))),
  ];
}

// The duties of one source plan beside what every plan compared with it says: one line a duty.
function downloadComparison(source, pairs, duties) {
  const cells = new Map(pairs.map((pair) => [pair.number, new Map(rowsOf(pair.number).map((row) => [row.source, row]))]));
  const heads = [say("row.number"), say("row.source"), say("unit.source"), ...pairs.flatMap((pair) => ["verdict", "needs", "row.target"].map((key) => `${planLabel(pair.target)} ${say(key)}`))];
  const lines = duties.map((at) => {
    const entry = data.requirements[at];
    const sides = pairs.flatMap((pair) => {
      const row = cells.get(pair.number).get(at);
      return row ? [say("verdict." + row.verdict), say(row.review ? "yes" : "no"), targetsOf(row)] : ["", "", ""];
    });
    return [both(entry.no), entry.text, entry.units.join("、"), ...sides];
  });
  saveLines([heads, ...lines], fileName([say("overview.compare.file"), planLabel(source)], "csv"));
}
