// What everything else is built from: elements, words for times and sizes, and work in slices that keep the page alive.

/** An element. Text always goes in as text, so nothing that a target has written can become markup. */
function el(tag, properties, ...children) {
  const element = document.createElement(tag);
  fit(element, properties, children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, properties, ...children) {
  const element = document.createElementNS(SVG, tag);
  fit(element, properties, children);
  return element;
}

function fit(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  add(element, children);
}

function add(element, children) {
  for (const child of children.flat(2)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : visible(String(child)));
  }
}

const byId = (id) => document.getElementById(id);

/** Characters that would hide, overwrite or turn around what stands beside them are shown instead of obeyed. */
function visible(text) {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (one) => String.fromCharCode(0x2400 + one.charCodeAt(0)))
    .replace(/\u007f/g, "\u2421")
    .replace(
      /[\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g,
      (one) => `\\u{${one.charCodeAt(0).toString(16)}}`,
    );
}

/** Microseconds since the stream was opened, as a reader wants them. */
function time(us) {
  if (us < 10_000) return `${(us / 1000).toFixed(2)} ms`;
  if (us < 1_000_000) return `${(us / 1000).toFixed(1)} ms`;
  return `${(us / 1_000_000).toFixed(3)} s`;
}

function took(ms) {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function size(bytes) {
  return bytes === 1 ? "1 byte" : `${bytes.toLocaleString("en")} bytes`;
}

function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

const chapterOf = (name) => name.split(".")[0];

const VERDICTS = {
  "harness-error": { word: "harness error", glyph: "‼" },
  fail: { word: "fail", glyph: "✗" },
  "could-not-run": { word: "could not run", glyph: "?" },
  warn: { word: "warning", glyph: "!" },
  pass: { word: "pass", glyph: "✓" },
  "not-applicable": { word: "not applicable", glyph: "–" },
};

function badge(verdict) {
  const { word, glyph } = VERDICTS[verdict];
  return el("span", { class: `badge v-${verdict}` }, el("span", { "aria-hidden": "true" }, `${glyph} `), word);
}

const SLICE_MS = 12;

/** Does `work` for each item, and lets the browser breathe between slices. The returned function stops it. */
function slices(items, work, done) {
  let next = 0;
  let stopped = false;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    if (stopped) return;
    const until = performance.now() + SLICE_MS;
    while (next < items.length && performance.now() < until) work(items[next], next++);
    if (next < items.length) channel.port2.postMessage(0);
    else done?.();
  };
  channel.port2.postMessage(0);
  return () => {
    stopped = true;
  };
}

/** Shows the first of many, and the others when they are asked for. */
function inPortions(items, portion, into, draw, word) {
  let shown = 0;
  const more = el("button", { type: "button", class: "more", onclick: () => grow(true) });
  const grow = (asked) => {
    const next = items.slice(shown, shown + portion);
    const drawn = next.map((item, index) => draw(item, shown + index));
    add(into, drawn);
    shown += next.length;
    const rest = items.length - shown;
    more.hidden = rest === 0;
    more.textContent = `Show ${Math.min(rest, portion)} more of ${plural(items.length, word)}`;
    const first = drawn[0];
    if (asked && first instanceof HTMLElement) {
      if (!first.matches("a, button")) first.tabIndex = -1;
      first.focus();
    }
  };
  grow(false);
  return more;
}

function announce(text) {
  byId("live").textContent = visible(text);
}
