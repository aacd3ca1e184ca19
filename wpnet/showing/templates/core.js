// Words, elements and the state in the address: what every view uses.
const data = JSON.parse(document.getElementById("data").textContent);
const VERDICTS = ["omitted", "partial", "carried", "not_applicable"];
const VIEWS = ["overview", "ledger", "letter", "additions", "trace", "units", "network", "about"];
const SORTS = ["place", "omitted", "doubt", "verdict", "unit"];
let language = document.documentElement.lang.startsWith("zh") ? 0 : 1;

function say(key, values) {
  const found = data.words[key];
  const text = found ? found[language] : key;
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])) : text;
}

function both(pair) { return pair[language]; }

// h("a", {class: "x", href: "#y", onclick: f}, child, …): text is always text, never markup.
function h(tag, props, ...children) { return fill(document.createElement(tag), props, children); }

function s(tag, props, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else if (name === "width%") element.style.width = value + "%";
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

// ----- the state: what the address says after #
const FIRST = { view: "overview", lang: "", source: "", target: "", verdict: "", section: "", unit: "", office: "", review: "", q: "", sort: "place", page: "1", open: "", all: "", req: "", plan: "" };
let state = { ...FIRST };

function readAddress() {
  const raw = location.hash.replace(/^#/, "");
  const found = new URLSearchParams(raw.replace(/\+/g, "%2B"));
  const next = { ...FIRST };
  for (const [name, value] of found) if (name in FIRST) next[name] = value;
  if (!found.has("view") && ["source", "target", "verdict", "section", "unit", "q", "open"].some((name) => found.has(name))) next.view = "ledger";
  if (!VIEWS.includes(next.view)) next.view = "overview";
  if (!SORTS.includes(next.sort)) next.sort = "place";
  if (next.lang) language = next.lang === "en" ? 1 : 0;
  return next;
}

function address(change) {
  const next = { ...state, ...change };
  const parts = Object.entries(next).filter(([name, value]) => value && (value !== FIRST[name] || name === "view"));
  return "#" + parts.map(([name, value]) => name + "=" + encodeURIComponent(value)).join("&");
}

// A link to another view starts from a clean state; only the language and the chosen plans stay.
function addressOf(view, change) {
  const kept = state;
  const plans = { source: state.source, target: state.target, ...change };
  if (plans.source && plans.target && !data.pairs.some((pair) => isPair(pair, plans.source, plans.target))) {
    if (change.source && !change.target) plans.target = "";
    else plans.source = change.source || "";
  }
  state = { ...FIRST, lang: state.lang };
  const found = address({ view, ...plans });
  state = kept;
  return found;
}

function isPair(pair, source, target) { return data.plans[pair.source].id === source && data.plans[pair.target].id === target; }

// Of some pairs the one that was chosen; where only one of its plans is among them, that plan stays.
function chosenPair(pairs) {
  return pairs.find((pair) => isPair(pair, state.source, state.target))
    || pairs.find((pair) => data.plans[pair.target].id === state.target)
    || pairs.find((pair) => data.plans[pair.source].id === state.source)
    || pairs[0];
}

// Change the state without an entry in the history: filters, opened rows.
function change(patch) {
  state = { ...state, ...patch };
  try { history.replaceState(null, "", address({})); } catch (fault) { /* a preview without history: the page works on */ }
}

// On a phone filters and cautions start folded, so that the first result is on the first screen.
const narrow = window.matchMedia("(max-width: 760px)");

let filtersOpen = false;

function filterPanel(...content) {
  return h("details", { class: "panel filter-panel", open: filtersOpen || !narrow.matches, ontoggle: (event) => { if (narrow.matches) filtersOpen = event.target.open; } }, h("summary", {}, say("ledger.filters")), content);
}

function announce(text) { document.getElementById("announce").textContent = text; }

// ----- small pieces that several views share
function planLabel(at) { return both(data.plans[at].label); }
function planTitle(at) { return data.plans[at].title || data.plans[at].id; }
function numberOf(id) { return id.slice(id.lastIndexOf("#") + 1); }
function percent(value) { return Math.round(value * 100) + "%"; }
function planAt(id) { return data.plans.findIndex((plan) => plan.id === id); }
function text(value, props) { return h("span", { class: "text", dir: "auto", ...props }, value); }

function badge(verdict) { return h("span", { class: "badge v-" + verdict }, say("verdict." + verdict)); }

function byModel(row) {
  return say("by.model", { name: row.by.slice("model:".length), verdict: say("verdict." + row.auto) });
}

function decidedBy(row) {
  if (row.by.startsWith("model:")) return h("span", { class: "by" }, byModel(row));
  if (row.by !== "review") return h("span", { class: "by" }, say("by.auto"));
  const was = row.auto !== row.verdict;
  return h("span", { class: "by person" }, was ? say("by.review.was", { verdict: say("verdict." + row.auto) }) : say("by.review"));
}

function certainty(row) {
  const at = ["carried", "partial", "omitted"].indexOf(row.auto);
  return at < 0 ? 0 : row.chances[at];
}

function meter(value) { return h("span", { class: "meter", "aria-hidden": "true" }, h("span", { "width%": Math.round(value * 100) })); }

function unitsText(entry) { return entry.units.length ? entry.units.join("、") : say("unit.none"); }

function safeLink(url, label) {
  return /^https?:\/\//i.test(url) ? h("a", { href: url, rel: "noopener noreferrer nofollow", target: "_blank" }, label || url) : text(url);
}

function options(values, chosen) {
  return values.map(([value, label]) => h("option", { value, selected: value === chosen }, label));
}

function field(label, control, props) { return h("label", { class: "field", ...props }, h("span", {}, label), control); }

function distinct(cautions) { return [...new Map(cautions.map((item) => [item[0], item])).values()]; }

function cautionBox(list, heading) {
  if (!list.length) return null;
  return h("div", { class: "caution", role: "note" }, h("details", { open: !narrow.matches },
    h("summary", {}, say(heading || "caution.heading"), say("caution.count", { count: list.length })),
    h("ul", {}, list.map((item) => h("li", {}, text(both(item)))))));
}

function legend() {
  return h("p", { class: "legend" }, VERDICTS.map(badge), h("span", {}, h("span", { class: "unsure-key" }), " ", say("needs.long")));
}

// Shared stretches are counted in characters as Python counts them, not in UTF-16 units.
function marked(value, stretches, side) { return evident(value, sideOf(stretches, side), []); }

function sideOf(stretches, side) { return stretches.map((part) => (side ? [part[2], part[3]] : [part[0], part[1]])); }

// A text with its shared wording marked, and its parts (start, end, class) underlined as found or not.
function evident(value, marks, parts) {
  const letters = Array.from(value);
  const inside = (places, at) => places.find(([start, end]) => start <= at && at < end);
  const out = [];
  for (let at = 0, from = 0; at < letters.length; from = at) {
    const mark = inside(marks, at);
    const part = inside(parts, at);
    while (at < letters.length && inside(marks, at) === mark && inside(parts, at) === part) at += 1;
    const piece = letters.slice(from, at).join("");
    const shown = mark ? h("mark", {}, piece) : piece;
    out.push(part ? h("span", { class: part[2] }, shown) : shown);
  }
  return h("span", { class: "text", dir: "auto" }, out);
}

// The parts of a duty, as it writes them, that the sentences shown do not hold.
function missingParts(row) {
  const letters = Array.from(data.requirements[row.source].text);
  return row.parts.filter(([, , found]) => !found).map(([start, end]) => letters.slice(start, end).join(""));
}

function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

// Where a sentence stands in the raw file, as the tables say it, in the reader's language.
function rawPlace(place) {
  const forms = [[/chars (\d+)-(\d+)/g, "place.chars"], [/page (\d+)/g, "place.page"], [/paragraph (\d+)/g, "place.paragraph"], [/table (\d+) row (\d+)/g, "place.table"]];
  return forms.reduce((found, [form, key]) => found.replace(form, (_, a, b) => say(key, { a, b })), place);
}

function placeFacts(entry) {
  const plan = data.plans[entry.plan];
  return facts([
    [say("detail.place"), text(both(entry.path))],
    [say("detail.units"), text(unitsText(entry))],
    entry.deadline ? [say("change.deadline"), text(entry.deadline)] : ["", ""],
    [say("col.file"), text(say(entry.raw ? "detail.file" : "detail.file.bare", { file: plan.file, place: rawPlace(entry.raw), start: entry.start, end: entry.end }))],
    [say("detail.fingerprint"), h("span", { class: "code", title: entry.sha256 }, entry.id, " · ", entry.sha256.slice(0, 16))],
  ]);
}
