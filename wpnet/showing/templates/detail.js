// An opened row: both texts side by side, what they share, and why the score is what it is.
function detail(row) {
  const source = data.requirements[row.source];
  const pair = data.pairs[row.pair];
  const parts = row.parts.map(([start, end, found]) => [start, end, found ? "found" : "gap"]);
  const here = h("span", {}, evident(source.text, row.links.length ? sideOf(row.links[0].marks, 0) : [], parts));
  const compare = (link) => here.replaceChildren(evident(source.text, sideOf(link.marks, 0), parts));
  const left = h("div", {},
    h("div", { class: "box source" }, h("h3", {}, h("span", {}, say("detail.source"), " · ", planLabel(source.plan))), here, placeFacts(source)),
    h("div", { class: "box judgement" }, h("h3", {}, say("detail.verdict")), verdictWords(row)), correction(row));
  const right = h("div", {}, row.links.length ? row.links.map((link) => linkBox(link, pair, compare)) : h("p", { class: "box" }, say("detail.none")));
  return h("div", {}, cautionBox(row.verdict === "omitted" && !printing && !(state.source && state.target) ? pair.cautions : []), h("div", { class: "pair" }, left, right));
}

// What was compared and what could not be: said beside every duty that is not found.
function standing(pair) {
  const plan = data.plans[pair.target];
  return [
    h("p", { class: "note" }, say("detail.held", { target: planTitle(pair.target), file: plan.file })),
    pair.not_held.length ? h("p", { class: "note" }, say("detail.not_held", { titles: pair.not_held.join(language ? ", " : "、") })) : "",
  ];
}

function verdictWords(row) {
  const pair = data.pairs[row.pair];
  const [carried, partial, omitted] = row.chances.map(percent);
  const source = data.requirements[row.source];
  return [
    h("p", {}, badge(row.verdict), " ", row.review ? h("span", { class: "needs" }, say("needs.long")) : "", decidedBy(row)),
    row.decision ? h("p", { class: "note" }, text([row.decision[0], row.decision[1], row.decision[2]].filter(Boolean).join(" · "))) : "",
    h("p", { class: "note" }, say("verdict." + row.verdict + ".means")),
    h("p", { class: "note" }, say("detail.chances", { carried, partial, omitted })),
    row.verdict === "omitted" ? standing(pair) : "",
    data.meta.explained ? "" : h("p", { class: "note" }, say("explained.not")),
    missingNote(row),
    row.links.some((link) => link.marks.length) ? h("p", { class: "note" }, h("mark", {}, say("detail.marks"))) : "",
    row.parts.length ? h("p", { class: "note" }, h("span", { class: "found" }, say("detail.found")), " ", h("span", { class: "gap" }, say("detail.gap"))) : "",
    h("p", { class: "no-print" },
      h("a", { href: addressOf("trace", { req: source.id }) }, say("detail.trace")), " · ",
      h("a", { href: addressOf("ledger", { source: data.plans[source.plan].id, target: data.plans[data.pairs[row.pair].target].id, open: row.key }) }, say("detail.link"))),
  ];
}

// A partial row always says what is not found, or that the program cannot tell.
function missingNote(row) {
  const found = missingParts(row);
  const unknown = row.verdict === "partial" && data.meta.explained;
  return found.length || unknown ? h("p", { class: "note" }, say("detail.missing"), text(found.join("；") || say("letter.gaps.unknown"))) : "";
}

function linkBox(link, pair, compare) {
  const target = data.requirements[link.target];
  const title = say("detail." + (link.status in { accepted: 1, rejected: 1, suspect: 1 } ? link.status : "candidate"));
  return h("div", { class: "box " + link.status, onmouseenter: () => compare(link), onfocusin: () => compare(link) },
    h("h3", {}, h("span", {}, title, " · ", planLabel(target.plan), link.status === "accepted" ? " · " + say("kind." + link.kind) : ""), h("span", {}, say("detail.score"), " ", percent(link.score), meter(link.score))),
    evident(target.text, sideOf(link.marks, 1), (link.back || []).map(([start, end]) => [start, end, "found"])),
    placeFacts(target),
    changesList(link),
    whyTable(link));
}

// A duty without a word of force is a plain one; no deadline is none.
function valueOf(name, value) { return value || (name === "modality" ? say("change.plain") : "—"); }

function changesList(link) {
  if (!link.changes.length || link.status !== "accepted") return "";
  return facts(link.changes.map(([name, before, after, kind]) => [
    say("change." + name), h("span", {}, h("b", {}, say("change." + kind)), "：", text(kind === "kept" ? valueOf(name, after) : valueOf(name, before) + " → " + valueOf(name, after)))]));
}

function whyTable(link) {
  if (!link.why.length) return "";
  const lines = link.why.map(([name, value, share]) => h("tr", {},
    h("td", { class: "n" }, (share >= 0 ? "+" : "−") + Math.abs(share).toFixed(2)),
    h("td", {}, say(share >= 0 ? "detail.why.for" : "detail.why.against")),
    h("td", {}, both(data.features[name] || [name, name]), h("span", { class: "dim" }, " (" + value.toFixed(2) + ")"))));
  return h("details", { class: "why" }, h("summary", {}, say("detail.why")), h("p", { class: "note" }, say("detail.why.note")), h("table", { class: "why" }, h("tbody", {}, lines)));
}
