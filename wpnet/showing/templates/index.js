// The index of a folder of pages: find a plan, see the counts, open the page of its source.
const SHOWN = 200;
let sought = "";

function unfolded(value) { return value.normalize("NFKC").toLowerCase(); }

function indexRows() {
  const wanted = unfolded(sought).split(/\s+/).filter(Boolean);
  return data.pairs.filter((pair) => { const hay = unfolded([pair[0], pair[1], ...pair[2], ...pair[3], pair[4], pair[5]].join(" ")); return wanted.every((word) => hay.includes(word)); });
}

function indexLine([source, target, from, to, title, other, omitted, partial, carried, spare, unsure, total]) {
  const link = (change) => `${encodeURIComponent(source)}.html#view=ledger&source=${encodeURIComponent(source)}&target=${encodeURIComponent(target)}${change}`;
  return h("tr", {},
    h("th", { scope: "row" }, h("a", { href: link("") }, both(to)), h("span", { class: "small" }, text(other))),
    h("td", {}, both(from), h("span", { class: "small" }, text(title))),
    h("td", { class: "n" }, h("a", { href: link("&verdict=omitted") }, omitted)),
    ...[partial, carried, spare, total, unsure].map((count) => h("td", { class: "n" }, count)));
}

function fillIndex() {
  const rows = indexRows();
  const said = say("index.status", { count: rows.length, shown: Math.min(SHOWN, rows.length) });
  const heads = ["target", "source", "verdict.omitted", "verdict.partial", "verdict.carried", "verdict.not_applicable", "overview.total", "needs"];
  document.getElementById("found").replaceChildren(
    h("p", { class: "note" }, said),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("index.heading") }, h("table", { class: "index" },
      h("thead", {}, h("tr", {}, heads.map((key, at) => h("th", { scope: "col", class: at > 1 ? "n" : "" }, say(key))))),
      h("tbody", {}, rows.slice(0, SHOWN).map(indexLine)))));
  announce(said);
}

function drawIndex() {
  document.documentElement.lang = language ? "en" : "zh-CN";
  document.title = say("index.heading") + " · " + say("title");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  const button = document.getElementById("language");
  button.textContent = say("switch");
  button.lang = language ? "zh-CN" : "en";
  document.getElementById("nav").hidden = true;
  const search = h("input", { type: "search", id: "f-q", value: sought, autocomplete: "off", oninput: (event) => { sought = event.target.value; fillIndex(); } });
  document.getElementById("main").replaceChildren(
    h("h2", {}, say("index.heading")),
    h("p", { class: "lead" }, say("index.lead", { held: data.held, missing: data.missing })),
    field(say("index.search"), search, { class: "field pick" }),
    h("div", { id: "found" }));
  document.getElementById("footer").textContent = say(data.meta.dates.length ? "footer" : "footer.none", { version: data.meta.version, first: data.meta.dates[0], last: data.meta.dates[1] });
  fillIndex();
}

document.getElementById("language").addEventListener("click", () => { language = 1 - language; drawIndex(); });
document.getElementById("print").addEventListener("click", () => window.print());
document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); document.getElementById("main").focus(); });
drawIndex();
