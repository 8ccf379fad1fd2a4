// What is to be said of a run and of a case beside the verdicts: what a manifest foresaw, second tries, what was left out.

const STANDINGS = {
  flaky: { word: "flaky", about: "It failed beside others and passed alone. That is red, because something is wrong that shows only now and then." },
  expected: { word: "expected", about: "It failed as the manifest says. It counts as failed, and makes no run red." },
  quarantined: { word: "quarantined", about: "The manifest says that it fails now and then. It counts as failed, and makes no run red." },
};

const isCovered = (one) => one.standing === "expected" || one.standing === "quarantined";

function standingBadge(one) {
  return one.standing ? el("span", { class: `badge s-${one.standing}` }, STANDINGS[one.standing].word) : null;
}

/** Entries of manifests that do not hold. */
function breaches(run) {
  return run.breaches.map((one) =>
    el("p", { class: "problem" }, el("b", {}, "Not as said: "), `${one.target}, manifest line ${one.line}: ${one.sentence}`),
  );
}

/** What binds every target and was not tried, by reason. */
function leftOut(run) {
  if (run.out.length === 0) return null;
  const reasons = new Map();
  for (const one of run.out) {
    const key = run.targets.length > 1 ? `${one.target}: ${one.why}` : one.why;
    if (!reasons.has(key)) reasons.set(key, []);
    reasons.get(key).push(one.clause);
  }
  return el(
    "details",
    { class: "left-out" },
    el("summary", {}, `${plural(run.out.length, "clause")} left out that ${run.out.length === 1 ? "binds" : "bind"} every target`),
    el(
      "dl",
      {},
      [...reasons].map(([why, clauses]) => [
        el("dt", {}, why),
        el("dd", {}, clauses.map((clause, index) => [index > 0 && ", ", el("code", {}, clause)]).flat()),
      ]),
    ),
  );
}

/** How a case stands, and what the manifest says of it. */
function standingOf(one) {
  if (!one.standing && !one.known) return null;
  const known = one.known;
  return section("t-standing", known ? "Known before" : "Now and then", [
    one.standing && el("p", {}, standingBadge(one), " ", STANDINGS[one.standing].about),
    known &&
      el(
        "dl",
        { class: "brief" },
        pair("reason", known.reason),
        pair("issue", known.issue),
        pair("owner", known.owner),
        pair("until", known.expires),
        pair("says", `${known.case} fails with “${known.message}” (${known.kind}, manifest line ${known.line})`),
      ),
  ]);
}

/** Both tries of a case beside each other. `draw` shows all of one of them below. */
function bothTries(one, stages, draw) {
  const words = ["First, beside others", "Again, alone"];
  const column = (stage, index) => {
    const verdict = index === 0 ? one.v : one.second.v;
    const said = index === 0 ? one.reason : one.second.reason;
    return el(
      "div",
      { class: "try" },
      el("h4", {}, badge(verdict), ` ${words[index]}`),
      said && el("p", { class: "muted" }, cut(said)),
      el(
        "ol",
        { class: "steps" },
        stage.checks.map((check) =>
          el(
            "li",
            { class: check.holds ? "" : "failed" },
            el("span", { class: "at" }, time(check.at_us)),
            el("span", {}, `${check.holds ? "✓" : "✗"} ${check.step}`),
          ),
        ),
      ),
    );
  };
  const choice = words.map((word, index) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name: "try", checked: index === 0, onchange: () => draw(index) }),
      word,
    ),
  );
  return section("t-tries", "Both tries", [
    el("div", { class: "tries" }, stages.map(column)),
    el("fieldset", { class: "choice" }, el("legend", {}, "Show below"), choice),
  ]);
}
