// Method, limits, data date and versions, for people who do not program.
function dates(key) {
  const [first, last] = data.meta.dates;
  return first ? say(key, { version: data.meta.version, first, last }) : say(key + ".none", { version: data.meta.version });
}

function aboutView() {
  const part = (name) => [h("h3", {}, say(`about.${name}.h`)), h("p", {}, say("about." + name))];
  const files = data.plans.filter((plan) => plan.held).map((plan) => [plan.file, plan.sha256, plan.url]).concat(data.meta.sources.map(([name, sha]) => [name, sha, ""]));
  return [h("div", { class: "about" },
    h("h2", {}, say("about.heading")),
    h("div", { class: "caution", role: "note" }, h("b", {}, say(data.meta.reviewed ? "machine.banner" : "machine.none")), machineNote(data.rows), unexplained()),
    part("what"), part("how"),
    h("h3", {}, say("about.verdicts.h")),
    h("dl", {}, VERDICTS.map((name) => [h("dt", {}, badge(name)), h("dd", {}, say(`verdict.${name}.means`))])),
    h("h3", {}, say("about.limits.h")),
    h("ul", {}, [1, 2, 3, 4, 5].map((number) => h("li", {}, say("about.limits." + number)))),
    part("review"), part("keys"),
    h("h3", {}, say("about.data.h")),
    h("p", {}, dates("about.data")), h("p", {}, say("about.repro")), h("p", {}, say("about.safe")),
    h("h3", {}, say("about.files")),
    scrolling(say("about.files"), h("table", {}, h("tbody", {}, files.map(([name, sha, url]) => h("tr", {}, h("td", {}, text(name), url ? h("span", { class: "small" }, safeLink(url)) : ""), h("td", { class: "code" }, sha)))))),
    h("h3", {}, say("about.features")),
    h("ul", {}, Object.values(data.features).map((item) => h("li", {}, both(item))))),
  ];
}
