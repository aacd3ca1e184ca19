// Downloads of exactly the filtered rows: CSV for Chinese Excel, and a small valid workbook.
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/g;
const FORMULA = /^(?:[\s\u3000]*[=+\-@＝＋－＠]|[\t\r\n])/;

function harmless(value) { return String(value).replace(HARMFUL, "\ufffd"); }

function cells(row) {
  const source = data.requirements[row.source];
  const pair = data.pairs[row.pair];
  const targets = shownTargets(row).map((at) => data.requirements[at]);
  const first = row.targets.length ? row.targets[0] : row.nearest;
  const link = row.links.find((one) => one.target === first);
  const letters = Array.from(source.text);
  const changed = link && link.status === "accepted" ? link.changes.filter(([, , , kind]) => kind !== "kept") : [];
  const filled = filledIn(row);
  return {
    number: both(source.no),
    own: numberOf(source.id),
    verdict: say("verdict." + row.verdict),
    plans: [pair.source, pair.target].map((at) => both(data.plans[at].label)).join(" → "),
    source_place: both(source.path),
    source_text: source.text,
    source_units: source.units.join("、"),
    target_place: targets.map((entry) => both(entry.path)).join("\n"),
    target_text: targets.map((entry) => entry.text).join("\n"),
    target_units: [...new Set(targets.flatMap((entry) => entry.units))].join("、"),
    candidates: row.links.map((one) => `${numberOf(data.requirements[one.target].id)} (${one.score.toFixed(2)}) ${data.requirements[one.target].text}`).join("\n"),
    shared_text: link ? link.marks.map(([start, end]) => letters.slice(start, end).join("")).join("…") : "",
    missing: missingParts(row).join("；"),
    not_held: ["omitted", "partial"].includes(row.verdict) ? pair.not_held.join("；") : "",
    changes: changed.map(([name, before, after, kind]) => `${say("change." + name)} ${say("change." + kind)}：${valueOf(name, before)} → ${valueOf(name, after)}`).join("\n"),
    certainty: Math.round(row.certainty * 10000) / 10000,
    needs_review: say(row.review ? "yes" : "no"),
    decided_by: row.by.startsWith("model:") ? byModel(row) : row.by !== "review" ? say("by.auto") : row.auto === row.verdict ? say("by.review") : say("by.review.was", { verdict: say("verdict." + row.auto) }),
    review_verdict: filled.verdict,
    review_targets: filled.targets,
    reviewer: filled.reviewer,
    date: filled.date,
    note: filled.note,
    source_id: source.id,
    target_plan_id: data.plans[pair.target].id,
    auto_verdict: row.auto,
    linked_ids: row.targets.map((at) => data.requirements[at].id).join(";"),
    nearest_id: row.nearest >= 0 ? data.requirements[row.nearest].id : "",
    source_sha256: source.sha256,
    target_sha256: targets.map((entry) => entry.sha256).join(";"),
    seal: row.seal,
  };
}

function header() { return data.columns.map((column) => (language ? column.en : column.zh)); }

