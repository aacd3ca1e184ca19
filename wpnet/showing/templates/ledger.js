// The ledger: filter, sort, page, open a row.
const PAGE = 50;
const PRINTED = 3000; // rows put on paper at most
let printing = false;

const rowsByPair = data.pairs.map(() => []);

data.rows.forEach((row, at) => {
  const pair = data.pairs[row.pair];
  rowsByPair[row.pair].push(row);
  row.at = at;
  row.key = data.requirements[row.source].id + ">" + data.plans[pair.target].id;
  row.certainty = certainty(row);
});

function folded(value) { return value.normalize("NFKC").toLowerCase(); }

// What free text is looked for in: text, headings, units, id of a requirement.
function haystack(at) {
  const entry = data.requirements[at];
  if (entry.hay === undefined) entry.hay = folded([entry.text, entry.path[0], entry.no[0], entry.units.join(" "), entry.id].join(" "));
  return entry.hay;
}

function shownTargets(row) { return row.targets.length ? row.targets : row.nearest >= 0 ? [row.nearest] : []; }

function verdictsChosen() { return state.verdict ? state.verdict.split(",").filter((name) => VERDICTS.includes(name)) : []; }

function inScope(row) {
  const pair = data.pairs[row.pair];
  return (!state.source || data.plans[pair.source].id === state.source) && (!state.target || data.plans[pair.target].id === state.target);
}

function filtered() {
  const chosen = verdictsChosen();
  const wanted = folded(state.q).split(/\s+/).filter(Boolean);
  const found = data.rows.filter((row) => {
    if (!inScope(row)) return false;
    if (chosen.length && !chosen.includes(row.verdict)) return false;
    if (state.review && !(state.review === "first" ? row.first : row.review)) return false;
    const source = data.requirements[row.source];
    if (state.section && source.section[0] !== state.section) return false;
    if (state.office && !shownTargets(row).some((at) => data.requirements[at].units.includes(state.office))) return false;
    if (state.unit && !(state.unit === "-" ? !source.units.length : source.units.includes(state.unit))) return false;
    if (!wanted.length) return true;
    const stacks = [haystack(row.source), ...shownTargets(row).map(haystack)];
    return wanted.every((word) => stacks.some((stack) => stack.includes(word)));
  });
  return sorted(found);
}

function sorted(rows) {
  const unit = (row) => data.requirements[row.source].units.join("、") || "\uffff";
  const by = {
    omitted: (a, b) => b.chances[2] - a.chances[2],
    doubt: (a, b) => b.doubt - a.doubt,
    verdict: (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict),
    unit: (a, b) => (unit(a) < unit(b) ? -1 : unit(a) > unit(b) ? 1 : 0),
  }[state.sort];
  return by ? rows.sort((a, b) => by(a, b) || a.at - b.at) : rows;
}

function countsText(rows) {
  return countsOf(rows.map((row) => row.verdict));
}

// The filter in words, for the screen, the paper and the downloads.
function filterWords() {
  const name = (id, any) => (id && planAt(id) >= 0 ? planLabel(planAt(id)) : say(any));
  const parts = [say("says.from", { source: name(state.source, "says.any.source"), target: name(state.target, "says.any.target") })];
  const chosen = verdictsChosen();
  if (chosen.length) parts.push(say("says.verdicts", { verdicts: chosen.map((v) => say("verdict." + v)).join(say("says.or")) }));
  if (state.section) parts.push(say("says.section", { section: state.section }));
  if (state.unit) parts.push(say("says.unit", { unit: state.unit === "-" ? say("unit.none") : state.unit }));
  if (state.office) parts.push(say("says.office", { unit: state.office }));
  if (state.review) parts.push(say(state.review === "first" ? "says.first" : "says.review"));
  if (state.q.trim()) parts.push(say("says.text", { text: state.q.trim() }));
  parts.push(say("says.sorted", { sort: say("sort." + state.sort) }));
  return say("ledger.says", { parts: parts.join(say("says.join")) });
}

function ledgerView() {
  if (!data.pairs.length) return [h("h2", {}, say("ledger.heading")), h("p", { class: "caution" }, say("overview.none"))];
  const result = h("div", { id: "result" });
  const view = [
    h("h2", {}, say("ledger.heading")),
    h("p", { class: "lead no-print" }, say("ledger.lead")),
    filterPanel(ledgerFilters()),
    result,
  ];
  fillResult(result);
  return view;
}

function plansIn(side, other, otherId, wanted = () => true) {
  const found = new Set(data.pairs.filter(wanted).filter((pair) => !otherId || data.plans[pair[other]].id === otherId).map((pair) => pair[side]));
  return data.plans.map((plan, at) => at).filter((at) => found.has(at)).map((at) => [data.plans[at].id, planLabel(at)]);
}

function scopeRows() { return data.rows.filter(inScope); }

