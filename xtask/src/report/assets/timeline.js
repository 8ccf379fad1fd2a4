// A lane for each process, socket and file, drawn when its case is opened.

const LANE = 38;
const TOP = 26;
const PAD = 10;
const MOST_LANES = 48;
const MOST_MARKS = 400;

/** What each mark looks like and means. Shapes differ, so that no meaning is in a colour alone. */
const MARKS = {
  spawn: { path: "M-4-5 L5 0 L-4 5Z", word: "start" },
  ready: { path: "M0-6 L5 0 L0 6 L-5 0Z", word: "ready stage" },
  signal: { path: "M-5-5 L5-5 L0 6Z", word: "signal" },
  exit: { path: "M-4-5H4V5H-4Z", word: "exit" },
  appeared: { path: "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z", word: "appeared" },
  changed: { path: "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z", word: "changed", hollow: true },
  vanished: { path: "M-4-4L4 4M-4 4L4-4", word: "vanished", hollow: true },
  look: { path: "M0-3A3 3 0 1 1 0 3A3 3 0 1 1 0-3Z", word: "looked at" },
  holds: { path: "M-5 0L-1 4L5-4", word: "check that holds", hollow: true },
  fails: { path: "M-5-5L5 5M-5 5L5-5", word: "check that fails", hollow: true },
};

const LANE_WORDS = { process: "process", socket: "socket", file: "file", checks: "harness" };
const ORDER = ["checks", "process", "socket", "file"];

function timeline(stage, jump) {
  const all = [...stage.lanes.values()].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  const lanes = all.slice(0, MOST_LANES);
  const holder = el("div", { class: "timeline", role: "region", "aria-label": "Timeline", tabindex: "0" });
  let folded = true;
  const draw = () => {
    const width = Math.max(holder.clientWidth - 2, 620);
    holder.replaceChildren(drawn(stage, lanes, folded ? foldedScale(stage, lanes) : (at) => at / stage.last, width, jump));
  };
  const toggle = el(
    "button",
    {
      type: "button",
      "aria-pressed": "true",
      onclick: () => {
        folded = !folded;
        toggle.setAttribute("aria-pressed", String(folded));
        draw();
      },
    },
    "Fold idle time",
  );
  let waiting;
  new ResizeObserver(() => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  }).observe(holder);
  const hidden = all.length - lanes.length;
  return [
    el("div", { class: "tools" }, toggle, legend(lanes)),
    holder,
    hidden > 0 && el("p", { class: "muted" }, `${plural(hidden, "further lane")} left out; all events are in the table below.`),
  ];
}

/** Idle stretches shrink to what their logarithm is worth; busy ones keep their proportions. */
function foldedScale(stage, lanes) {
  const times = [0, stage.last];
  for (const lane of lanes) {
    for (const mark of lane.marks) times.push(mark.at);
    for (const tick of lane.ticks) times.push(tick);
  }
  times.sort((one, other) => one - other);
  const small = Math.max(stage.last / 60, 1);
  const places = [0];
  for (let index = 1; index < times.length; index++) {
    const gap = times[index] - times[index - 1];
    places.push(places[index - 1] + (gap <= small ? gap : small * (1 + Math.log(gap / small))));
  }
  const whole = places.at(-1) || 1;
  return (at) => {
    let low = 0;
    let high = times.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= at) low = middle;
      else high = middle;
    }
    const gap = times[high] - times[low];
    const part = gap > 0 ? Math.min(1, Math.max(0, (at - times[low]) / gap)) : 0;
    return (places[low] + part * (places[high] - places[low])) / whole;
  };
}

function drawn(stage, lanes, scale, width, jump) {
  const x = (at) => PAD + scale(Math.min(at, stage.last)) * (width - 2 * PAD);
  const height = TOP + lanes.length * LANE + 6;
  const summary = lanes.map((lane) => `${LANE_WORDS[lane.kind]} ${stage.short(lane.name)}`).join(", ");
  return svg(
    "svg",
    {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `Timeline of ${time(stage.last)} with ${plural(lanes.length, "lane")}: ${summary}. The table of events has the same.`,
    },
    axis(stage, x, width, height),
    lanes.map((lane, place) => laneGroup(stage, lane, TOP + place * LANE, x, width, jump)),
  );
}

