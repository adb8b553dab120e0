#!/usr/bin/env node
// Runs the program that the package of this platform holds. Arguments, streams, signals and exit code pass through.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";

const PLATFORMS = JSON.parse(readFileSync(new URL("platforms.json", import.meta.url), "utf8"));
const windows = process.platform === "win32";

/** The program's path, or nothing where its package is not installed. */
function program(name) {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@insight-host/cli-${name}/package.json`);
    return join(dirname(manifest), "bin", windows ? "insight-host.exe" : "insight-host");
  } catch {
    return undefined;
  }
}

function fail(...lines) {
  for (const line of lines) console.error(`insight-host: ${line}`);
  process.exit(1);
}

/** Linux without glibc, such as Alpine, cannot run the program. */
function hasLibrary() {
  return process.platform !== "linux" || process.report.getReport().header.glibcVersionRuntime !== undefined;
}

function find() {
  const name = `${process.platform}-${process.arch}`;
  if (!(name in PLATFORMS) || !hasLibrary()) {
    const known = Object.keys(PLATFORMS).join(", ");
    fail(
      `npm has no program for ${name}${hasLibrary() ? "" : " without glibc"}, only for ${known}.`,
      "Build it with Rust: cargo install --locked --git https://github.com/insight-host/insight-host insight-host",
    );
  }
  const path = program(name);
  if (path) return path;
  fail(
    `the package @insight-host/cli-${name}, which holds the program, is not installed.`,
    "Install again on this machine, with optional dependencies: npm install --include=optional insight-host",
  );
}

// Before the program runs, so that none is missed. A terminal sends these to the program
// itself: a second one would end it at once.
const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
for (const signal of ["SIGINT", "SIGHUP", "SIGQUIT"]) {
  process.on(signal, () => windows || terminal || child.kill(signal));
}
process.on("SIGTERM", () => child.kill("SIGTERM"));

const child = spawn(find(), process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  fail(`the program does not start: ${error.message}`, "Install it again: npm install insight-host");
});

child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  // Ends as the program did, so that a shell sees the same.
  for (const handled of ["SIGINT", "SIGHUP", "SIGQUIT", "SIGTERM"]) process.removeAllListeners(handled);
  process.kill(process.pid, signal);
  // A signal that Node.js does not die of.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
});
