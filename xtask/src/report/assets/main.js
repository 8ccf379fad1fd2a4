// The page: its head, and which of its two sides is shown, which the part of the address behind `#` says.

const run = JSON.parse(byId("run").textContent);

const RESULTS = { conformant: "pass", "not conformant": "fail", invalid: "harness-error", incomplete: "could-not-run", partial: "could-not-run", "not conformant, as expected": "warn" };

function head() {
  const facts = [
    ["Began", run.started],
    run.part && ["Part", run.part],
    ["Cases", run.cases.length.toLocaleString("en")],
  ].filter(Boolean);
  add(byId("head"), [
    el("h1", {}, run.targets.join(" + ")),
    el("p", { class: `result v-${RESULTS[run.result]}` }, run.result),
    el("dl", { class: "facts" }, facts.map(([term, value]) => el("div", {}, pair(term, value)))),
    run.broken.map((words) => el("p", { class: "problem" }, `Broken off: ${words}`)),
    breaches(run),
    leftOut(run),
  ]);
}

head();
const overview = byId("overview");
const caseSide = byId("case");
const filters = new Filters(run, () => list.draw(filters));
add(overview, [filters.tiles(), filters.form()]);
const list = new List(run, overview);
const view = new CaseView(run, caseSide);
const places = new Map(run.cases.map((one, place) => [linkTo(run, one), place]));
let scrolled = 0;
let left;

function route() {
  const place = places.get(location.hash);
  const opens = place !== undefined;
  if (opens && !overview.hidden) scrolled = scrollY;
  overview.hidden = opens;
  byId("head").classList.toggle("small", opens);
  caseSide.hidden = !opens;
  delete document.body.dataset.opened;
  if (opens) {
    left = location.hash;
    const one = run.cases[place];
    const among = list.shown.indexOf(one);
    document.title = `${one.id}: ${VERDICTS[one.v].word}`;
    view.open(place, { before: list.shown[among - 1], after: among < 0 ? undefined : list.shown[among + 1] });
    return;
  }
  view.turn += 1;
  document.title = `${run.targets.join(" + ")}: ${run.result}`;
  caseSide.replaceChildren();
  scrollTo(0, scrolled);
  if (left) overview.querySelector(`a[href='${CSS.escape(left)}']`)?.focus({ preventScroll: true });
}

list.draw(filters);
addEventListener("hashchange", route);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
route();
