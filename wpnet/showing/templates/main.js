// Which view is shown, and what works in all of them.
const DRAWN = { overview: overviewView, ledger: ledgerView, letter: letterView, additions: additionsView, trace: traceView, units: unitsView, network: networkView, about: aboutView };

function go(to) {
  if (location.hash === to) return route();
  location.hash = to;
}

function draw() {
  document.documentElement.lang = language ? "en" : "zh-CN";
  document.body.dataset.view = state.view;
  document.title = say("nav." + state.view) + " · " + say("title");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  const button = document.getElementById("language");
  button.textContent = say("switch");
  button.lang = language ? "zh-CN" : "en";
  button.setAttribute("aria-label", say("switch.label"));
  const nav = document.getElementById("nav");
  nav.setAttribute("aria-label", say("nav"));
  nav.replaceChildren(...(data.meta.index ? [h("a", { href: data.meta.index }, say("nav.index"))] : []), ...VIEWS.map((view) => h("a", { href: addressOf(view, {}), "aria-current": view === state.view ? "page" : null }, say("nav." + view))));
  document.getElementById("draft").replaceChildren();
  showDrafts();
  document.getElementById("footer").textContent = dates("footer");
  document.getElementById("main").replaceChildren(...DRAWN[state.view]().flat(Infinity).filter((child) => child !== null && child !== ""));
}

// The ledger starts with the latest source and its first target, unless the address says otherwise.
function withDefaults(next) {
  if (next.view === "ledger" && !location.hash.includes("source=") && !location.hash.includes("target=") && data.pairs.length && !next.q) {
    next.source = data.plans[data.pairs[0].source].id;
    next.target = data.plans[data.pairs[0].target].id;
  }
  return next;
}

function route() {
  const before = state.view;
  state = withDefaults(readAddress());
  draw();
  const opened = state.open && document.querySelector("tr.open");
  if (opened) {
    opened.scrollIntoView();
    opened.querySelector(".toggle").focus({ preventScroll: true });
  } else if (before !== state.view) {
    window.scrollTo(0, 0);
  }
}

function switchLanguage() {
  language = 1 - language;
  change({ lang: language ? "en" : "zh" });
  draw();
}

function shortcut(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const search = document.getElementById("f-q");
  if (event.key === "/" && search) { event.preventDefault(); search.focus(); }
  const number = Number(event.key);
  if (number >= 1 && number <= VIEWS.length) go(addressOf(VIEWS[number - 1], {}));
}

// All filtered rows go on paper, not only the page that is shown.
function forPaper(on) {
  printing = on;
  const box = document.getElementById("result");
  if (state.view === "ledger" && box) fillResult(box);
  for (const part of document.querySelectorAll(".caution details")) part.open = on || !narrow.matches;
}

document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); document.getElementById("main").focus(); });
document.getElementById("language").addEventListener("click", switchLanguage);
document.getElementById("print").addEventListener("click", () => window.print());
window.addEventListener("hashchange", route);
narrow.addEventListener("change", draw);
window.addEventListener("keydown", shortcut);
window.addEventListener("storage", (event) => { if (event.key === STORE) { drafts = readDrafts(); showDrafts(); } });
window.addEventListener("beforeunload", (event) => { if (!kept && drafts.rows.size) event.preventDefault(); });
window.addEventListener("beforeprint", () => forPaper(true));
window.addEventListener("afterprint", () => forPaper(false));
route();
