// Corrections: drafted in this browser, counted, and downloaded as one file for `wpnet review import`.
const STORE = "wpnet.review";
const TAKEN = ["carried", "partial"];
let kept = true; // whether this browser keeps the draft
let drafts = readDrafts();

function readDrafts() {
  try { return storedDrafts(); } catch (fault) { kept = false; return { name: "", rows: new Map() }; }
}

function storedDrafts() {
  const found = { name: "", rows: new Map() };
  const told = JSON.parse(localStorage.getItem(STORE) || "{}");
  if (typeof told.name === "string") found.name = told.name;
  for (const [key, entry] of Array.isArray(told.rows) ? told.rows : []) {
    if (entry && [...VERDICTS, "withdrawn"].includes(entry.verdict) && Array.isArray(entry.targets)) found.rows.set(key, entry);
  }
  return found;
}

// Another page may have drafted in the meantime: only the row that was changed is replaced.
function keepDrafts(key) {
  try {
    const now = storedDrafts();
    if (key === "all") now.rows = drafts.rows;
    else if (drafts.rows.has(key)) now.rows.set(key, drafts.rows.get(key));
    else now.rows.delete(key);
    now.name = drafts.name;
    drafts = now;
    localStorage.setItem(STORE, JSON.stringify({ name: now.name, rows: [...now.rows] }));
    kept = true;
  } catch (fault) { kept = false; }
}

// The draft about a row, if what it was written about is what this page shows.
function draftOf(row) {
  const entry = drafts.rows.get(row.key);
  return entry && entry.seal === row.seal ? entry : null;
}

// A draft about another state of the row; one that was taken over meanwhile is done.
function staleDraft(row) {
  const entry = drafts.rows.get(row.key);
  if (!entry || entry.seal === row.seal) return null;
  return row.by === "review" && row.verdict === entry.verdict ? null : entry;
}

function isWhole(entry) { return !TAKEN.includes(entry.verdict) || entry.targets.length > 0; }

function draftRows() { return data.rows.filter((row) => { const entry = draftOf(row); return entry && isWhole(entry); }); }

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

// What the review columns of a row hold: the draft, else what a reviewer has said before.
function filledIn(row) {
  const entry = draftOf(row);
  if (entry && isWhole(entry)) return { verdict: say("verdict." + entry.verdict), targets: entry.targets.join(";"), reviewer: drafts.name, date: entry.date, note: entry.note };
  const [reviewer, date, note] = row.decision || ["", "", ""];
  const done = row.by === "review";
  return { verdict: done ? say("verdict." + row.verdict) : "", targets: done ? row.targets.map((at) => data.requirements[at].id).join(";") : "", reviewer, date, note };
}

function setDraft(row, patch) {
  const before = draftOf(row) || staleDraft(row) || { verdict: "", targets: [], note: "" };
  const next = { ...before, ...patch, seal: row.seal, date: today() };
  if (!TAKEN.includes(next.verdict)) next.targets = [];
  else if (!TAKEN.includes(before.verdict) && !("targets" in patch)) next.targets = shownTargets(row).map((at) => data.requirements[at].id);
  if (next.verdict) drafts.rows.set(row.key, next); else drafts.rows.delete(row.key);
  keepDrafts(row.key);
  showDrafts();
}

function setName(name) {
  drafts.name = name;
  keepDrafts("name");
  for (const box of document.querySelectorAll("input.reviewer")) if (box.value !== name) box.value = name;
}

function draftBadge(row) {
  const entry = draftOf(row);
  return entry ? h("span", { class: "drafted" }, say("draft.badge", { verdict: say("verdict." + entry.verdict) })) : null;
}

// The bar at the lower edge: how much was done, who did it, and the way out.
function showDrafts() {
  const bar = document.getElementById("draft");
  const rows = draftRows();
  const all = data.rows.filter((row) => draftOf(row));
  const text = [say("draft.count", { count: rows.length, parts: countsOf(rows.map((row) => draftOf(row).verdict)) })];
  if (all.length > rows.length) text.push(say("draft.unfinished", { count: all.length - rows.length }));
  if (!kept) text.push(say("draft.lost"));
  bar.hidden = !all.length;
  for (const line of document.querySelectorAll("tr[data-key]")) {
    const spot = line.querySelector(".draft-spot");
    const row = data.rows.find((one) => one.key === line.dataset.key);
    if (spot && row) spot.replaceChildren(...[draftBadge(row)].filter(Boolean));
  }
  const said = bar.querySelector(".draft-count");
  if (said) said.textContent = text.join(" ");
  if (said) bar.querySelector("#draft-save").disabled = !rows.length;
  else drawDraftBar(bar, text.join(" "), !rows.length);
}

function drawDraftBar(bar, text, none) {
  bar.setAttribute("aria-label", say("draft.heading"));
  const name = h("input", { type: "text", class: "reviewer", value: drafts.name, autocomplete: "name", maxlength: "60", oninput: (event) => setName(event.target.value) });
  bar.replaceChildren(
    h("span", { class: "draft-count", role: "status" }, text),
    h("label", {}, say("draft.name"), " ", name),
    h("button", { type: "button", id: "draft-save", class: "strong", disabled: none, onclick: downloadDrafts }, say("draft.save")),
    h("button", { type: "button", id: "draft-clear", onclick: clearDrafts }, say("draft.clear")));
}

