// A letter about one pair of plans and the list of what is to be checked, ready to copy and to print.
function letterRows(number) {
  const concerns = (row) => {
    const source = data.requirements[row.source].units;
    return !state.unit || source.includes(state.unit) || officesOf(row).includes(state.unit);
  };
  return rowsOf(number).filter(concerns);
}

// A letter goes to an office below, not to the same office a year later.
function isBelow(pair) { return pair.relation === "cascade"; }

function officesOf(row) { return [...new Set(shownTargets(row).flatMap((at) => data.requirements[at].units))]; }

function toCheck(rows) { return rows.filter((row) => row.by !== "review" && (["omitted", "partial"].includes(row.verdict) || row.review)); }

function letterView() {
  const heading = [h("h2", {}, say("letter.heading")), h("p", { class: "lead no-print" }, say("letter.lead"))];
  const below = data.pairs.filter(isBelow);
  if (!below.length) return [...heading, h("p", { class: "caution" }, say("letter.none"))];
  const pair = chosenPair(below);
  const number = data.pairs.indexOf(pair);
  const ids = { source: data.plans[pair.source].id, target: data.plans[pair.target].id };
  const pick = (patch) => go(addressOf("letter", { ...ids, unit: state.unit, ...patch }));
  const units = [...new Set(rowsOf(number).flatMap((row) => [...data.requirements[row.source].units, ...officesOf(row)]))].sort((a, b) => a.localeCompare(b, "zh"));
  const rows = letterRows(number);
  const letter = letterText(pair, rows);
  const list = h("section", { id: "checklist", "aria-label": say("letter.checklist.short") }, letterTable(checkTable(pair, rows), "h3"));
  const drafted = rows.filter((row) => draftOf(row)).length;
  return [
    ...heading,
    h("div", { class: "filters panel filter-panel" },
      field(say("source"), h("select", { id: "f-source", onchange: (event) => pick({ source: event.target.value, target: "", unit: "" }) }, options(plansIn("source", "target", "", isBelow), ids.source)), { class: "field wide" }),
      field(say("target"), h("select", { id: "f-target", onchange: (event) => pick({ target: event.target.value, unit: "" }) }, options(plansIn("target", "source", ids.source, isBelow), ids.target)), { class: "field wide" }),
      field(say("unit"), h("select", { id: "f-unit", onchange: (event) => pick({ unit: event.target.value }) }, options([["", say("all")], ...units.map((unit) => [unit, unit])], state.unit)), { class: "field wide" }),
      h("div", { class: "acts" },
        h("button", { type: "button", id: "copy", class: "strong", onclick: () => copyNode(letter) }, say("letter.copy")),
        h("button", { type: "button", id: "copy-list", onclick: () => copyNode(list) }, say("letter.copy.list")),
        h("button", { type: "button", id: "list-csv", onclick: () => downloadList(pair, rows) }, say("letter.csv")))),
    drafted ? h("p", { class: "caution no-print" }, say("letter.drafts", { count: drafted })) : "",
    h("p", { class: "note no-print" }, say("letter.word", { source: ids.source, target: ids.target })),
    letter,
    list,
  ];
}

// The rows of the checklist by what the program found.
function checkCounts(rows) {
  const checks = toCheck(rows);
  const [omitted, partial, carried, spare] = VERDICTS.map((name) => checks.filter((row) => row.verdict === name).length);
  return { omitted, partial, carried, spare: spare ? say("letter.checks.spare", { spare }) : "" };
}

function numberIn(plan) { return plan.number ? `（${plan.number}）` : ""; }

