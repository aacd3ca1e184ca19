// The ledger read backwards: what a plan asks for that no plan above it asked for.
function additionsView() {
  const heading = [h("h2", {}, say("additions.heading")), h("p", { class: "lead" }, say("additions.lead"))];
  if (!data.additions.length) return [...heading, h("p", { class: "caution" }, say("overview.none"))];
  const found = data.additions.find((entry) => data.plans[entry.plan].id === (state.plan || state.target)) || data.additions[0];
  const plan = data.plans[found.plan];
  const values = data.additions.map((entry) => [data.plans[entry.plan].id, planLabel(entry.plan) + " · " + planTitle(entry.plan)]);
  const result = h("div", { id: "result" });
  const search = h("input", { type: "search", id: "f-q", value: state.q, placeholder: say("ledger.search.hint"), autocomplete: "off", oninput: (event) => { change({ q: event.target.value }); fillAdditions(result, found); } });
  fillAdditions(result, found);
  return [
    ...heading,
    h("div", { class: "filters panel filter-panel" },
      field(say("target"), h("select", { id: "f-plan", onchange: (event) => go(addressOf("additions", { plan: event.target.value, target: event.target.value })) }, options(values, plan.id)), { class: "field wide" }),
      field(say("ledger.search"), search, { class: "field wide" })),
    h("p", { class: "result" }, h("b", {}, say("additions.status", { plan: planTitle(found.plan), total: plan.duties, count: found.rows.length, sources: found.sources.map(planLabel).join("、") }))),
    h("p", { class: "acts no-print" }, h("button", { type: "button", id: "additions-csv", onclick: () => downloadAdditions(found) }, say("additions.csv"))),
    cautionBox(plan.cautions, "caution.origin"),
    result,
  ];
}

function fillAdditions(box, found) {
  const wanted = folded(state.q).split(/\s+/).filter(Boolean);
  const rows = found.rows.filter(([duty]) => wanted.every((word) => haystack(duty).includes(word)));
  const groups = new Map();
  for (const row of rows) {
    const key = both(data.requirements[row[0]].section);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  const shown = say("additions.shown", { count: rows.length });
  box.replaceChildren(
    wanted.length ? h("p", { class: "note" }, shown) : "",
    ...[...groups].flatMap(([section, entries]) => [h("h3", {}, text(section)), ...entries.map(additionBox)]));
  announce(shown);
}

function downloadAdditions(found) {
  const heads = ["row.number", "additions.text", "unit", "detail.place", "additions.nearest", "additions.score", "additions.searched"].map((key) => say(key));
  const searched = found.sources.map(planLabel).join("、");
  const lines = found.rows.map(([duty, nearest, score]) => {
    const entry = data.requirements[duty];
    const near = nearest >= 0 ? `${planLabel(data.requirements[nearest].plan)} ${sentenceOf(nearest)}` : "";
    return [both(entry.no), entry.text, entry.units.join("、"), both(entry.path), near, percent(score), searched];
  });
  saveLines([heads, ...lines], fileName([say("nav.additions"), planLabel(found.plan)], "csv"));
}

function additionBox([duty, nearest, score]) {
  const entry = data.requirements[duty];
  const source = nearest >= 0 ? data.requirements[nearest] : null;
  return h("div", { class: "box" },
    h("h4", {}, h("span", {}, both(entry.no), " · ", text(unitsText(entry))), h("a", { class: "no-print", href: addressOf("trace", { req: entry.id }) }, say("detail.trace"))),
    text(entry.text),
    source ? facts([[say("additions.nearest"), h("span", {}, planLabel(source.plan), " ", both(source.no), "：", text(source.text), " ", h("span", { class: "dim" }, `（${say("additions.score")} ${percent(score)}）`))]]) : "",
    facts([[say("detail.place"), text(both(entry.path))]]));
}
