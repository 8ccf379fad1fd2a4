// The driver protocol (docs/driver-protocol.md) for a Sidecar: questions on standard input, answers on standard output.
import { createInterface } from "node:readline";

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const NO_BODY = new Set([101, 204, 205, 304]);

export function drive(sidecar, { client, version }) {
  const calls = new Map();
  sidecar.onExit = ({ code = null, signal = null }) => say({ event: "exited", reason: "unknown", code, signal });

  const verbs = {
    async start() {
      const already = sidecar.running;
      const address = await sidecar.start();
      if (!already) say({ event: "started", address });
      return { address };
    },
    status: () => ({
      state: sidecar.running ? "running" : sidecar.child ? "starting" : "stopped",
      address: sidecar.running ? sidecar.socket : null,
    }),
    address: () => ({ address: sidecar.running ? sidecar.socket : null }),
    async fetch({ request, method, path, headers, body }) {
      if (!sidecar.running) throw { kind: "no-address", message: "nothing is running" };
      const abort = new AbortController();
      calls.set(request, abort);
      const bytes = body === undefined ? undefined : Buffer.from(body, "base64");
      try {
        const answer = await sidecar.request(method, path, headers, bytes, abort.signal);
        return { ...answer, body: NO_BODY.has(answer.status) ? null : answer.body.toString("base64") };
      } catch (error) {
        const kind = abort.signal.aborted ? "aborted" : /ENOENT|ECONNREFUSED|ENOTSOCK/.test(error.code) ? "connect" : "closed";
        throw { kind, message: String(error.message) };
      } finally {
        calls.delete(request);
      }
    },
    abort: ({ request }) => (calls.get(request)?.abort(), {}),
    async stop() {
      await sidecar.stop();
      return {};
    },
    quit: () => verbs.stop(),
  };

  say({ driver: 1, client, version });
  createInterface({ input: process.stdin }).on("line", async (line) => {
    const { id, verb, ...fields } = JSON.parse(line);
    try {
      if (!Object.hasOwn(verbs, verb)) throw { kind: "unsupported", message: verb };
      say({ id, ok: await verbs[verb](fields) });
      if (verb === "quit") process.exit(0);
    } catch ({ kind = "closed", reason, message = "" }) {
      say({ id, error: { kind, reason, message } });
    }
  });
  const leave = () => sidecar.stop().then(() => process.exit(0));
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, leave);
  process.stdin.once("end", leave);
}
