/* SPDX-License-Identifier: Apache-2.0 */
/* gain.tsx - before and after a training class: the same bank in two rooms. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../lib/http";
import { date, textOf } from "../lib/i18n";
import { topicName } from "../practice/texts";
import type { Gain, Side } from "./gain_list";
import { gainOf, percentOf, signed } from "./gain_list";
import type { RoomLine } from "./home";
import { told } from "./home";
import type { Marks, Wish } from "./marks_list";
import { marksPath, tenth, tk } from "./marks_list";
import { Wide } from "./marks_parts";
import { key } from "./place";

const madeAt = (one: RoomLine) => (typeof one.created_at === "number" ? one.created_at : Date.parse(one.created_at));

/* Rooms of the same bank, whatever its version, that were made before this one. */
function useEarlier(marks: Marks): RoomLine[] {
  const [rooms, setRooms] = useState<RoomLine[]>([]);
  const bank = marks.bank.split("@")[0];
  useEffect(() => {
    let wanted = true;
    if (key() !== "")
      api<{ rooms: RoomLine[] }>("api/rooms", { token: key() }).then((got) => wanted && setRooms(got.rooms), () => { /* without a list there is nothing to compare with */ });
    return () => { wanted = false; };
  }, [marks.room]);
  return rooms.filter((one) => one.room !== marks.room && one.bank.split("@")[0] === bank && one.phase !== "lobby" && madeAt(one) < marks.created_at);
}

const share = (side: Side) => { const percent = percentOf(side); return percent === null ? "–" : percent + "%"; };

function TopicTable({ gain }: { gain: Gain }) {
  const line = (name: string, one: Gain["all"], last = false) => (
    <tr data-testid={last ? "gain-all" : "gain-topic"} class={last ? "gain-all" : ""}>
      <th scope="row">{name}</th><td class="num">{share(one.before)}</td><td class="num">{share(one.after)}</td><td class="num out-of-ten">{one.gain === null ? "–" : signed(one.gain)}</td>
    </tr>
  );
  return (
    <Wide what={tk("gain.topics")}>
      <table class="marks-table">
        <thead><tr><th scope="col">{tk("gain.topic")}</th><th scope="col" class="num">{tk("gain.before")}</th><th scope="col" class="num">{tk("gain.after")}</th><th scope="col" class="num">{tk("gain.gain")}</th></tr></thead>
        <tbody>{gain.topics.map((one) => line(one.topic === "" ? tk("gain.notopic") : topicName(one.topic), one))}{line(tk("gain.all"), gain.all, true)}</tbody>
      </table>
    </Wide>
  );
}

function PeopleTable({ gain }: { gain: Gain }) {
  return (
    <Wide what={tk("gain.people")}>
      <table class="marks-table">
        <thead><tr><th scope="col">{tk("col.name")}</th><th scope="col" class="num">{tk("gain.before")}</th><th scope="col" class="num">{tk("gain.after")}</th><th scope="col" class="num">{tk("gain.gain")}</th></tr></thead>
        <tbody>{gain.people.map((one) => (
          <tr key={one.name} data-testid="gain-person">
            <th scope="row">{one.name}</th><td class="num">{tenth(one.before)}</td><td class="num">{tenth(one.after)}</td>
            <td class="num out-of-ten">{one.tenths === 0 ? "0" : (one.tenths > 0 ? "+" : "−") + tenth(Math.abs(one.tenths) / 10)}</td>
          </tr>))}
        </tbody>
      </table>
    </Wide>
  );
}

function Compared({ before, after }: { before: Marks; after: Marks }) {
  const gain = gainOf(before, after);
  return (
    <>
      <p class="muted">{tk("gain.sides", { before: `${textOf(before.title)}, ${date(before.created_at)} (${before.bank.replace("@", " ")})`, after: `${date(after.created_at)} (${after.bank.replace("@", " ")})` })}</p>
      <h3>{tk("gain.topics")}</h3>
      <TopicTable gain={gain} />
      <p class="muted">{tk("gain.topics.how")}</p>
      <h3>{tk("gain.people")}</h3>
      {gain.people.length > 0 && <PeopleTable gain={gain} />}
      <p class="muted" data-testid="gain-unmatched">{tk("gain.people.how", { n: gain.people.length, others: gain.unmatched })}</p>
    </>
  );
}

export function GainPart({ marks, wish }: { marks: Marks; wish: Wish }) {
  const earlier = useEarlier(marks);
  const [chosen, choose] = useState("");
  const [before, setBefore] = useState<Marks | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    setBefore(null);
    setFault(null);
    if (chosen !== "")
      api<Marks>(marksPath(chosen, wish), { token: key() }).then((got) => wanted && setBefore(got), (error) => wanted && setFault(told(error)));
    return () => { wanted = false; };
  }, [chosen, wish.rule, wish.before, wish.absent]);
  if (earlier.length === 0)
    return null;
  return (
    <section class={"marks-gain" + (chosen === "" ? " unchosen" : "")} data-testid="gain">
      <h2>{tk("gain.title")}</h2>
      <label class="field pick"><span>{tk("gain.choose")}</span>
        <select class="input" value={chosen} onChange={(e) => choose(e.currentTarget.value)} data-testid="gain-before">
          <option value="">{tk("gain.none")}</option>
          {earlier.map((one) => <option value={one.room}>{textOf(one.title) || one.bank} · {date(madeAt(one), true)}</option>)}
        </select></label>
      {fault && <p class="fault" role="alert">{fault}</p>}
      {before && <Compared before={before} after={marks} />}
    </section>
  );
}