function ledgerFilters() {
  const rows = scopeRows();
  const entries = [...new Set(rows.map((row) => row.source))].map((at) => data.requirements[at]);
  const sections = [...new Map(entries.map((entry) => [entry.section[0], both(entry.section)])).entries()];
  const units = [...new Set(entries.flatMap((entry) => entry.units))].sort((a, b) => a.localeCompare(b, "zh"));
  const offices = [...new Set(rows.flatMap((row) => shownTargets(row).flatMap((at) => data.requirements[at].units)))].sort((a, b) => a.localeCompare(b, "zh"));
  const select = (id, values) => h("select", { id: "f-" + id, onchange: (event) => refilter({ [id]: event.target.value }) }, options(values, state[id]));
  const any = ["", say("all")];
  const search = h("input", { type: "search", id: "f-q", value: state.q, placeholder: say("ledger.search.hint"), autocomplete: "off", oninput: (event) => refilter({ q: event.target.value }) });
  const boxes = VERDICTS.map((name) => h("label", {}, h("input", { type: "checkbox", name: "verdict", value: name, checked: verdictsChosen().includes(name), onchange: pickVerdicts }), badge(name)));
  const review = field(say("ledger.review"), h("select", { id: "f-review", onchange: (event) => refilter({ review: event.target.value }) }, options([any, ["1", say("says.review")], ["first", say("says.first")]], state.review)));
  return h("form", { class: "filters", "aria-label": say("ledger.filters"), onsubmit: (event) => event.preventDefault() },
    field(say("source"), select("source", [any, ...plansIn("source", "target", "")]), { class: "field wide" }),
    field(say("target"), select("target", [any, ...plansIn("target", "source", state.source)]), { class: "field wide" }),
    field(say("section"), select("section", [any, ...sections])),
    field(say("unit.source"), select("unit", [any, ...units.map((unit) => [unit, unit]), ...(entries.some((entry) => !entry.units.length) ? [["-", say("unit.none")]] : [])])),
    field(say("unit.target"), select("office", [any, ...offices.map((unit) => [unit, unit])])),
    field(say("ledger.sort"), select("sort", SORTS.map((name) => [name, say("sort." + name)]))),
    review,
    field(say("ledger.search"), search),
    h("fieldset", { class: "checks" }, h("legend", {}, say("verdict")), boxes,
      h("button", { type: "button", onclick: () => go(addressOf("ledger", { source: state.source, target: state.target })) }, say("ledger.reset"))));
}

function pickVerdicts() {
  const chosen = [...document.querySelectorAll("input[name=verdict]:checked")].map((box) => box.value);
  refilter({ verdict: chosen.length === VERDICTS.length ? "" : chosen.join(",") });
}

// Filter anew. Choosing another plan changes the choices, so the whole view is drawn again.
function refilter(patch) {
  const scope = "source" in patch || "target" in patch;
  if (scope) {
    const next = { ...state, ...patch };
    const fits = data.pairs.some((pair) => (!next.source || data.plans[pair.source].id === next.source) && (!next.target || data.plans[pair.target].id === next.target));
    patch = { ...patch, section: "", unit: "", office: "" };
    if (!fits) patch.target = "";
  }
  change({ ...patch, page: "1", open: "", all: "" });
  if (!scope) return fillResult(document.getElementById("result"));
  const focused = "source" in patch && !("target" in patch) ? "f-source" : document.activeElement && document.activeElement.id;
  draw();
  const again = focused && document.getElementById(focused);
  if (again) again.focus();
}

function fillResult(box) {
  const rows = filtered();
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const opened = rows.findIndex((row) => row.key === state.open);
  const page = opened >= 0 ? Math.floor(opened / PAGE) + 1 : Math.min(Math.max(1, parseInt(state.page, 10) || 1), pages);
  const shown = printing ? rows.slice(0, PRINTED) : rows.slice((page - 1) * PAGE, page * PAGE);
  const status = rows.length
    ? say("ledger.status", { total: scopeRows().length, count: rows.length, parts: countsText(rows) })
    : say("ledger.status.none");
  box.replaceChildren(
    printing && new Set(shown.map((row) => row.pair)).size > 1 ? "" : ledgerCautions(),
    h("div", { class: "result" },
      h("div", { class: "said" }, h("p", { id: "status" }, h("b", {}, status)), h("p", { id: "says" }, filterWords()), machineNote(rows)),
      h("div", { class: "acts" },
        h("button", { type: "button", id: "expand", disabled: !rows.length, onclick: () => { change({ all: state.all ? "" : "1", open: "" }); fillResult(box); } }, say(state.all ? "ledger.collapse" : "ledger.expand")),
        h("button", { type: "button", id: "csv", disabled: !rows.length, onclick: () => saveCsv(filtered(), ledgerName("csv")) }, say("ledger.csv")),
        data.pairs.some((pair) => isBelow(pair) && data.plans[pair.source].id === state.source && data.plans[pair.target].id === state.target) ? h("a", { class: "button", id: "to-letter", href: addressOf("letter", { source: state.source, target: state.target, unit: state.office || (state.unit === "-" ? "" : state.unit) }) }, say("ledger.letter")) : "",
        h("button", { type: "button", id: "xlsx", disabled: !rows.length, onclick: () => downloadXlsx(filtered()) }, say("ledger.xlsx")))),
    rows.length ? (printing ? h("div", {}, printedTables(shown)) : ledgerTable(shown)) : "",
    pages > 1 && !printing ? pager(box, page, pages) : "");
  announce(status);
}

