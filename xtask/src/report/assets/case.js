// One case: what was expected and seen, what it means, and the evidence.

const EVENTS_PORTION = 200;
const CHECKS_PORTION = 40;

class CaseView {
  constructor(run, into) {
    this.run = run;
    this.into = into;
    this.turn = 0;
  }

  /** Draws a case at once, and its evidence as soon as it is unpacked. */
  async open(place, neighbours) {
    const turn = ++this.turn;
    const one = this.run.cases[place];
    const clause = this.run.clauses.find((clause) => clause.slug === one.clause) ?? { slug: one.clause };
    const evidence = el("div", {}, el("p", { class: "muted" }, "Unpacking the evidence …"));
    this.into.replaceChildren();
    add(this.into, [this.navigation(neighbours), this.heading(one), standingOf(one), verdictOf(one), this.clauseOf(one, clause), again(one), this.proofsOf(one), evidence]);
    byId("case-title").focus({ preventScroll: true });
    scrollTo(0, 0);
    if (one.v === "not-applicable") {
      evidence.replaceChildren();
      return;
    }
    const tries = await Promise.all([unpack(`evidence-${place}`), one.second && unpack(`evidence-${place}-again`)].filter(Boolean));
    if (turn !== this.turn) return;
    const below = el("div", {});
    const draw = (index) => {
      const { events, problem } = tries[index];
      below.replaceChildren();
      if (problem) add(below, [el("p", { class: "problem" }, problem)]);
      if (events.length > 0) add(below, this.evidence(events, index === 0 ? one.stream : one.second.stream));
    };
    evidence.replaceChildren();
    if (tries.length > 1) {
      const stages = tries.map(({ events }) => model(events));
      add(evidence, [bothTries(one, stages, draw)]);
    }
    add(evidence, [below]);
    draw(0);
    document.body.dataset.opened = one.id;
  }

  navigation({ before, after }) {
    const link = (one, word) =>
      one ? el("a", { href: linkTo(this.run, one), "aria-label": `${word} case: ${one.id}` }, word) : null;
    return el(
      "nav",
      { "aria-label": "Cases", class: "between" },
      el("a", { href: "#/" }, "All cases"),
      link(before, "Previous"),
      link(after, "Next"),
    );
  }

  heading(one) {
    return el(
      "header",
      {},
      el("h2", { id: "case-title", tabindex: "-1" }, one.id),
      el(
        "p",
        {},
        badge(one.v),
        one.standing && [" ", standingBadge(one)],
        el("span", { class: "muted" }, ` on ${this.run.targets[one.t]}${one.ms ? `, took ${took(one.ms)}` : ""}`),
      ),
    );
  }

  clauseOf(one, clause) {
    return section("clause-title", `Clause ${clause.slug}, ${one.level}`, clauseWords(clause));
  }

  /** The mistakes that this case was shown to catch: what makes a pass worth something. */
  proofsOf(one) {
    const proofs = this.run.proofs[one.id] ?? [];
    if (proofs.length === 0) return null;
    const item = ({ defect, sure, step, place }) =>
      el(
        "li",
        {},
        el("code", {}, defect),
        ` ${this.run.defects[defect]}`,
        el("span", { class: "muted" }, `; ${sure ? "caught" : "may be caught, by chance,"}${place ? ` ${place}` : ""} ${step ? `at “${step}”` : "at whatever comes first"}`),
      );
    const rank = ({ sure }) => (sure ? 0 : 1);
    const rows = [...proofs].sort((a, b) => rank(a) - rank(b)).map(item);
    // One that shows itself at different steps by platform stands there twice.
    const sure = new Set(proofs.filter((proof) => proof.sure).map((proof) => proof.defect)).size;
    return el(
      "section",
      { "aria-labelledby": "t-proofs" },
      el("h3", { id: "t-proofs" }, "Proof that it can fail"),
      el(
        "details",
        {},
        el("summary", {}, `${plural(sure, "mistake")} that it was shown to catch`),
        el("p", { class: "muted" }, "Each is switched on in the suite's own reference, alone; ", el("code", {}, `cargo xtask calibrate --quick --case ${one.id}`), " shows it again."),
        el("ul", {}, rows),
      ),
    );
  }

  evidence(events, stream) {
    const stage = model(events);
    const table = new Events(events, stage);
    return [
      section("t-timeline", "Timeline", timeline(stage, (seq) => table.jump(seq))),
      stage.checks.length > 0 && section("t-checks", "Checks", checks(stage)),
      section("t-wire", "On the wire", wire(stage)),
      section("t-logs", "Output", logs(stage)),
      section("t-events", "All events", [
        el("p", { class: "muted" }, "From ", el("code", {}, stream), ". Times are since the stream was opened."),
        table.draw(),
      ]),
    ];
  }
}

function section(id, title, content) {
  return el("section", { "aria-labelledby": id }, el("h3", { id }, title), content);
}

