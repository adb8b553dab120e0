// The packages that `pack.mjs` makes, and the launcher with programs that stand in for the real one: `node --test`.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const version = readFileSync(join(here, "../../Cargo.toml"), "utf8").match(/^version = "(.+)"$/m)[1];
const platforms = JSON.parse(readFileSync(join(here, "insight-host/bin/platforms.json"), "utf8"));
const own = `${process.platform}-${process.arch}`;
let work;

before(() => (work = mkdtempSync(join(tmpdir(), "insight-host-test-"))));
after(() => rmSync(work, { recursive: true }));

/** Unpacks what `pack.mjs` makes of these arguments, and returns its folder. */
function packed(name, ...args) {
  const out = join(work, name);
  execFileSync("node", [join(here, "pack.mjs"), ...args, out], { stdio: "pipe" });
  const [archive] = readdirSync(out);
  execFileSync("tar", ["xzf", archive], { cwd: out });
  return join(out, "package");
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** A folder with the launcher, and the package of this platform with this program, if there is one. */
function installed(name, program) {
  const folder = join(work, name);
  cpSync(join(here, "insight-host"), join(folder, "node_modules/insight-host"), { recursive: true });
  if (program) {
    const cli = join(folder, `node_modules/@insight-host/cli-${own}`);
    mkdirSync(join(cli, "bin"), { recursive: true });
    writeFileSync(join(cli, "package.json"), "{}");
    writeFileSync(join(cli, "bin/insight-host"), program);
    chmodSync(join(cli, "bin/insight-host"), 0o755);
  }
  return join(folder, "node_modules/insight-host/bin/insight-host.js");
}

const run = (launcher, args = [], input = "") => spawnSync("node", [launcher, ...args], { input, encoding: "utf8" });

test("the launcher has the version of Cargo.toml and asks for exactly this version of each platform", () => {
  const manifest = manifestOf(packed("launcher", "launcher"));

  assert.equal(manifest.version, version);
  const expected = Object.fromEntries(Object.keys(platforms).map((name) => [`@insight-host/cli-${name}`, version]));
  assert.deepEqual(manifest.optionalDependencies, expected);
});

test("the package of a platform holds an executable program, licences and where it runs", () => {
  const program = join(work, "program");
  writeFileSync(program, "binary");

  for (const [name, { target, os, cpu }] of Object.entries(platforms)) {
    const folder = packed(name, target, program, program);

    const manifest = manifestOf(folder);
    assert.deepEqual([manifest.name, manifest.version], [`@insight-host/cli-${name}`, version]);
    assert.deepEqual([manifest.os, manifest.cpu], [[os], [cpu]]);
    const file = os === "win32" ? "insight-host.exe" : "insight-host";
    assert.equal(statSync(join(folder, "bin", file)).mode & 0o111, 0o111);
    const files = readdirSync(folder).sort();
    const texts = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "THIRD-PARTY-NOTICES.txt"];
    assert.deepEqual(files, [...texts, "bin", "package.json"]);
  }
});

test("arguments, streams and the exit code pass through", () => {
  const launcher = installed("through", '#!/bin/sh\nprintf "[%s]" "$@"\ncat\necho trouble >&2\nexit 5\n');

  const ended = run(launcher, ["call", "two words", ""], "of input");

  assert.deepEqual([ended.status, ended.stdout, ended.stderr], [5, "[call][two words][]of input", "trouble\n"]);
});

test("a program that a signal ends, ends the launcher by the same signal", () => {
  const launcher = installed("killed", "#!/bin/sh\nkill -KILL $$\n");

  assert.equal(run(launcher).signal, "SIGKILL");
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  test(`${signal} reaches the program, which decides on the exit code`, async () => {
    const name = signal.slice(3);
    const trapped = `trap 'echo stopped; exit 3' ${name}`;
    const script = `#!/bin/sh\n${trapped}\necho ready\nfor n in $(seq 400); do sleep 0.05; done\n`;
    const child = spawn("node", [installed(signal, script)], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
      if (output === "ready\n") child.kill(signal);
    });

    const [code] = await new Promise((resolve) => child.on("close", (...end) => resolve(end)));

    assert.deepEqual([code, output], [3, "ready\nstopped\n"]);
  });
}

test("a package that is missing is named with the command that installs it, in two lines", () => {
  const ended = run(installed("missing"));

  assert.equal(ended.status, 1);
  const lines = ended.stderr.trimEnd().split("\n");
  assert.equal(lines.length, 2, ended.stderr);
  assert.match(lines[0], new RegExp(`@insight-host/cli-${own}`));
  assert.match(lines[1], /npm install --include=optional insight-host$/);
});

test("a platform without a program is named with the way by Rust, in two lines", () => {
  const launcher = installed("unknown");
  writeFileSync(join(launcher, "../platforms.json"), '{"plan9-mips":{}}');

  const lines = run(launcher).stderr.trimEnd().split("\n");

  assert.equal(lines.length, 2);
  assert.match(lines[0], new RegExp(`no program for ${own}, only for plan9-mips`));
  assert.match(lines[1], /cargo install --locked --git .* insight-host$/);
});