/** Labels where there is room for them: under a folded scale, equal distances are not equal times. */
function axis(stage, x, width, height) {
  const group = svg("g", { class: "axis" });
  const count = Math.max(2, Math.floor(width / 120));
  for (let place = 0; place <= count; place++) {
    const goal = PAD + (place / count) * (width - 2 * PAD);
    let [low, high] = [0, stage.last];
    for (let step = 0; step < 40; step++) {
      const middle = (low + high) / 2;
      if (x(middle) < goal) low = middle;
      else high = middle;
    }
    const anchor = place === 0 ? "start" : place === count ? "end" : "middle";
    add(group, [
      svg("line", { x1: goal, x2: goal, y1: TOP - 6, y2: height }),
      svg("text", { x: goal, y: 12, "text-anchor": anchor }, time(Math.round(high))),
    ]);
  }
  return group;
}

function laneGroup(stage, lane, top, x, width, jump) {
  const middle = top + 25;
  const group = svg("g", { class: `lane lane-${lane.kind}` });
  const label = `${LANE_WORDS[lane.kind]}  ${stage.short(lane.name)}`;
  add(group, [
    svg("line", { class: "ground", x1: PAD, x2: width - PAD, y1: middle, y2: middle }),
    svg("text", { class: "name", x: PAD, y: top + 13 }, label.length > 90 ? `${label.slice(0, 88)} …` : label),
  ]);
  for (const span of lane.spans.slice(0, MOST_MARKS)) {
    const from = x(span.from);
    const to = x(span.to ?? (span.thin ? (span.until ?? span.from) : stage.last));
    const tall = span.thin ? 8 : 12;
    const y = middle - tall / 2;
    const open = span.to === undefined && !span.thin;
    add(group, [svg("rect", { class: open ? "span open" : "span", x: from, y, width: Math.max(to - from, 2), height: tall, rx: 2 })]);
  }
  add(group, [svg("path", { class: "tick", d: ticks(lane, x, middle) })]);
  for (const mark of lane.marks.slice(0, MOST_MARKS)) {
    const { path, hollow } = MARKS[mark.kind] ?? MARKS.look;
    add(group, [
      svg(
        "path",
        {
          class: `mark m-${mark.kind}${hollow ? " hollow" : ""}`,
          d: path,
          transform: `translate(${x(mark.at).toFixed(1)} ${middle})`,
          onclick: () => jump(mark.seq),
        },
        svg("title", {}, `${time(mark.at)}  ${mark.label}`),
      ),
    ]);
  }
  return group;
}

/** One path for all of a lane's bytes and lines; those that would fall on one pixel are drawn once. */
function ticks(lane, x, middle) {
  let last = -1;
  let path = "";
  for (const at of lane.ticks) {
    const place = Math.round(x(at));
    if (place === last) continue;
    last = place;
    path += `M${place} ${middle - 8}v16`;
  }
  return path;
}

function legend(lanes) {
  const used = new Set(lanes.flatMap((lane) => lane.marks.map((mark) => (MARKS[mark.kind] ? mark.kind : "look"))));
  const entry = (kind) => {
    const { path, word, hollow } = MARKS[kind];
    const drawn = svg("path", { class: `mark m-${kind}${hollow ? " hollow" : ""}`, d: path });
    return el("li", {}, svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, drawn), word);
  };
  const tick = svg("path", { class: "tick", d: "M0-6v12" });
  return el(
    "ul",
    { class: "legend" },
    Object.keys(MARKS).filter((kind) => used.has(kind)).map(entry),
    el("li", {}, svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, tick), "request, bytes or a line"),
  );
}
