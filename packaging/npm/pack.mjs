// Makes npm packages: `node pack.mjs launcher OUT`, and `node pack.mjs TARGET PROGRAM NOTICES OUT` for the package of a
// platform, where TARGET is Rust's name of it, PROGRAM the binary and NOTICES the licences of what it is linked with.
//
// The version is the one of Cargo.toml, and packages name each other by exactly this version.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const launcher = join(here, "insight-host");
const platforms = JSON.parse(readFileSync(join(launcher, "bin/platforms.json"), "utf8"));
const manifest = JSON.parse(readFileSync(join(launcher, "package.json"), "utf8"));
const version = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^\[workspace\.package\]\nversion = "(.+)"$/m)[1];

const packageOf = (name) => `@insight-host/cli-${name}`;

/** Packs a folder that `fill` fills and for which it returns the manifest. */
function pack(out, fill) {
  const folder = mkdtempSync(join(tmpdir(), "insight-host-npm-"));
  try {
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(fill(folder), null, 2)}\n`);
    for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(root, licence), join(folder, licence));
    mkdirSync(out, { recursive: true });
    execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve(out)], { cwd: folder, stdio: "inherit" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function packLauncher(out) {
  pack(out, (folder) => {
    cpSync(join(launcher, "bin"), join(folder, "bin"), { recursive: true });
    cpSync(join(here, "../about.md"), join(folder, "README.md"));
    const optionalDependencies = Object.fromEntries(Object.keys(platforms).map((name) => [packageOf(name), version]));
    return { ...manifest, version, optionalDependencies };
  });
}

function packPlatform(target, program, notices, out) {
  const found = Object.entries(platforms).find(([, platform]) => platform.target === target);
  if (!found) throw new Error(`platforms.json does not have ${target}`);
  const [name, { os, cpu, libc }] = found;
  pack(out, (folder) => {
    const file = `bin/insight-host${os === "win32" ? ".exe" : ""}`;
    mkdirSync(join(folder, "bin"));
    cpSync(program, join(folder, file));
    // Archives of wheels do not keep it.
    chmodSync(join(folder, file), 0o755);
    cpSync(notices, join(folder, "THIRD-PARTY-NOTICES.txt"));
    const about = `The program of [insight-host](https://www.npmjs.com/package/insight-host) for ${name}.\n`;
    writeFileSync(join(folder, "README.md"), about);
    const { license, repository } = manifest;
    const description = `The program of insight-host for ${name}.`;
    const where = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
    return { name: packageOf(name), version, description, license, repository, ...where, preferUnplugged: true };
  });
}

const [kind, ...rest] = process.argv.slice(2);
if (kind === "launcher" && rest.length === 1) packLauncher(...rest);
else if (rest.length === 3) packPlatform(kind, ...rest);
else throw new Error("usage: pack.mjs launcher OUT, or pack.mjs TARGET PROGRAM NOTICES OUT");