function machineNote(rows) {
  const reviewed = rows.filter((row) => row.by === "review").length;
  return rows.length ? h("p", {}, say("machine.counts", { rows: rows.length, reviewed, machine: rows.length - reviewed })) : null;
}

function ledgerCautions() {
  const pairs = data.pairs.filter((pair) => (!state.source || data.plans[pair.source].id === state.source) && (!state.target || data.plans[pair.target].id === state.target));
  return cautionBox(distinct(pairs.flatMap((pair) => pair.cautions)).slice(0, 12)) || "";
}

function pager(box, page, pages) {
  const to = (next) => () => { change({ page: String(next), open: "" }); fillResult(box); document.getElementById("status").scrollIntoView(); };
  return h("div", { class: "pager" },
    h("button", { type: "button", disabled: page <= 1, onclick: to(page - 1) }, say("page.prev")),
    h("span", {}, say("page.of", { page, pages })),
    h("button", { type: "button", disabled: page >= pages, onclick: to(page + 1) }, say("page.next")));
}

function ledgerTable(rows) {
  const head = ["row.number", "row.source", "row.target", "verdict", "row.certainty"];
  const body = h("tbody", { role: "rowgroup", onkeydown: moveByArrow });
  for (const row of rows) {
    body.append(ledgerRow(row));
    if (state.all || row.key === state.open) openRow(body.lastChild, row);
  }
  return h("div", { class: "scroll ledger" }, h("table", { role: "table", "aria-labelledby": "status" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head.map((key) => h("th", { role: "columnheader", scope: "col" }, say(key))))), body));
}

// On paper every pair of plans starts on a page of its own, under its own heading.
function printedTables(rows) {
  const pairs = [...new Set(rows.map((row) => row.pair))];
  return pairs.map((number) => {
    const pair = data.pairs[number];
    const own = rows.filter((row) => row.pair === number);
    return h("section", { class: "sheet" },
      h("h3", {}, say("network.pair", { source: planTitle(pair.source), target: planTitle(pair.target) })),
      h("p", {}, countsText(own)),
      pairs.length > 1 ? cautionBox(pair.cautions) : "",
      ledgerTable(own));
  });
}

function ledgerRow(row) {
  const source = data.requirements[row.source];
  const pair = data.pairs[row.pair];
  const line = h("tr", { role: "row", "data-key": row.key });
  const toggle = h("button", { type: "button", class: "toggle", "aria-expanded": "false", "aria-label": say("row.open", { id: both(source.no) }), onclick: () => toggleRow(line, row) }, both(source.no));
  line.append(
    h("td", { role: "cell" }, toggle, h("span", { class: "own" }, numberOf(source.id)), state.source ? "" : h("span", { class: "small" }, planLabel(pair.source))),
    h("td", { role: "cell", "data-label": say("row.source") }, text(source.text), h("span", { class: "small" }, text(both(source.section)), " · ", text(unitsText(source)))),
    h("td", { role: "cell", "data-label": say("row.target") }, targetCell(row, pair)),
    h("td", { role: "cell", class: "cell-verdict", "data-label": say("verdict") }, badge(row.verdict), h("span", { class: "draft-spot" }, draftBadge(row)), row.review ? h("span", {}, " ", h("span", { class: "needs", title: say("needs.long") }, say("needs"))) : "", decidedBy(row)),
    h("td", { role: "cell", class: "cell-certainty", "data-label": say("row.certainty") }, percent(row.certainty), meter(row.certainty)));
  return line;
}

function targetCell(row, pair) {
  const where = state.target ? "" : h("span", { class: "small" }, planLabel(pair.target));
  if (!row.targets.length && row.nearest < 0) return [where, h("span", { class: "dim" }, say("detail.none"))];
  if (!row.targets.length) {
    return [where, h("span", { class: "small" }, say("row.nearest")), h("span", { class: "dim" }, text(data.requirements[row.nearest].text))];
  }
  return [where, row.targets.map((at) => h("span", { class: "text" }, data.requirements[at].text + " "))];
}

function toggleRow(line, row) {
  const open = line.classList.contains("open");
  if (open) closeRow(line); else openRow(line, row);
  if (!state.all) change({ open: open ? "" : row.key });
}

function openRow(line, row) {
  line.classList.add("open");
  line.querySelector(".toggle").setAttribute("aria-expanded", "true");
  line.after(h("tr", { role: "row", class: "detail" }, h("td", { role: "cell", colspan: 5 }, detail(row))));
}

function closeRow(line) {
  line.classList.remove("open");
  line.querySelector(".toggle").setAttribute("aria-expanded", "false");
  if (line.nextSibling && line.nextSibling.classList.contains("detail")) line.nextSibling.remove();
}

function moveByArrow(event) {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || !event.target.classList.contains("toggle")) return;
  const all = [...event.currentTarget.querySelectorAll(".toggle")];
  const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) { event.preventDefault(); next.focus(); }
}
