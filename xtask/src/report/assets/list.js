// All cases: what needs a look first, and then the matrix of clauses and targets.

const LOOK = ["harness-error", "fail", "could-not-run", "warn"];
const PORTION = 40;

const linkTo = (run, one) => `#/${encodeURIComponent(run.targets[one.t])}/${encodeURIComponent(one.id)}`;

class List {
  constructor(run, into) {
    this.run = run;
    this.findings = el("section", { "aria-labelledby": "findings" });
    this.matrix = el("section", { "aria-labelledby": "matrix", class: "matrix" });
    add(into, [this.findings, this.matrix]);
    this.byClause = new Map(run.clauses.map((clause) => [clause.slug, []]));
    for (const one of run.cases) {
      if (!this.byClause.has(one.clause)) {
        this.byClause.set(one.clause, []);
        run.clauses.push({ slug: one.clause });
      }
      this.byClause.get(one.clause).push(one);
    }
  }

  draw(filters) {
    const shown = new Set(this.run.cases.filter((one) => filters.takes(one)));
    this.shown = this.run.cases.filter((one) => shown.has(one));
    this.drawFindings();
    this.drawMatrix(shown, filters);
    filters.tell(shown.size);
  }

  drawFindings() {
    const grave = LOOK.flatMap((verdict) => this.shown.filter((one) => one.v === verdict));
    // What was foreseen is news to nobody.
    const found = [...grave.filter((one) => !isCovered(one)), ...grave.filter(isCovered)];
    this.findings.replaceChildren(el("h2", { id: "findings" }, "What needs a look"));
    if (found.length === 0) {
      add(this.findings, [el("p", { class: "muted" }, "Nothing among the cases that are shown.")]);
      return;
    }
    const list = el("ol", { class: "findings" });
    const more = inPortions(found, PORTION, list, (one) => this.finding(one), "finding");
    add(this.findings, [list, more]);
  }

  finding(one) {
    return el(
      "li",
      { class: `finding v-${one.v}` },
      el("div", { class: "line" }, badge(one.v), standingBadge(one), el("a", { href: linkTo(this.run, one) }, one.id), this.targetOf(one)),
      one.known && el("div", {}, `Known before: ${cut(one.known.reason)} (${one.known.issue}, ${one.known.owner}, until ${one.known.expires})`),
      el("div", { class: "muted" }, `${one.level} `, el("code", {}, one.clause)),
      one.step
        ? el(
            "dl",
            { class: "brief" },
            pair("step", one.step),
            pair("expected", cut(one.expected)),
            pair("seen", cut(one.seen)),
          )
        : el("p", {}, cut(one.reason ?? "")),
    );
  }

  targetOf(one) {
    return this.run.targets.length > 1 ? el("span", { class: "muted" }, `on ${this.run.targets[one.t]}`) : null;
  }

  drawMatrix(shown, filters) {
    this.stop?.();
    this.matrix.replaceChildren(el("h2", { id: "matrix" }, "Clauses and targets"));
    const clauses = this.run.clauses.filter((clause) => {
      const gap = this.byClause.get(clause.slug).length === 0 && !filters.any;
      return gap || this.byClause.get(clause.slug).some((one) => shown.has(one));
    });
    if (clauses.length === 0) {
      add(this.matrix, [el("p", { class: "muted" }, "No case is like that.")]);
      return;
    }
    let chapter;
    let body;
    this.stop = slices(clauses, (clause) => {
      if (chapterOf(clause.slug) !== chapter) {
        chapter = chapterOf(clause.slug);
        body = this.chapterTable(chapter);
      }
      add(body, [this.row(clause, shown)]);
    });
  }

  chapterTable(chapter) {
    const body = el("tbody");
    const heading = (word) => el("th", { scope: "col" }, word);
    const table = el(
      "table",
      {},
      el("caption", {}, chapter),
      el("thead", {}, el("tr", {}, heading("Clause"), heading("Level"), this.run.targets.map(heading))),
      body,
    );
    add(this.matrix, [el("div", { class: "chapter", role: "region", "aria-label": chapter, tabindex: "0" }, table)]);
    return body;
  }

  row(clause, shown) {
    const cases = this.byClause.get(clause.slug);
    const id = `clause-${clause.slug}`;
    const button = el(
      "button",
      {
        type: "button",
        class: "clause",
        "aria-expanded": "false",
        "aria-controls": id,
        onclick: () => this.toggle(button, row, clause, id),
      },
      clause.slug,
    );
    const cell = (_, target) => {
      const own = cases.filter((one) => one.t === target && shown.has(one));
      return el("td", { class: "cells" }, own.length > 0 ? own.map((one) => this.chip(one)) : gap(clause, cases));
    };
    const row = el(
      "tr",
      {},
      el("th", { scope: "row" }, button),
      el("td", {}, clause.level ?? ""),
      this.run.targets.map(cell),
    );
    return row;
  }

  chip(one) {
    const { word, glyph } = VERDICTS[one.v];
    const target = this.run.targets.length > 1 ? ` on ${this.run.targets[one.t]}` : "";
    const standing = one.standing ? `, ${STANDINGS[one.standing].word}` : "";
    const name = `${word}${standing}: ${one.id}${target}`;
    return el("a", { class: `chip v-${one.v}${one.standing ? ` s-${one.standing}` : ""}`, href: linkTo(this.run, one), "aria-label": name, title: name }, glyph);
  }

  /** The clause's own words and the names of its cases, below its row. */
  toggle(button, row, clause, id) {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) {
      byId(id)?.remove();
      return;
    }
    const item = (one) =>
      el("li", {}, badge(one.v), " ", standingBadge(one), " ", el("a", { href: linkTo(this.run, one) }, one.id), " ", this.targetOf(one));
    const cases = this.byClause.get(clause.slug);
    row.after(
      el(
        "tr",
        { id, class: "opened" },
        el(
          "td",
          { colspan: String(2 + this.run.targets.length) },
          clauseWords(clause),
          el("ul", { class: "plain" }, cases.map(item)),
        ),
      ),
    );
  }
}

function gap(clause, cases) {
  return cases.length === 0 && clause.excluded ? el("span", { class: "muted" }, "no case yet") : "";
}

function clauseWords(clause) {
  return [
    el("p", {}, prose(clause.text ?? "")),
    clause.reason && el("p", {}, el("b", {}, "Why: "), prose(clause.reason)),
    clause.bug && el("p", {}, el("b", {}, "Met in the field: "), prose(clause.bug)),
    clause.fix && el("p", {}, el("b", {}, "How to keep it: "), prose(clause.fix)),
    clause.excluded && el("p", {}, el("b", {}, "No case yet: "), prose(clause.excluded)),
    clause.needs && el("p", {}, el("b", {}, "Binds who claims: "), clause.needs.join(", ")),
  ];
}

/** The contract's own text has code in backticks and emphasis between asterisks, and nothing else. */
function prose(text) {
  return text.split(/(`[^`]+`|\*[^*\s][^*]*\*)/).map((part) => {
    if (/^`.*`$/.test(part)) return el("code", {}, part.slice(1, -1));
    if (/^\*.*\*$/.test(part)) return el("em", {}, part.slice(1, -1));
    return part;
  });
}

function pair(term, value) {
  return [el("dt", {}, term), el("dd", {}, value ?? "")];
}

const BRIEF = 400;

function cut(text = "") {
  return text.length > BRIEF ? `${text.slice(0, BRIEF)} …` : text;
}