function verdictOf(one) {
  if (one.step) {
    return section("t-verdict", "What failed", [
      el("p", {}, one.step),
      el("div", { class: "sides" }, side("Expected", one.expected, one.seen, "expected"), side("Seen", one.seen, one.expected, "seen")),
    ]);
  }
  return one.reason ? section("t-verdict", "Why", [el("p", {}, one.reason)]) : null;
}

/** One side of a comparison, with what sets it apart from the other marked where both have enough in common. */
function side(title, text = "", other = "", kind) {
  let head = 0;
  while (head < text.length && text[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < text.length - head && tail < other.length - head && text.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const alike = head + tail > Math.max(text.length, other.length) / 3;
  const middle = text.slice(head, text.length - tail);
  const content = alike && middle ? [text.slice(0, head), el("mark", {}, middle), text.slice(text.length - tail)] : [text];
  return el("figure", { class: `side ${kind}` }, el("figcaption", {}, title), el("pre", { tabindex: "0" }, content));
}

function again(one) {
  const said = el("span", { role: "status", class: "muted" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(one.again);
      said.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(command);
      said.textContent = "selected";
    }
  };
  const command = el("code", {}, one.again);
  return section("t-again", "See it again", [
    el("div", { class: "again" }, el("pre", { tabindex: "0" }, command), el("button", { type: "button", onclick: copy }, "Copy"), said),
  ]);
}

function checks(stage) {
  const body = el("tbody");
  const draw = (check) =>
    el(
      "tr",
      { class: check.holds ? "" : "failed" },
      el("td", { class: "at" }, time(check.at_us)),
      el("td", {}, check.holds ? "holds" : "fails"),
      el("td", {}, check.step),
      el("td", { "data-label": "expected " }, check.expected),
      el("td", { "data-label": "seen " }, check.seen),
    );
  const heading = (word) => el("th", { scope: "col" }, word);
  const more = inPortions(stage.checks, CHECKS_PORTION, body, draw, "check");
  const head = el("thead", {}, el("tr", {}, ["When", "Result", "Step", "Expected", "Seen"].map(heading)));
  return [el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Checks" }, el("table", {}, head, body)), more];
}

/** The table of all events: the same as the timeline, for everybody. */
class Events {
  constructor(events, stage) {
    this.events = events;
    this.stage = stage;
    this.kind = "";
  }

  draw() {
    const kinds = [...new Set(this.events.map((event) => event.event))].sort();
    const select = el(
      "select",
      {
        id: "f-kind",
        onchange: () => {
          this.kind = select.value;
          this.fill();
        },
      },
      el("option", { value: "" }, "all"),
      kinds.map((kind) => el("option", { value: kind }, kind)),
    );
    this.select = select;
    this.holder = el("div", {});
    this.fill();
    return [el("div", { class: "tools" }, field("Kind", select)), this.holder];
  }

  fill(least = 0) {
    const own = this.events.filter((event) => this.kind === "" || event.event === this.kind);
    const body = el("tbody");
    const more = inPortions(own, Math.max(EVENTS_PORTION, least), body, (event) => this.row(event), "event");
    const heading = (word) => el("th", { scope: "col" }, word);
    const head = el("thead", {}, el("tr", {}, ["When", "What", "Who", "More"].map(heading)));
    const table = el("table", { class: "events" }, head, body);
    this.holder.replaceChildren(el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Events" }, table), more);
    if (least === 0 && this.kind) announce(`${plural(own.length, "event")} shown`);
  }

  row(event) {
    return el(
      "tr",
      { "data-seq": event.seq, class: event.event === "checked" && !event.holds ? "failed" : "" },
      el("td", { class: "at" }, event.event === "left-out" ? "" : time(event.at_us)),
      el("td", {}, event.event),
      el("td", {}, event.process ?? event.connection ?? ""),
      el("td", { class: "written" }, this.words(event)),
    );
  }

  words(event) {
    const { seq, at_us, event: kind, process, connection, ...rest } = event;
    if (kind === "left-out") return `${size(event.bytes)} of the stream are left out here; the file has them`;
    if (kind === "spawned") {
      const environment = event.env.map((one) => one.join("=")).join("\n");
      return [
        `pid ${event.pid}: ${event.argv.join(" ")}`,
        el("details", {}, el("summary", {}, "environment"), el("pre", {}, `${environment}\nin ${event.directory}`)),
      ];
    }
    if (kind === "checked") return `${event.holds ? "holds" : "fails"}: ${event.step}; expected ${event.expected}; seen: ${event.seen}`;
    const values = Object.entries(rest).filter(([name]) => name !== "base64");
    const words = values.map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return values.length > 1 ? `${name}: ${text}` : text;
    });
    return clipped(words.join("; "));
  }

  jump(seq) {
    const reach = this.events.findIndex((event) => event.seq === seq);
    if (reach < 0) return;
    this.kind = this.select.value = "";
    this.fill(reach + 1);
    const row = this.holder.querySelector(`[data-seq="${Number(seq)}"]`);
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  }
}

const CLIPPED = 600;

function clipped(text) {
  if (text.length <= CLIPPED) return text;
  return el("details", {}, el("summary", {}, `${text.slice(0, 160)} …`), el("pre", {}, text));
}
