/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recount.mjs - who has how many points, counted from the log alone, a second time and in another language.
 *
 * Written from docs (the log's events, Fairness of time, scoring, ties), not from rooms/: if the two disagree, one of
 * them is wrong. It takes what GET /api/rooms/ROOM/events gives, parsed, and knows nothing else.
 */
const STATEMENT_SHARE = [0, 100, 250, 500]; /* per mille of the full mark by right statements, all of them: 1000 */
const OPEN_PHASES = ["question", "closed"];

/** Decimal text as a whole number of millionths. */
function millionths(text) {
  const [, minus, whole, decimals = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const size = BigInt(whole) * 1000000n + BigInt(decimals.padEnd(6, "0"));
  return minus ? -size : size;
}

function isRight(question, form) {
  if (question.kind !== "number")
    return question.key.includes(form);
  const value = millionths(form);
  return question.key.some((range) => {
    const [low, high = low] = range.split("..");
    return value >= millionths(low) && value <= millionths(high);
  });
}

/** How many statements of the best key the answer has right. */
function rightStatements(question, form) {
  const said = new Set(form.split(","));
  return Math.max(...question.key.map((key) => key.split(",").filter((part) => said.has(part)).length));
}

export class Recount {
  constructor(events) {
    this.phase = null;
    this.players = new Map();
    this.seen = new Set();
    this.rounds = [];
    this.q = 0;
    this.at = 0;
    this.answerPositions = []; /* {position, player, q, n, form} of accepted answers */
    this.loss = [];
    events.forEach((event) => this.apply(event));
  }

  round(q) {
    return (this.rounds[q] ??= { answers: new Map(), extended_ms: 0, skipped: false, scored: false, gift: false });
  }

  question(q) {
    return this.plan.questions[q - 1];
  }

  limit(q, player) {
    const base = this.question(q).limit_ms + this.round(q).extended_ms;
    return player.factor === 0 ? Infinity : Math.floor((base * player.factor) / 100);
  }

  apply({ position, at_ms, e, p }) {
    if (e.t !== "answers") {
      if (this.seen.has(e.id))
        return;
      this.seen.add(e.id);
    }
    if (e.at !== undefined && e.at !== this.at)
      return;
    if (this.held && ["revealed", "ranked", "opened", "skipped", "ended", "finalised"].includes(e.t))
      return;
    const handler = this[`on_${e.t}`];
    if (handler)
      handler.call(this, e, { position, at_ms, personal: p });
  }

  move(phase, position) {
    this.phase = phase;
    this.at = position;
    this.paused = false;
  }

  on_created(e, { position }) {
    if (this.plan)
      return;
    this.plan = JSON.parse(JSON.stringify(e));
    this.move("lobby", position);
  }

  /** A line that came earlier than the seat's, but was heard of later, takes nothing from it. */
  sit(player, connection, came) {
    const earlier = (player.came ?? 0) - came;
    if (earlier <= 0 || earlier > 300000)
      Object.assign(player, { present: true, connection, came });
  }

  on_joined(e, { personal, at_ms }) {
    e.r.forEach(([id, connection, unit, code, came], i) => {
      const known = this.players.get(id);
      if (known && !known.removed)
        this.sit(known, connection, came ?? at_ms);
      if (known || this.phase === "ended" || this.locked || (this.plan.settings.no_late_join && this.phase !== "lobby"))
        return;
      const player = { id, connection, code, came: came ?? at_ms, present: true, seat: this.players.size, unit, factor: 100, adjusted: 0, points: 0, right: 0, ms: 0, names: [] };
      this.players.set(id, player);
      this.name(player, personal?.[i]);
    });
  }

  name(player, line) {
    if (!line)
      return;
    this.names ??= new Map();
    if (player.key !== line[1]) {
      let number = (this.names.get(line[1]) ?? 0) + 1;
      while (number > 1 && this.names.has(`${line[1]} (${number})`))
        number++;
      this.names.set(line[1], number);
      if (number > 1)
        this.names.set(`${line[1]} (${number})`, 1);
      Object.assign(player, { key: line[1], number });
    }
    player.name = player.number > 1 ? `${line[0]} (${player.number})` : line[0];
  }

  playing(id) {
    const player = this.players.get(id);
    return player && !player.removed ? player : undefined;
  }

  on_attached(e, { at_ms }) {
    e.r.forEach(([id, connection, came]) => {
      const player = this.playing(id);
      if (player)
        this.sit(player, connection, came ?? at_ms);
    });
  }

  on_left(e) {
    e.r.forEach(([id, connection]) => {
      const player = this.playing(id);
      if (player && player.connection === connection)
        player.present = false;
    });
  }

  on_reseated(e, { at_ms }) {
    const player = this.playing(e.player);
    if (!player)
      return;
    if (e.code !== undefined)
      player.seatCode = e.code;
    else if (e.take === player.seatCode || e.take === player.code)
      Object.assign(player, { present: true, connection: e.conn, came: at_ms }, e.take === player.seatCode ? { seatCode: null } : {});
  }

  /** Everybody present has answered, and there is somebody. */
  allAnswered() {
    const present = [...this.players.values()].filter((p) => p.present && !p.removed);
    const has = (p) => { const a = this.round(this.q).answers.get(p.id); return a && !a.late; };
    return present.length > 0 && present.every(has);
  }

  on_renamed(e, { personal }) {
    const player = this.playing(e.player);
    if (player)
      this.name(player, personal?.[0]);
  }

  on_removed(e) {
    const player = this.playing(e.player);
    if (player)
      Object.assign(player, { removed: true, present: false });
  }

  on_accommodated(e) {
    const player = this.playing(e.player);
    if (player && (e.factor === 0 || (e.factor >= 100 && e.factor <= 400)))
      player.factor = e.factor;
  }

  on_locked() { this.locked = true; }
  on_unlocked() { this.locked = false; }
  on_held() { this.held = true; }
  on_released() { this.held = false; }

  on_opened(e, { position }) {
    if (e.q !== this.q + 1 || e.q > this.plan.questions.length || !["lobby", "closed", "revealed", "ranked"].includes(this.phase))
      return;
    if (this.phase === "closed")
      this.score();
    this.q = e.q;
    this.move("question", position);
  }

  on_closed(e, { position }) {
    /* Whether a close by time or by all had effect is told by its clock, which counts opens, pauses, extensions, extra
     * time and reopenings. */
    if (e.q !== this.q || this.phase !== "question")
      return;
    if (e.why !== "host" && (e.clock !== this.clock || this.paused))
      return;
    if (e.why === "all" && !this.allAnswered())
      return;
    this.move("closed", position);
  }

  on_reopened(e, { position }) {
    if (e.q === this.q && this.phase === "closed")
      this.move("question", position);
  }

  on_extended(e) {
    if (e.q === this.q && this.phase === "question")
      this.round(e.q).extended_ms += e.ms;
  }

  on_skipped(e, { position }) {
    if (e.q !== this.q || !OPEN_PHASES.includes(this.phase))
      return;
    this.round(e.q).skipped = true;
    const last = this.q === this.plan.questions.length;
    if (!last)
      this.q++;
    this.move(last ? "ended" : "question", position);
  }

  on_accepted(e) {
    if (e.q === this.q && OPEN_PHASES.includes(this.phase))
      this.question(e.q).key.push(e.form);
  }

  on_revealed(e, { position }) {
    if (e.q !== this.q || this.phase !== "closed")
      return;
    this.score();
    this.move("revealed", position);
  }

  on_ranked(e, { position }) {
    if (e.q === this.q && this.phase === "revealed")
      this.move("ranked", position);
  }

  on_paused(e, { position }) {
    if (!this.paused && this.phase !== "ended") {
      this.paused = true;
      this.at = position;
    }
  }

  on_resumed(e, { position }) {
    if (this.paused) {
      this.paused = false;
      this.at = position;
    }
  }

  on_ended(e, { position }) {
    if (this.phase === "ended")
      return;
    if (this.phase === "closed")
      this.score();
    this.move("ended", position);
  }

  on_adjusted(e) {
    const player = this.playing(e.player);
    if (player && !this.final) {
      player.adjusted += e.points;
      this.addUp();
    }
  }

  on_disqualified(e) {
    const player = this.playing(e.player);
    if (player && !this.final)
      player.out = true;
  }

  on_reinstated(e) {
    const player = this.playing(e.player);
    if (player && !this.final)
      player.out = false;
  }

  on_moved(e) {
    const player = this.playing(e.player);
    if (player && !this.final)
      player.unit = e.unit;
  }

  on_voided(e) {
    if (e.q <= this.q && !this.final) {
      this.round(e.q).skipped = true;
      this.addUp();
    }
  }

  on_rekeyed(e) {
    if (e.q > this.q || this.final)
      return;
    const forms = e.form.split("\n");
    if (e.policy === "gift")
      this.round(e.q).gift = true;
    else
      this.question(e.q).key = e.policy === "rescore" ? forms : [...forms, ...this.question(e.q).key];
    this.addUp();
  }

  on_finalised() {
    if (this.phase === "ended")
      this.final = true;
  }

  on_answers(e, { position }) {
    if (e.q !== this.q || !OPEN_PHASES.includes(this.phase))
      return;
    e.r.forEach((row) => this.take(e.q, row, position));
  }

  /* T = E − clamp(E − ms, 0, L), down to 50 ms */
  static time([, , , elapsed, own, most]) {
    const line = own < 0 ? 0 : Math.max(0, Math.min(elapsed - own, most, elapsed));
    const time = elapsed - line;
    return time - (time % 50);
  }

  take(q, row, position) {
    const [id, form, n] = row;
    const player = this.playing(id);
    if (!player)
      return;
    const { answers } = this.round(q);
    const standing = answers.get(id);
    const time_ms = Recount.time(row);
    const late = time_ms > this.limit(q, player);
    if (standing && !standing.late && (this.plan.settings.change === "no" || n <= standing.n))
      return;
    if (standing && late)
      return;
    answers.set(id, { form, n, time_ms, position, late, factor: player.factor });
    if (!late)
      this.answerPositions.push({ position, player: id, q, n, form });
  }

  points(q, player) {
    const round = this.round(q), question = this.question(q);
    const answer = round.answers.get(player.id);
    if (!answer || answer.late || round.skipped)
      return { points: 0, right: false };
    if (round.gift)
      return { points: question.points, right: true, time_ms: answer.time_ms };
    if (!isRight(question, answer.form)) {
      const parts = question.kind === "statements" ? rightStatements(question, answer.form) : 0;
      return { points: Math.trunc((question.points * (STATEMENT_SHARE[parts] ?? 500)) / 1000), right: false };
    }
    let points = question.points;
    if (this.plan.settings.scoring === "speed") {
      const factor = answer.factor === 0 ? 200 : answer.factor; // as it was when it was answered
      const limit = Math.floor(((question.limit_ms + round.extended_ms) * factor) / 100);
      const time = Math.min(answer.time_ms, limit);
      points = Number((BigInt(question.points) * BigInt(2 * limit - time) + BigInt(limit)) / BigInt(2 * limit));
    }
    return { points, right: true, time_ms: answer.time_ms };
  }

  score() {
    this.round(this.q).scored = true;
    this.addUp();
  }

  addUp() {
    for (const player of this.players.values()) {
      Object.assign(player, { points: player.adjusted, right: 0, ms: 0, ranked: true });
      this.rounds.forEach((round, q) => {
        if (!round.scored)
          return;
        const got = this.points(q, player);
        player.points += got.points;
        if (got.right) {
          player.right++;
          player.ms += got.time_ms;
        }
      });
    }
  }

  /** Rows as the board shows them, in the official order. */
  board() {
    const value = { points: (p) => -p.points, time: (p) => p.ms, right: (p) => -p.right };
    const keys = this.plan.settings.ties.map((tie) => value[tie]);
    const compare = (a, b) => keys.reduce((order, key) => order || key(a) - key(b), 0);
    const rows = [...this.players.values()].filter((p) => !p.removed && !p.out).sort((a, b) => compare(a, b) || a.seat - b.seat);
    let rank = 0;
    return rows.map((p, i) => {
      if (i === 0 || compare(rows[i - 1], p) !== 0)
        rank = i + 1;
      return { rank, player: p.id, name: p.name, unit: p.unit, points: p.points, right: p.right, ms: p.ms };
    });
  }
}

/* The clock counts what can change when a question closes by itself. */
for (const type of ["opened", "skipped", "paused", "resumed", "reopened", "extended", "accommodated"]) {
  const handler = Recount.prototype[`on_${type}`];
  Recount.prototype[`on_${type}`] = function counted(e, about) {
    const before = JSON.stringify([this.phase, this.q, this.paused, this.at, this.rounds[this.q]?.extended_ms]);
    handler.call(this, e, about);
    const changed = before !== JSON.stringify([this.phase, this.q, this.paused, this.at, this.rounds[this.q]?.extended_ms]);
    const opened = this.phase === "question" || type !== "skipped";
    if ((changed && opened) || (type === "accommodated" && this.playing(e.player)))
      this.clock = (this.clock ?? 0) + 1;
  };
}

/** Board rows as far as both sides say the same things. */
export function comparable(rows) {
  return rows.map(({ rank, player, name, unit, points, right, ms }) => ({ rank, player, name, unit: unit ?? "", points, right, ms }));
}
