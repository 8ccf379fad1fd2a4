// The part of a desktop app that owns its backend, as many apps have it: launch, wait, carry requests, stop.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export class Sidecar {
  constructor(program, userData) {
    mkdirSync(userData, { recursive: true, mode: 0o700 });
    this.program = program;
    this.socket = path.join(process.env.XDG_RUNTIME_DIR ?? userData, `desktop-app-${process.pid}.sock`);
    this.child = null;
    this.running = false;
    this.onExit = () => {};
  }

  async start() {
    if (this.running) return this.socket;
    rmSync(this.socket, { force: true });
    const child = spawn(this.program, ["serve", `--socket=${this.socket}`], { stdio: ["pipe", "ignore", "pipe"] });
    this.child = child;
    child.stderr.on("data", (text) => process.stderr.write(text));
    let ended = null;
    const gone = new Promise((resolve) => {
      child.once("error", (error) => resolve((ended = { kind: "launch-failed", message: error.message })));
      child.once("exit", (code, signal) => resolve((ended = { kind: "exited", message: `${code ?? signal}`, code, signal })));
    });
    gone.then((end) => {
      if (this.child !== child) return;
      const wasRunning = this.running;
      this.child = null;
      this.running = false;
      if (wasRunning) this.onExit(end);
    });
    const deadline = Date.now() + 15_000;
    while (!ended && Date.now() < deadline) {
      const answer = await this.request("GET", "/health").catch(() => null);
      if (answer?.status === 200 && this.child === child) {
        this.running = true;
        return this.socket;
      }
      await Promise.race([gone, delay(20)]);
    }
    if (!ended) await this.end(child);
    throw ended ?? { kind: "not-ready", message: "the backend did not answer within 15 seconds" };
  }

  async end(child) {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const stubborn = setTimeout(() => child.kill("SIGKILL"), 2_000);
    await exit;
    clearTimeout(stubborn);
  }

  async stop() {
    this.running = false;
    await this.end(this.child);
    rmSync(this.socket, { force: true });
  }

  request(method, target, headers = [], body = undefined, signal = undefined) {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: this.socket, method, path: target, headers: headers.flat(), signal, timeout: 30_000 });
      request.once("timeout", () => request.destroy(new Error("timeout")));
      request.once("error", reject);
      request.once("response", (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const pairs = [];
          for (let at = 0; at < response.rawHeaders.length; at += 2) pairs.push(response.rawHeaders.slice(at, at + 2));
          resolve({ status: response.statusCode, headers: pairs, body: Buffer.concat(chunks) });
        });
      });
      request.end(body);
    });
  }
}
