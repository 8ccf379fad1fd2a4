// The bytes of each connection, as text and as hex, and what the processes wrote.

const WIRE_PORTION = 60;
const LOG_PORTION = 400;

function wire(stage) {
  const connections = [...stage.connections.values()].filter((one) => one.messages.length > 0);
  if (connections.length === 0) return [el("p", { class: "muted" }, "No bytes were seen.")];
  const holder = el("div", { class: "wire" });
  let form = "text";
  const choose = (value) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name: "wire-form",
        value,
        checked: value === form,
        onchange: () => {
          form = value;
          for (const one of holder.querySelectorAll("details[open]")) one.fill();
        },
      }),
      value,
    );
  const draw = (connection) => folded(connectionTitle(stage, connection), () => messages(connection, form));
  const more = inPortions(connections, WIRE_PORTION, holder, draw, "connection");
  return [
    el("fieldset", { class: "choice" }, el("legend", {}, "Bytes as"), ["text", "hex", "both"].map(choose)),
    holder,
    more,
  ];
}

/** A part that is drawn when it is opened, and can be drawn again. */
function folded(title, content) {
  const body = el("div", {});
  const details = el("details", { ontoggle: () => details.open && details.fill() }, el("summary", {}, title), body);
  details.fill = () => {
    body.replaceChildren();
    add(body, [content()]);
  };
  return details;
}

function connectionTitle(stage, connection) {
  const count = (direction) => {
    const own = connection.messages.filter((one) => one.direction === direction);
    const bytes = own.reduce((sum, one) => sum + one.length, 0);
    return own.length > 0 ? `, ${size(bytes)} ${direction}` : "";
  };
  const by = connection.by ? `, ended by ${connection.by}` : "";
  return [
    el("b", {}, connection.name),
    ` to ${stage.short(connection.to)} at ${time(connection.from)}${count("sent")}${count("received")}${by}`,
  ];
}

function messages(connection, form) {
  const list = el("ol", { class: "messages" });
  const draw = (message) =>
    el(
      "li",
      { class: message.direction },
      el(
        "div",
        { class: "muted" },
        `${message.direction === "sent" ? "→ sent" : "← received"} at ${time(message.at)}, ${size(message.length)}`,
        message.cut && `, cut after ${size(message.bytes.length)}`,
      ),
      form !== "hex" && el("pre", { tabindex: "0" }, asText(message.bytes)),
      form !== "text" && el("pre", { class: "hex", tabindex: "0" }, hex(message.bytes)),
    );
  const more = inPortions(connection.messages, WIRE_PORTION, list, draw, "message");
  return [list, more];
}

const STRICT = new TextDecoder("utf-8", { fatal: true });

/** What is no text is written as text is in Rust. Ends of lines stay ends of lines. */
function asText(bytes) {
  try {
    return STRICT.decode(bytes).replaceAll("\r\n", "\n");
  } catch {
    const one = (byte) => {
      if (byte === 10 || (byte >= 32 && byte < 127)) return String.fromCharCode(byte);
      return `\\x${byte.toString(16).padStart(2, "0")}`;
    };
    return Array.from(bytes, one).join("");
  }
}

function hex(bytes) {
  const wide = matchMedia("(min-width: 700px)").matches ? 16 : 8;
  const rows = [];
  for (let at = 0; at < bytes.length; at += wide) {
    const row = bytes.subarray(at, at + wide);
    const pairs = Array.from(row, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    rows.push(`${at.toString(16).padStart(6, "0")}  ${pairs.padEnd(wide * 3 - 1)}  ${letters}`);
  }
  return rows.join("\n");
}

function logs(stage) {
  if (stage.logs.size === 0) return [el("p", { class: "muted" }, "No process wrote a line.")];
  const wrote = ([process, written]) => {
    const title = [el("b", {}, process), `, ${plural(written.length, "line")}`];
    return folded(title, () => {
      const body = el("tbody");
      const draw = ({ at, stream, line }) =>
        el("tr", {}, el("td", { class: "at" }, time(at)), el("td", {}, stream), el("td", { class: "written" }, line));
      const more = inPortions(written, LOG_PORTION, body, draw, "line");
      const heading = (word) => el("th", { scope: "col" }, word);
      const head = el("thead", {}, el("tr", {}, heading("When"), heading("Where"), heading("Line")));
      return [el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `Output of ${process}` }, el("table", { class: "log" }, head, body)), more];
    });
  };
  return [...stage.logs].map(wrote);
}
