// One requirement through all plans and years.
let linksInto = null;

function originsOf(at) {
  if (!linksInto) {
    linksInto = new Map();
    for (const row of data.rows) for (const link of row.links) {
      if (link.status !== "accepted") continue;
      if (!linksInto.has(link.target)) linksInto.set(link.target, []);
      linksInto.get(link.target).push({ row, link });
    }
  }
  return (linksInto.get(at) || []).sort((a, b) => b.link.score - a.link.score);
}

function traceView() {
  const heading = [h("h2", {}, say("trace.heading")), h("p", { class: "lead no-print" }, say("trace.lead"))];
  if (!data.requirements.length) return [...heading, h("p", { class: "caution" }, say("overview.none"))];
  const asked = data.requirements.findIndex((entry) => entry.id === state.req);
  const at = asked >= 0 ? asked : firstOf(data.plans[data.pairs.length ? chosenSource() : data.requirements[0].plan].id);
  const entry = data.requirements[at];
  return [...heading, tracePicker(entry), ...traceOf(at, entry)];
}

function firstOf(planId) {
  const found = data.requirements.findIndex((entry) => entry.duty && data.plans[entry.plan].id === planId);
  return found >= 0 ? found : Math.max(0, data.requirements.findIndex((entry) => data.plans[entry.plan].id === planId));
}

function tracePicker(entry) {
  const plans = data.plans.map((plan, at) => at).filter((at) => data.plans[at].held && data.requirements.some((other) => other.plan === at));
  const short = (value) => { const letters = Array.from(value); return letters.length > 44 ? letters.slice(0, 43).join("") + "…" : value; };
  const own = data.requirements.filter((other) => other.plan === entry.plan);
  return h("div", { class: "filters panel filter-panel" },
    field(say("plan"), h("select", { id: "f-plan", onchange: (event) => go(addressOf("trace", { req: data.requirements[firstOf(event.target.value)].id })) }, options(plans.map((at) => [data.plans[at].id, planLabel(at) + " · " + planTitle(at)]), data.plans[entry.plan].id)), { class: "field wide" }),
    field(say("trace.choose"), h("select", { id: "f-req", onchange: (event) => go(addressOf("trace", { req: event.target.value })) }, options(own.map((other) => [other.id, both(other.no) + "　" + short(other.text)]), entry.id)), { class: "field wide" }));
}

function traceOf(at, entry) {
  const origins = originsOf(at);
  const fates = data.rows.filter((row) => row.source === at).sort((a, b) => data.plans[data.pairs[a.pair].target].year - data.plans[data.pairs[b.pair].target].year || a.pair - b.pair);
  const searched = data.pairs.some((pair) => pair.target === entry.plan);
  const fated = data.pairs.some((pair) => pair.source === entry.plan);
  return [
    h("h3", {}, say("trace.origins")),
    origins.length ? h("div", { class: "timeline" }, origins.map(originBox)) : h("p", { class: "note" }, say(searched ? "trace.origins.none" : "trace.origins.not")),
    searched ? cautionBox(data.plans[entry.plan].cautions, "caution.origin") : "",
    h("h3", {}, say("trace.self")),
    h("div", { class: "timeline" }, h("div", { class: "box source self" }, h("h4", {}, h("span", {}, planLabel(entry.plan), " · ", both(entry.no))), text(entry.text), placeFacts(entry), entry.duty ? "" : h("p", { class: "note" }, say("trace.preamble")))),
    h("h3", {}, say("trace.fates")),
    fates.length ? h("div", { class: "timeline" }, fates.map(fateBox)) : h("p", { class: "note" }, say(fated && !entry.duty ? "trace.preamble" : "trace.fates.none")),
  ];
}

function originBox({ row, link }) {
  const source = data.requirements[row.source];
  return h("div", { class: "box accepted" },
    h("h4", {}, h("span", {}, planLabel(source.plan), " · ", h("a", { href: addressOf("trace", { req: source.id }) }, both(source.no)), " · ", say("relation." + data.pairs[row.pair].relation), " · ", say("kind." + link.kind)), h("span", {}, say("detail.score"), " ", percent(link.score), meter(link.score))),
    marked(source.text, link.marks, 0),
    facts([[say("detail.place"), text(both(source.path))], [say("detail.units"), text(unitsText(source))]]));
}

function fateBox(row) {
  const pair = data.pairs[row.pair];
  const accepted = row.links.filter((link) => link.status === "accepted");
  const shown = accepted.length ? accepted : row.links.slice(0, 1);
  const link = addressOf("ledger", { source: data.plans[pair.source].id, target: data.plans[pair.target].id, open: row.key });
  return h("div", { class: "box " + (accepted.length ? "accepted" : "") },
    h("h4", {}, h("span", {}, planLabel(pair.target), " · ", say("relation." + pair.relation), " ", badge(row.verdict), " ", row.review ? h("span", { class: "needs" }, say("needs")) : ""), h("a", { class: "no-print", href: link }, say("trace.open"))),
    decidedBy(row),
    shown.map((part) => {
      const target = data.requirements[part.target];
      return h("div", {}, accepted.length ? "" : h("span", { class: "small" }, say("row.nearest"), "，", say("detail.score"), " ", percent(part.score)),
        marked(target.text, part.marks, 1),
        facts([[say("detail.place"), h("span", {}, h("a", { href: addressOf("trace", { req: target.id }) }, both(target.no)), " ", text(both(target.path)))], [say("detail.units"), text(unitsText(target))]]),
        changesList(part));
    }),
    shown.length ? "" : h("p", { class: "note" }, say("detail.none")));
}