function csvCell(value) {
  if (typeof value === "number") return String(value);
  let out = harmless(value);
  if (FORMULA.test(out)) out = "'" + out;
  return /[",\r\n]/.test(out) ? '"' + out.replaceAll('"', '""') + '"' : out;
}

function saveCsv(rows, name) {
  saveLines([header(), ...rows.map((row) => { const values = cells(row); return data.columns.map((column) => values[column.key]); })], name);
}

function saveLines(lines, name) {
  save("\ufeff" + lines.map((line) => line.map(csvCell).join(",") + "\r\n").join(""), "text/csv;charset=utf-8", name);
}

// A name that every system takes, in the reader's language: what it is, of which plans, which rows.
function fileName(parts, suffix) {
  return parts.filter(Boolean).join("_").replace(/[^\w.\-\u3400-\u9fff]+/g, "-").slice(0, 120) + "." + suffix;
}

function ledgerName(suffix) {
  const name = (id) => (id && planAt(id) >= 0 ? planLabel(planAt(id)) : "");
  return fileName([say("nav.ledger"), name(state.source), name(state.target), verdictsChosen().map((verdict) => say("verdict." + verdict)).join("-"), state.unit === "-" ? "" : state.unit, state.office], suffix);
}

function save(content, type, name) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// ----- a workbook: XML parts in an uncompressed zip; texts are inline strings, never formulas
function xml(value) {
  return harmless(value).replace(/_x[0-9a-fA-F]{4}_/g, "_x005F$&").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function columnName(at) { return at < 26 ? String.fromCharCode(65 + at) : columnName(Math.floor(at / 26) - 1) + columnName(at % 26); }

function stringCell(at, line, value, style) { return `<c r="${columnName(at)}${line}" t="inlineStr" s="${style}"><is><t xml:space="preserve">${xml(String(value).slice(0, 32000))}</t></is></c>`; }

function numberCell(at, line, value, style) { return `<c r="${columnName(at)}${line}" s="${style}"><v>${value}</v></c>`; }

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const STYLE = { plain: 0, wrap: 1, head: 2, review: 3, machine: 4, percent: 5, title: 6, reviewHead: 7, omitted: 8, partial: 9, carried: 10, not_applicable: 11 };

function stylesPart() {
  const fills = ["EEF2F5", "E3EFF8", "E8E8E8", "F6D9B8", "BFDDF0", "0B4F7D"];
  const font = (more) => `<font>${more}<sz val="10.5"/><color rgb="FF1D2733"/><name val="Microsoft YaHei"/></font>`;
  const edge = '<color rgb="FFBFC8D0"/>';
  const sides = ["left", "right", "top", "bottom"].map((side) => `<${side} style="thin">${edge}</${side}>`).join("");
  const style = (fontId, fill, more) => `<xf numFmtId="0" fontId="${fontId}" fillId="${fill}" borderId="1" xfId="0" quotePrefix="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/>${more || ""}</xf>`;
  const all = [
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
    style(0, 0), style(1, 2), style(0, 3), style(2, 4),
    '<xf numFmtId="9" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1"><alignment vertical="top"/></xf>',
    '<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyFont="1"/>',
    style(1, 3), style(0, 5), style(0, 6), style(4, 7), style(0, 0),
  ];
  return `${XML}<styleSheet ${MAIN}><fonts count="5">${font("")}${font("<b/>")}<font><sz val="9"/><color rgb="FF6B7782"/><name val="Consolas"/></font><font><b/><sz val="15"/><color rgb="FF0B4F7D"/><name val="Microsoft YaHei"/></font><font><sz val="10.5"/><color rgb="FFFFFFFF"/><name val="Microsoft YaHei"/></font></fonts>` +
    `<fills count="${fills.length + 2}"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fills.map((rgb) => `<fill><patternFill patternType="solid"><fgColor rgb="FF${rgb}"/><bgColor indexed="64"/></patternFill></fill>`).join("")}</fills>` +
    `<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>${sides}<diagonal/></border></borders>` +
    `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${all.length}">${all.join("")}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
}

function ledgerSheet(rows) {
  const names = header();
  const last = columnName(data.columns.length - 1);
  const heads = data.columns.map((column, at) => stringCell(at, 1, names[at], column.group === "review" ? STYLE.reviewHead : column.group === "machine" ? STYLE.machine : STYLE.head)).join("");
  const lines = rows.map((row, number) => {
    const values = cells(row);
    const line = number + 2;
    const made = data.columns.map((column, at) => {
      const value = values[column.key];
      if (typeof value === "number") return numberCell(at, line, value, STYLE.percent);
      const style = column.key === "verdict" ? STYLE[row.verdict] : { evidence: STYLE.wrap, review: STYLE.review, machine: STYLE.machine }[column.group];
      return stringCell(at, line, value, style);
    });
    return `<row r="${line}">${made.join("")}</row>`;
  });
  const review = columnName(data.columns.findIndex((column) => column.key === "review_verdict"));
  const choices = [...VERDICTS.map((name) => say("verdict." + name)), say("verdict.withdrawn")].join(",");
  return `${XML}<worksheet ${MAIN}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
    `<cols>${data.columns.map((column, at) => `<col min="${at + 1}" max="${at + 1}" width="${column.width}" customWidth="1"${column.group === "machine" ? ' hidden="1"' : ""}/>`).join("")}</cols>` +
    `<sheetData><row r="1">${heads}</row>${lines.join("")}</sheetData><autoFilter ref="A1:${last}${rows.length + 1}"/>` +
    `<dataValidations count="1"><dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="${review}2:${review}${rows.length + 1}"><formula1>"${xml(choices)}"</formula1></dataValidation></dataValidations>` +
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>';
}

function aboutSheet(rows) {
  const notes = [...new Map(rows.flatMap((row) => data.pairs[row.pair].cautions).map((item) => [item[0], both(item)])).values()];
  const lines = [
    [say("title"), "", STYLE.title],
    [say("ledger.filters"), filterWords()],
    [say("overview.total"), say("ledger.status", { total: scopeRows().length, count: rows.length, parts: countsText(rows) })],
    [say("verdict"), say(data.meta.reviewed ? "machine.banner" : "machine.none")],
    ...VERDICTS.map((name) => [say("verdict." + name), say(`verdict.${name}.means`)]),
    ...notes.map((note) => [say("caution.heading"), note]),
    ...[1, 2, 3, 4, 5].map((number) => [say("about.limits.h"), say("about.limits." + number)]),
    [say("about.review.h"), say("about.review")],
    [say("about.data.h"), dates("about.data")],
    ...data.plans.filter((plan) => plan.held).map((plan) => [plan.file, "SHA-256 " + plan.sha256]),
  ];
  const made = lines.map(([name, value, style], number) => `<row r="${number + 1}">${stringCell(0, number + 1, name, style || STYLE.plain)}${stringCell(1, number + 1, value, STYLE.plain)}</row>`);
  return `${XML}<worksheet ${MAIN}><cols><col min="1" max="1" width="30" customWidth="1"/><col min="2" max="2" width="100" customWidth="1"/></cols><sheetData>${made.join("")}</sheetData></worksheet>`;
}

function downloadXlsx(rows) {
  const sheets = [[say("export.about"), aboutSheet(rows)], [say("export.ledger"), ledgerSheet(rows)]];
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
  const parts = [
    ["[Content_Types].xml", `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}styles+xml"/>${sheets.map((_, at) => `<Override PartName="/xl/worksheets/sheet${at + 1}.xml" ContentType="${type}worksheet+xml"/>`).join("")}</Types>`],
    ["_rels/.rels", `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `${XML}<workbook ${MAIN} xmlns:r="${RELS}"><bookViews><workbookView activeTab="1"/></bookViews><sheets>${sheets.map(([name], at) => `<sheet name="${xml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join("")}</sheets><definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="1" hidden="1">'${xml(sheets[1][0])}'!$A$1:$${columnName(data.columns.length - 1)}$${rows.length + 1}</definedName><definedName name="_xlnm.Print_Titles" localSheetId="1">'${xml(sheets[1][0])}'!$1:$1</definedName></definedNames></workbook>`],
    ["xl/_rels/workbook.xml.rels", `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${sheets.map((_, at) => `<Relationship Id="rId${at + 1}" Type="${RELS}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`).join("")}<Relationship Id="rId9" Type="${RELS}/styles" Target="styles.xml"/></Relationships>`],
    ["xl/styles.xml", stylesPart()],
    ...sheets.map(([, part], at) => [`xl/worksheets/sheet${at + 1}.xml`, part]),
  ];
  save(zip(parts), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ledgerName("xlsx"));
}
