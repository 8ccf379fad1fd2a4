// One case's event stream: unpacked when the case is opened, and read into what the timeline, the wire and the logs show.

/** The lines of a case's stream, or why there are none. */
async function unpack(id) {
  const holder = await held(id);
  if (!holder) return { events: [], problem: "There is no evidence of this case." };
  if (typeof DecompressionStream === "undefined") {
    return { events: [], problem: "This browser cannot unpack the evidence; a newer one can." };
  }
  const packed = Uint8Array.from(atob(holder.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const text = await new Response(stream).text();
  return lines(text);
}

/** The element with this id, which may lie in a part of the page that has not arrived yet. */
async function held(id) {
  if (!byId(id) && document.readyState === "loading") {
    await new Promise((ready) => document.addEventListener("DOMContentLoaded", ready, { once: true }));
  }
  return byId(id);
}

function lines(text) {
  const events = [];
  let unread = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    try {
      events.push(JSON.parse(line));
    } catch {
      unread += 1;
    }
  }
  let at = 0;
  for (const event of events) {
    at = event.at_us ?? at;
    event.at_us = at;
  }
  let problem;
  if (!text.endsWith("\n") && unread > 0) problem = "The stream was cut within its last line: its writer died.";
  else if (events.at(-1)?.event !== "verdict") problem = "The stream ends before its verdict: its writer died.";
  else if (unread > 0) problem = `${plural(unread, "line")} could not be read.`;
  return { events, problem };
}

/** What took part in a case, and when. */
function model(events) {
  const stage = new Stage();
  for (const event of events) {
    stage.last = event.at_us;
    stage.take(event);
  }
  return stage;
}

class Stage {
  constructor() {
    this.root = "";
    this.last = 0;
    this.lanes = new Map();
    this.connections = new Map();
    this.checks = [];
    this.logs = new Map();
    this.bound = new Map();
  }

  /** The lane of this kind and name; it is made when it is first met. */
  lane(kind, name) {
    const key = `${kind} ${name}`;
    if (!this.lanes.has(key)) this.lanes.set(key, { kind, name, spans: [], marks: [], ticks: [] });
    return this.lanes.get(key);
  }

  mark(lane, event, kind, label) {
    lane.marks.push({ at: event.at_us, seq: event.seq, kind, label });
  }

  short(path) {
    return this.root && path.startsWith(this.root) ? `…${path.slice(this.root.length)}` : path;
  }

  process(name) {
    // A signal to something that a process has started belongs to that process's lane.
    return this.lane("process", name.replace(/'s pid \d+$/, ""));
  }

  spawn(event, name, label) {
    const lane = this.process(name);
    lane.spans.push({ from: event.at_us, to: undefined });
    this.mark(lane, event, "spawn", label);
  }

  exit(event, name, label) {
    const lane = this.process(name);
    const span = lane.spans.at(-1);
    if (span && span.to === undefined) span.to = event.at_us;
    this.mark(lane, event, "exit", label);
  }

  socket(address) {
    const path = address.replace(/^unix:(\/\/)?/, "");
    return this.lane("socket", path);
  }

  connect(event, name, to, label) {
    const lane = this.socket(to);
    const span = { from: event.at_us, to: undefined, thin: true };
    lane.spans.push(span);
    lane.ticks.push(event.at_us);
    this.connections.set(name, { name, to, label, span, lane, messages: [], from: event.at_us });
  }

  message(event, name, direction, bytes) {
    let connection = this.connections.get(name);
    if (!connection) {
      this.connect(event, name, "elsewhere");
      connection = this.connections.get(name);
    }
    connection.messages.push({ at: event.at_us, seq: event.seq, direction, ...bytes });
    connection.lane.ticks.push(event.at_us);
    connection.span.until = event.at_us;
  }

  close(event, name, by) {
    const connection = this.connections.get(name);
    if (!connection || connection.span.to !== undefined) return;
    connection.span.to = event.at_us;
    connection.by = by;
  }

  log(event, process, stream, line) {
    if (!this.logs.has(process)) this.logs.set(process, []);
    this.logs.get(process).push({ at: event.at_us, stream, line });
    this.process(process).ticks.push(event.at_us);
  }

  take(event) {
    switch (event.event) {
      case "sandbox":
        this.root = event.root;
        break;
      case "spawned":
        this.spawn(event, event.process, `started: ${event.argv.join(" ")}`);
        break;
      case "exited":
        this.exit(event, event.process, event.by ? `${event.exit}, by ${event.by}` : event.exit);
        break;
      case "reached":
        this.mark(this.process(event.process), event, "ready", `ready stage: ${event.stage}`);
        break;
      case "signalled":
        this.mark(this.process(event.process), event, "signal", `${event.signal} to ${event.process}`);
        break;
      case "survivors":
        this.mark(this.process(event.process), event, "exit", `left over and killed: ${event.survivors.join(", ")}`);
        break;
      case "output":
        this.log(event, event.process, event.stream, event.line);
        break;
      case "asked":
      case "said":
      case "commanded":
        this.process(event.process).ticks.push(event.at_us);
        break;
      case "reported":
        this.report(event);
        break;
      case "connected":
        this.connect(event, event.connection, event.to);
        break;
      case "sent":
      case "received":
        this.message(event, event.connection, event.event, content(event));
        break;
      case "closed":
        this.close(event, event.connection, event.by);
        break;
      case "path":
        this.mark(this.lane("file", event.path), event, "look", event.what);
        break;
      case "changed":
        this.change(event);
        break;
      case "checked":
        this.checks.push(event);
        this.mark(this.lane("checks", "checks"), event, event.holds ? "holds" : "fails", event.step);
        break;
    }
  }

  change(event) {
    const lane = event.kind === "socket" ? this.socket(event.path) : this.lane("file", event.path);
    this.mark(lane, event, event.change, `${event.change}: ${event.detail ?? event.kind}`);
  }

  /** What a stand-in says of itself: it is a process, a listener and one end of connections. */
  report(event) {
    const name = event.process;
    let said;
    try {
      said = JSON.parse(event.report);
    } catch {
      this.process(name).ticks.push(event.at_us);
      return;
    }
    const connection = `${name}, connection ${said.connection}`;
    switch (said.report) {
      case "hello":
        this.spawn(event, name, `launched by the client, pid ${said.pid}: ${(said.args ?? []).join(" ")}`);
        break;
      case "bound":
        this.bound.set(name, said.address);
        this.mark(this.socket(said.address), event, "appeared", `${name} listens`);
        this.mark(this.process(name), event, "ready", `listens at ${said.address}`);
        break;
      case "connected":
        this.connect(event, connection, this.bound.get(name) ?? name, "taken by the stand-in");
        break;
      case "request":
        this.message(event, connection, "received", both(said.head, said.body));
        break;
      case "disconnected":
        if (said.rest) this.message(event, connection, "received", both(said.rest, ""));
        this.close(event, connection, said.by_peer ? "the client" : "the stand-in");
        break;
      case "asked":
        this.mark(this.process(name), event, "signal", `${said.signal} arrived`);
        break;
      default:
        this.mark(this.process(name), event, "look", said.report);
    }
  }
}

const LETTERS = new TextEncoder();

/** The bytes of a message: whole as they were, or as the text that an older stream has of them. */
function content(event) {
  let bytes;
  let cut = event.kept !== undefined;
  if (event.base64 !== undefined) {
    bytes = Uint8Array.from(atob(event.base64), (letter) => letter.charCodeAt(0));
  } else {
    const old = /^([\s\S]*) … \(\d+ of \d+ bytes\)$/.exec(event.bytes);
    bytes = LETTERS.encode(old ? old[1] : event.bytes);
    cut ||= old !== null;
  }
  return { bytes, length: event.length, cut };
}

function both(head, body) {
  const bytes = Uint8Array.from(atob(head ?? "") + atob(body ?? ""), (letter) => letter.charCodeAt(0));
  return { bytes, length: bytes.length, cut: false };
}