function countsOf(verdicts) {
  const counts = [...VERDICTS, "withdrawn"].map((name) => [name, verdicts.filter((one) => one === name).length]).filter(([, count]) => count);
  return counts.map(([name, count]) => (language ? `${count} ${say("verdict." + name)}` : `${say("verdict." + name)} ${count}`)).join(language ? ", " : "，") || "0";
}

function downloadDrafts() {
  if (!drafts.name.trim()) {
    announce(say("draft.name.first"));
    const box = document.querySelector("#draft input.reviewer");
    box.setAttribute("placeholder", say("draft.name.first"));
    return box.focus();
  }
  saveCsv(draftRows(), fileName([say("draft.file"), drafts.name.trim(), today()], "csv"));
  announce(say("draft.saved", { count: draftRows().length }));
}

// Asked twice, without a dialog: the button itself says what a second press does.
function clearDrafts(event) {
  const button = event.target;
  if (button.dataset.sure !== "1") {
    button.dataset.sure = "1";
    button.textContent = say("draft.clear.sure");
    setTimeout(() => { button.dataset.sure = ""; button.textContent = say("draft.clear"); }, 5000);
    return;
  }
  for (const row of data.rows) drafts.rows.delete(row.key);
  keepDrafts("all");
  const open = document.getElementById("result");
  if (state.view === "ledger" && open) fillResult(open);
  showDrafts();
}

// The form in an opened row.
function correction(row) {
  const box = h("div", { class: "box correct no-print" });
  const redraw = () => {
    const entry = draftOf(row) || { verdict: "", targets: [], note: "" };
    const stale = staleDraft(row);
    const verdicts = [["", say("draft.none")], [row.auto, say("draft.agree", { verdict: say("verdict." + row.auto) })], ...VERDICTS.filter((name) => name !== row.auto).map((name) => [name, say("draft.change", { verdict: say("verdict." + name) })])];
    if (row.by === "review") verdicts.push(["withdrawn", say("draft.withdraw")]);
    const pick = h("select", { class: "draft-verdict", onchange: (event) => { setDraft(row, { verdict: event.target.value }); redraw(); box.querySelector("select").focus(); } }, options(verdicts, entry.verdict));
    const note = h("input", { type: "text", class: "draft-note", value: entry.note || "", maxlength: "500", oninput: (event) => setDraft(row, { note: event.target.value }) });
    const name = h("input", { type: "text", class: "reviewer", value: drafts.name, autocomplete: "name", maxlength: "60", oninput: (event) => setName(event.target.value) });
    box.replaceChildren(
      h("h3", {}, say("draft.heading")),
      stale ? h("p", { class: "note" }, say("draft.stale", { verdict: say("verdict." + stale.verdict), note: stale.note || "" })) : "",
      h("div", { class: "filters two" }, field(say("draft.verdict"), pick), entry.verdict ? field(say("draft.name"), name) : ""),
      TAKEN.includes(entry.verdict) ? targetChoice(row, entry, redraw) : "",
      entry.verdict ? field(say("draft.note"), note) : "",
      h("p", { class: "note" }, say(entry.verdict ? (kept ? "draft.kept" : "draft.lost") : "draft.hint")));
  };
  redraw();
  return box;
}

function targetChoice(row, entry, redraw) {
  const plan = data.pairs[row.pair].target;
  const near = new Set([...row.targets, ...row.links.map((link) => link.target), ...entry.targets.map((id) => data.requirements.findIndex((one) => one.id === id))].filter((at) => at >= 0));
  const mark = (id, on) => { setDraft(row, { targets: on ? [...new Set([...entry.targets, id])] : entry.targets.filter((one) => one !== id) }); redraw(); };
  const line = (at) => {
    const one = data.requirements[at];
    return h("label", { class: "choice" }, h("input", { type: "checkbox", class: "draft-target", value: one.id, checked: entry.targets.includes(one.id), onchange: (event) => mark(one.id, event.target.checked) }), h("span", {}, h("b", {}, both(one.no)), " ", text(one.text)));
  };
  const others = data.requirements.map((one, at) => [at, one]).filter(([at, one]) => one.plan === plan && one.duty && !near.has(at));
  const short = (value) => { const letters = Array.from(value); return letters.length > 40 ? letters.slice(0, 39).join("") + "…" : value; };
  return h("fieldset", { class: "choices" }, h("legend", {}, say("draft.targets")),
    [...near].map(line),
    entry.targets.length ? "" : h("p", { class: "note warn" }, say("draft.targets.none")),
    others.length ? field(say("draft.other"), h("select", { class: "draft-other", onchange: (event) => mark(event.target.value, true) }, options([["", "—"], ...others.map(([, one]) => [one.id, both(one.no) + "　" + short(one.text)])], ""))) : "");
}
