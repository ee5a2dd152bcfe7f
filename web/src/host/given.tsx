/* SPDX-License-Identifier: Apache-2.0 */
/* given.tsx - whose keys see this room besides the one that made it: judges, and colleagues who lead it, too. */
import { useState } from "preact/hooks";
import { ApiError, api } from "../lib/http";
import { told } from "./home";
import type { Key } from "./words";
import { t } from "./words";

interface GivenKey { id: string; name: string; role: string }
interface Given { given: GivenKey[] }

const FAULTS: { [code: string]: Key } = { no_key: "given.nokey", too_many: "given.toomany" };

function faultOf(error: unknown): string {
  const known = error instanceof ApiError ? FAULTS[error.code] : undefined;
  return known ? t(known) : told(error);
}

export function GivenTo({ room, token }: { room: string; token: string }) {
  const [keys, setKeys] = useState<GivenKey[] | null>(null);
  const [name, setName] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const path = `api/rooms/${room}/given`;
  const took = (got: Given) => { setKeys(got.given); setSaid(null); };
  const load = () => { api<Given>(path, { token }).then(took, (error) => setSaid(faultOf(error))); };
  const change = (body: { key: string; back?: boolean }) => api<Given>(path, { token, body }).then((got) => {
    took(got);
    setName("");
  }, (error) => setSaid(faultOf(error)));
  return (
    <details class="more given" onToggle={(e) => { if (e.currentTarget.open && keys === null) load(); }} data-testid="given">
      <summary>{t("given.title")}</summary>
      <p class="muted">{t("given.text")}</p>
      <ul class="given-list">{(keys || []).map((key) => (
        <li key={key.id}>
          <span>{key.name} <small class="muted">· {t(key.role === "judge" ? "given.judge" : "given.host")}</small></span>
          <button type="button" class="small-act" aria-label={t("given.back.of", { name: key.name })} onClick={() => void change({ key: key.id, back: true })} data-testid="given-back">{t("given.back")}</button>
        </li>
      ))}</ul>
      <form class="inline" onSubmit={(e) => { e.preventDefault(); if (name.trim() !== "") void change({ key: name.trim() }); }}>
        <label class="field"><span>{t("given.field")}</span>
          <input class="input" value={name} maxLength={80} autoComplete="off" onInput={(e) => setName(e.currentTarget.value)} data-testid="given-name" /></label>
        <button class="button" data-testid="given-go">{t("given.go")}</button>
      </form>
      {said && <p class="fault" role="alert">{said}</p>}
    </details>
  );
}
