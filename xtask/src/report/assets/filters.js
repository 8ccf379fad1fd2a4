// What is shown of all cases.

class Filters {
  constructor(run, changed) {
    this.run = run;
    this.changed = changed;
    this.verdicts = new Set();
    this.text = "";
    this.chapter = "";
    this.level = "";
    this.target = "";
    this.standing = "";
  }

  takes(one) {
    return (
      (this.verdicts.size === 0 || this.verdicts.has(one.v)) &&
      (this.chapter === "" || chapterOf(one.id) === this.chapter) &&
      (this.level === "" || one.level === this.level) &&
      (this.target === "" || String(one.t) === this.target) &&
      (this.standing === "" || (one.standing ?? "new") === this.standing) &&
      this.words(one)
    );
  }

  words(one) {
    if (this.text === "") return true;
    one.hay ??= [one.id, this.run.targets[one.t], one.clause, one.step, one.expected, one.seen, one.reason, one.standing, one.known?.reason, one.known?.issue, one.known?.owner]
      .join("\n")
      .toLowerCase();
    return this.text.split(/\s+/).every((word) => one.hay.includes(word));
  }

  get any() {
    return this.verdicts.size > 0 || [this.text, this.chapter, this.level, this.target, this.standing].some((one) => one !== "");
  }

  /** One button for each verdict that there is: its count, and a filter. */
  tiles() {
    const tile = (verdict) => {
      const count = this.run.cases.filter((one) => one.v === verdict).length;
      if (count === 0) return null;
      const { word, glyph } = VERDICTS[verdict];
      const button = el(
        "button",
        {
          type: "button",
          class: `tile v-${verdict}`,
          "aria-pressed": "false",
          "aria-label": `${count} ${word}: show only these`,
          onclick: () => {
            if (!this.verdicts.delete(verdict)) this.verdicts.add(verdict);
            button.setAttribute("aria-pressed", String(this.verdicts.has(verdict)));
            this.changed();
          },
        },
        el("b", {}, count.toLocaleString("en")),
        el("span", {}, el("span", { "aria-hidden": "true" }, `${glyph} `), word),
      );
      return button;
    };
    return el("div", { class: "tiles", role: "group", "aria-label": "Verdicts" }, Object.keys(VERDICTS).map(tile));
  }

  form() {
    let waiting;
    const search = el("input", {
      type: "search",
      id: "f-text",
      placeholder: "case, clause, step, what was seen",
      oninput: () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => {
          this.text = search.value.trim().toLowerCase();
          this.changed();
        }, 120);
      },
    });
    const chapters = [...new Set(this.run.cases.map((one) => chapterOf(one.id)))];
    const levels = ["MUST", "SHOULD", "MAY"].filter((level) => this.run.cases.some((one) => one.level === level));
    const standings = Object.entries(STANDINGS)
      .filter(([name]) => this.run.cases.some((one) => one.standing === name))
      .map(([name, { word }]) => [name, word]);
    this.controls = [
      field("Text", search),
      field("Chapter", this.select("chapter", chapters.map((one) => [one, one]))),
      field("Level", this.select("level", levels.map((one) => [one, one]))),
      this.run.targets.length > 1 &&
        field("Target", this.select("target", this.run.targets.map((one, place) => [String(place), one]))),
      standings.length > 0 && field("Known", this.select("standing", [["new", "not foreseen"], ...standings])),
    ];
    this.clear = el("button", { type: "button", hidden: true, onclick: () => this.reset() }, "Show all");
    this.count = el("p", { class: "count" });
    const stop = (event) => event.preventDefault();
    return el(
      "form",
      { class: "filters", role: "search", "aria-label": "Filter the cases", onsubmit: stop },
      this.controls,
      el("div", { class: "tally" }, this.count, this.clear),
    );
  }

  select(name, options) {
    const select = el(
      "select",
      {
        id: `f-${name}`,
        onchange: () => {
          this[name] = select.value;
          this.changed();
        },
      },
      el("option", { value: "" }, "all"),
      options.map(([value, word]) => el("option", { value }, word)),
    );
    return select;
  }

  reset() {
    this.verdicts.clear();
    this.text = this.chapter = this.level = this.target = this.standing = "";
    for (const control of document.querySelectorAll(".filters input, .filters select")) control.value = "";
    for (const tile of document.querySelectorAll(".tile")) tile.setAttribute("aria-pressed", "false");
    this.changed();
    byId("f-text").focus();
  }

  tell(shown) {
    const text = `${shown.toLocaleString("en")} of ${plural(this.run.cases.length, "case")}`;
    this.count.textContent = text;
    this.clear.hidden = !this.any;
    announce(`${text} shown`);
  }
}

function field(word, control) {
  return el("label", { for: control.id }, el("span", {}, word), control);
}
