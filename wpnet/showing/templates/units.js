// What each office answers for, and what of it lower plans do not take up.
function unitsView() {
  const held = data.plans.map((plan, at) => at).filter((at) => data.plans[at].held);
  const heading = [h("h2", {}, say("units.heading")), h("p", { class: "lead no-print" }, say("units.lead"))];
  if (!held.length) return [...heading, h("p", { class: "caution" }, say("overview.none"))];
  const asked = planAt(state.plan);
  const at = held.includes(asked) ? asked : data.pairs.length ? chosenSource() : held[0];
  const pairs = pairsFrom(at);
  const values = held.map((one) => [data.plans[one].id, planLabel(one) + " · " + planTitle(one)]);
  return [
    ...heading,
    field(say("plan"), h("select", { id: "f-plan", onchange: (event) => go(addressOf("units", { plan: event.target.value })) }, options(values, data.plans[at].id)), { class: "field pick" }),
    h("p", { class: "print-only" }, planTitle(at)),
    h("p", { class: "note" }, say(pairs.length ? "units.source.note" : "units.target.note")),
    unitTable(at, pairs),
  ];
}

function unitTable(at, pairs) {
  const groups = new Map();
  data.requirements.forEach((entry, number) => {
    if (entry.plan !== at || !entry.duty) return;
    for (const unit of entry.units.length ? entry.units : ["-"]) {
      if (!groups.has(unit)) groups.set(unit, []);
      groups.get(unit).push(number);
    }
  });
  const order = [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const body = h("tbody", { onkeydown: moveByArrow });
  for (const [unit, duties] of order) body.append(unitRow(unit, duties, pairs));
  return scrolling(say("units.heading"), h("table", { class: "units" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("unit")), h("th", { scope: "col", class: "n" }, say("units.count")), pairs.map((pair) => h("th", { scope: "col", class: "n" }, planLabel(pair.target))))), body));
}

function unitRow(unit, duties, pairs) {
  const label = unit === "-" ? say("unit.none") : unit;
  const line = h("tr", {});
  const toggle = h("button", { type: "button", class: "toggle", "aria-expanded": "false", "aria-label": say("units.open", { unit: label }), onclick: () => {
    if (line.classList.contains("open")) return closeRow(line);
    line.classList.add("open");
    toggle.setAttribute("aria-expanded", "true");
    line.after(h("tr", { class: "detail" }, h("td", { colspan: pairs.length + 2 }, unitDuties(duties, pairs))));
  } }, text(label));
  line.append(h("th", { scope: "row" }, toggle), h("td", { class: "n" }, duties.length), ...pairs.map((pair) => unitCell(unit, duties, pair)));
  return line;
}

function unitCell(unit, duties, pair) {
  const own = new Set(duties);
  const rows = rowsOf(pair.number).filter((row) => own.has(row.source));
  const count = (name) => rows.filter((row) => row.verdict === name).length;
  const link = addressOf("ledger", { source: data.plans[pair.source].id, target: data.plans[pair.target].id, unit, verdict: "omitted,partial" });
  return h("td", { class: "n" }, rows.length ? h("a", { href: link }, `${count("omitted")} / ${count("partial")} / ${rows.length}`) : "—");
}

function unitDuties(duties, pairs) {
  const rows = new Map(pairs.map((pair) => [pair.number, new Map(rowsOf(pair.number).map((row) => [row.source, row]))]));
  return h("ul", { class: "entries" }, duties.map((at) => {
    const entry = data.requirements[at];
    return h("li", {},
      h("a", { href: addressOf("trace", { req: entry.id }) }, both(entry.no)), " ", text(entry.text),
      entry.deadline ? h("span", { class: "small" }, say("change.deadline"), "：", text(entry.deadline)) : "",
      pairs.length ? h("span", { class: "legend" }, pairs.map((pair) => { const row = rows.get(pair.number).get(at); return row ? h("span", {}, planLabel(pair.target), " ", badge(row.verdict)) : ""; })) : "");
  }));
}
