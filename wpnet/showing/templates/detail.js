// An opened row: both texts side by side, what they share, and why the score is what it is.
function detail(row) {
  const source = data.requirements[row.source];
  const pair = data.pairs[row.pair];
  const here = h("span", {}, marked(source.text, row.links.length ? row.links[0].marks : [], 0));
  const compare = (link) => here.replaceChildren(marked(source.text, link.marks, 0));
  const left = h("div", {},
    h("div", { class: "box source" }, h("h4", {}, h("span", {}, say("detail.source"), " · ", planLabel(source.plan))), here, placeFacts(source)),
    h("div", { class: "box" }, h("h4", {}, say("detail.verdict")), verdictWords(row)));
  const right = h("div", {}, row.links.length ? row.links.map((link) => linkBox(link, pair, compare)) : h("p", { class: "box" }, say("detail.none")));
  return h("div", {}, cautionBox(row.verdict === "omitted" && !(state.source && state.target) ? pair.cautions : []), h("div", { class: "pair" }, left, right));
}

function verdictWords(row) {
  const [carried, partial, omitted] = row.chances.map(percent);
  const source = data.requirements[row.source];
  return [
    h("p", {}, badge(row.verdict), " ", row.review ? h("span", { class: "needs" }, say("needs.long")) : "", decidedBy(row)),
    row.decision ? h("p", { class: "note" }, text([row.decision[0], row.decision[1], row.decision[2]].filter(Boolean).join(" · "))) : "",
    h("p", { class: "note" }, say("verdict." + row.verdict + ".means")),
    h("p", { class: "note" }, say("detail.chances", { carried, partial, omitted })),
    row.missing.length ? h("p", { class: "note" }, say("detail.missing"), text(row.missing.join("；"))) : "",
    row.links.some((link) => link.marks.length) ? h("p", { class: "note" }, h("mark", {}, say("detail.marks"))) : "",
    h("p", { class: "no-print" },
      h("a", { href: addressOf("trace", { req: source.id }) }, say("detail.trace")), " · ",
      h("a", { href: addressOf("ledger", { source: data.plans[source.plan].id, target: data.plans[data.pairs[row.pair].target].id, open: row.key }) }, say("detail.link"))),
  ];
}

function linkBox(link, pair, compare) {
  const target = data.requirements[link.target];
  const title = say("detail." + (link.status in { accepted: 1, rejected: 1, suspect: 1 } ? link.status : "candidate"));
  return h("div", { class: "box " + link.status, onmouseenter: () => compare(link), onfocusin: () => compare(link) },
    h("h4", {}, h("span", {}, title, " · ", planLabel(target.plan), link.status === "accepted" ? " · " + say("kind." + link.kind) : ""), h("span", {}, say("detail.score"), " ", percent(link.score), meter(link.score))),
    marked(target.text, link.marks, 1),
    placeFacts(target),
    changesList(link),
    whyTable(link));
}

function changesList(link) {
  if (!link.changes.length || link.status !== "accepted") return "";
  const value = (part) => part || "—";
  return facts(link.changes.map(([name, before, after, kind]) => [
    say("change." + name), h("span", {}, h("b", {}, say("change." + kind)), "：", text(kind === "kept" ? value(after) : value(before) + " → " + value(after)))]));
}

function whyTable(link) {
  if (!link.why.length) return "";
  const lines = link.why.map(([name, value, share]) => h("tr", {},
    h("td", { class: "n" }, (share >= 0 ? "+" : "−") + Math.abs(share).toFixed(2)),
    h("td", {}, say(share >= 0 ? "detail.why.for" : "detail.why.against")),
    h("td", {}, both(data.features[name] || [name, name]), h("span", { class: "dim" }, " (" + value.toFixed(2) + ")"))));
  return h("details", { class: "why" }, h("summary", {}, say("detail.why")), h("p", { class: "note" }, say("detail.why.note")), h("table", { class: "why" }, h("tbody", {}, lines)));
}
