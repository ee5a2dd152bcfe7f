/* SPDX-License-Identifier: Apache-2.0 */
/*
 * where.ts - the address at which phones reach this server, as people read it and as a QR code holds it.
 *
 * A public address wins. Without one the teacher chooses among this machine's addresses, once; the choice is kept.
 */
import { useEffect, useState } from "preact/hooks";
import { base } from "../lib/base";
import { api } from "../lib/http";
import { kept } from "../lib/storage";

export interface Where { public_url: string | null; addresses: string[] }

const LOCAL = /^(localhost|127\.|\[?::1)/;

export function isLocal(address: string): boolean {
  return LOCAL.test(address.replace(/^https?:\/\//, ""));
}

const slashed = (address: string) => address.replace(/\/*$/, "/");

/** All addresses to choose from, without doubles; the page's own first unless only this machine can open it. */
export function choices(where: Where | null, own: string): string[] {
  if (where && where.public_url)
    return [slashed(where.public_url)];
  const path = own.replace(/^https?:\/\/[^/]*/, "");
  const found = (where ? where.addresses : []).map((a) => slashed(a.replace(/\/*$/, "") + (/^https?:\/\/[^/]+\/*$/.test(a) ? path : "")));
  const all = isLocal(own) ? [...found, own] : [own, ...found];
  return all.filter((a, i) => all.indexOf(a) === i);
}

export interface Chosen { address: string; all: string[]; choose(address: string): void }

/** `given`: an address that came with the link. */
export function useWhere(given?: string): Chosen {
  const [where, setWhere] = useState<Where | null>(null);
  const [mine, setMine] = useState(() => given || kept.get("where", ""));
  useEffect(() => {
    api<Where>("api/where").then(setWhere, () => undefined);
  }, []);
  const all = choices(where, base().http);
  const isThere = mine !== "" && (all.indexOf(mine) >= 0 || mine === given);
  return {
    address: isThere ? mine : (all[0] as string),
    all: isThere && all.indexOf(mine) < 0 ? [mine, ...all] : all,
    choose(address) { kept.set("where", address); setMine(address); },
  };
}

/** Without what nobody types: "192.168.1.5:8080". */
export function spoken(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

export function joinLink(address: string, pin: string): string {
  return address + "#" + pin;
}

/** 482913 → "482 913". */
export function grouped(pin: string): string {
  return pin.replace(/(\d{3})(?=\d)/g, "$1 ");
}