function letterText(pair, rows) {
  const source = data.plans[pair.source];
  const target = data.plans[pair.target];
  const count = (name) => rows.filter((row) => row.verdict === name).length;
  const reviewed = rows.filter((row) => row.by === "review").length;
  const told = (key, more) => say("letter." + key, { source: planTitle(pair.source), target: planTitle(pair.target), count: toCheck(rows).length, ...more });
  const notes = [told("note.text"), told("note.program")];
  const spare = count("not_applicable");
  const counts = { total: rows.length, carried: count("carried"), partial: count("partial"), omitted: count("omitted"), spare: spare ? say("letter.spare", { spare }) : "", reviewed, machine: rows.length - reviewed, unsure: rows.filter((row) => row.review).length };
  const line = (value, kind) => h("p", { class: kind }, text(value));
  return h("section", { id: "letter", class: "letter", "aria-label": say("letter.heading") },
    line(source.issuer, "office"),
    line(told("number"), "number"),
    reviewed ? "" : line(told("draft"), "unsent"),
    h("h3", { class: "subject" }, text(told("title"))),
    line(told("to", { issuer: target.issuer || planTitle(pair.target) })),
    both(pair.premise) ? line(both(pair.premise), "para") : "",
    line(told("opening", { number: numberIn(source), other: numberIn(target) }), "para"),
    state.unit ? line(told("unit", { unit: state.unit }), "para") : "",
    line(told("counts", counts), "para"),
    line(told("checks", checkCounts(rows)), "para"),
    letterTable(omittedTable(rows, told), "h4"),
    letterTable(partialTable(rows, told), "h4"),
    h("h4", {}, told("notes")),
    notes.map((note, at) => line(`${at + 1}. ${note}`, "para")),
    line(told("closing"), "para"), line(told("contact"), "para"), line(told("annex"), "para"),
    line(source.issuer, "sign"), line(told("date"), "sign"));
}

function sentenceOf(at) { const entry = data.requirements[at]; return both(entry.no) + "　" + entry.text; }

function targetsOf(row) { return shownTargets(row).map(sentenceOf).join("\n") || "—"; }

function judged(row) { return say(row.by === "review" ? "by.review" : row.review ? "letter.closely" : "letter.plainly"); }

function omittedTable(rows, told) {
  const chosen = rows.filter((row) => row.verdict === "omitted");
  const made = chosen.map((row) => [sentenceOf(row.source), data.requirements[row.source].units.join("、") || "—", targetsOf(row), judged(row)]);
  return { title: told("omitted", { rows: chosen.length }), heads: ["source", "units", "nearest", "judged"], rows: made };
}

function partialTable(rows, told) {
  const chosen = rows.filter((row) => row.verdict === "partial");
  const made = chosen.map((row) => [sentenceOf(row.source), targetsOf(row), missingParts(row).join("；") || say("letter.gaps.unknown"), judged(row)]);
  return { title: told("partial", { rows: chosen.length }), heads: ["source", "target", "gaps", "judged"], rows: made };
}

function checkTable(pair, rows) {
  const made = toCheck(rows).map((row) => [sentenceOf(row.source), targetsOf(row), say("letter.found", { verdict: say("verdict." + row.verdict), how: judged(row) }), officesOf(row).join("、"), say("letter.result"), "", "", ""]);
  return { title: say("letter.checklist", { source: planTitle(pair.source), target: planTitle(pair.target), count: made.length }), heads: ["source", "shown", "found", "office", "result", "remark", "checker", "due"], rows: made };
}

function letterTable(table, level) {
  const names = ["no", ...table.heads];
  const heads = names.map((name) => h("th", { role: "columnheader", scope: "col", class: "col-" + name }, say("letter.col." + name)));
  const cellOf = (at) => ({ role: "cell", "data-label": say("letter.col." + names[at]) });
  const lines = table.rows.map((row, at) => h("tr", { role: "row" }, h("td", cellOf(0), at + 1), row.map((cell, column) => h("td", cellOf(column + 1), cell.split("\n").map((part) => h("span", { class: "line" }, text(part)))))));
  return [
    h(level, {}, text(table.title)),
    lines.length ? scrolling(table.title, h("table", { role: "table", class: "letter-table" }, h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)), h("tbody", { role: "rowgroup" }, lines))) : "",
  ];
}

// Copied as a person would: selected on the page, so that Word and WPS get the tables, too.
function copyNode(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const chosen = window.getSelection();
  chosen.removeAllRanges();
  chosen.addRange(range);
  const done = document.execCommand("copy");
  if (done) chosen.removeAllRanges();
  announce(say(done ? "letter.copied" : "letter.not.copied"));
  const said = document.getElementById(node.id === "letter" ? "copy" : "copy-list");
  said.textContent = say(done ? "letter.copied" : "letter.not.copied");
}

function downloadList(pair, rows) {
  const table = checkTable(pair, rows);
  saveLines([["no", ...table.heads].map((name) => say("letter.col." + name)), ...table.rows.map((row, at) => [at + 1, ...row])], fileName([say("letter.checklist.short"), planLabel(pair.source), planLabel(pair.target), state.unit], "csv"));
}
