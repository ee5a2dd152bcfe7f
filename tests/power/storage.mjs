/* SPDX-License-Identifier: Apache-2.0 */
/*
 * storage.mjs - a data directory on the disk of disk.c, and what is left of it after a power cut.
 *
 * Nothing of hoithi may run in it while it is cut.
 */
import { closeSync, copyFileSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

export class Storage {
  /** `dice` says how much of what was not synced has reached the disk by itself. */
  constructor(base, library, dice) {
    this.data = join(base, "data");
    this.disk = join(base, "disk");
    this.dice = dice;
    this.env = { LD_PRELOAD: library, POWER_DIR: this.data, POWER_DISK: this.disk };
    this.forgotten = 0;
    mkdirSync(this.data, { mode: 0o700 });
    this.#settle();
  }

  /** What was not synced is gone, but for a torn beginning of it. */
  cut() {
    const left = `${this.data}.left`;
    mkdirSync(left, { mode: 0o700 });
    this.#rebuild(this.data, this.#name(this.data), left);
    rmSync(this.data, { recursive: true });
    renameSync(left, this.data);
    this.#settle();
  }

  #name(path) {
    const { ino, birthtimeNs } = lstatSync(path, { bigint: true });
    return `${ino}-${birthtimeNs / 1000000000n}.${String(birthtimeNs % 1000000000n).padStart(9, "0")}`;
  }

  #rebuild(from, folder, to) {
    const names = join(this.disk, "names", folder);
    const lines = existsSync(names) ? readFileSync(names, "utf8").split("\n").filter((line) => line !== "") : [];
    for (const line of lines) {
      const [, name, isFolder, file] = /^(\S+) ([01]) (.*)$/.exec(line);
      const path = join(from, file), copy = join(to, file);
      if (isFolder === "1") {
        mkdirSync(copy, { mode: 0o700 });
        this.#rebuild(path, name, copy);
      } else if (existsSync(join(this.disk, "files", name))) {
        copyFileSync(join(this.disk, "files", name), copy);
        this.#tear(path, name, copy);
      } else if (!existsSync(path) || lstatSync(path).isFile()) {
        writeFileSync(copy, "", { mode: 0o600 }); /* the name came to the disk, and no byte */
      }
    }
  }

  /** In every third file, some of what was written and not synced. */
  #tear(path, name, copy) {
    if (!existsSync(path) || this.#name(path) !== name)
      return;
    const synced = statSync(copy).size, unsynced = statSync(path).size - synced;
    if (unsynced <= 0)
      return;
    const kept = this.dice.below(3) === 0 ? this.dice.below(unsynced + 1) : 0;
    this.forgotten += unsynced - kept;
    const bytes = Buffer.alloc(kept), source = openSync(path, "r"), target = openSync(copy, "r+");
    writeSync(target, bytes, 0, readSync(source, bytes, 0, kept, synced), synced);
    closeSync(source);
    closeSync(target);
  }

  /** What lies in the folder now is what lies on the disk. */
  #settle() {
    rmSync(this.disk, { recursive: true, force: true });
    mkdirSync(join(this.disk, "files"), { recursive: true });
    mkdirSync(join(this.disk, "names"));
    this.#settleFolder(this.data);
  }

  #settleFolder(path) {
    const lines = readdirSync(path, { withFileTypes: true }).map((entry) => {
      const inner = join(path, entry.name), name = this.#name(inner);
      if (entry.isDirectory())
        this.#settleFolder(inner);
      else if (entry.isFile())
        copyFileSync(inner, join(this.disk, "files", name));
      return `${name} ${entry.isDirectory() ? 1 : 0} ${entry.name}\n`;
    });
    writeFileSync(join(this.disk, "names", this.#name(path)), lines.join(""));
  }
}
