/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake-server.mjs - one scripted room that speaks docs/protocol.md, to draw pages against.
 *
 * It keeps no log, no security and no real scoring. The real server is build/hoithi.
 *
 *   node tests/web/fake-server.mjs [PORT]         prints "ready http://127.0.0.1:PORT"
 *   PIN 482913; tokens "host", "screen", "judge" for those roles.
 *   POST /fake/next · pause · resume · extend · saving?on=1 · kick?code=4001 · drop · remove?name=An · notice?text=… · goto?q=3
 *   POST /fake/set?text=screen&change=until-close&names=nod   settings, before the start
 */
import { createServer } from "node:http";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { WebSocketServer } = createRequire(join(root, "web/package.json"))("ws");
const web = join(root, "build/web");
const bi = (vi, en) => ({ vi, en });
const abc = (...texts) => texts.map((text, i) => ({ id: "abcdef"[i], text }));

export const QUESTIONS = [
  { kind: "single", text: bi("Có bao nhiêu Mục tiêu Phát triển Bền vững của Liên Hợp Quốc?", "How many Sustainable Development Goals does the United Nations have?"),
    choices: abc("8", "17", "21", "169"), key: ["b"], explain: bi("Năm 2015, 193 nước thông qua 17 mục tiêu với 169 chỉ tiêu, thực hiện đến năm 2030.", "In 2015, 193 countries adopted 17 goals with 169 targets, to be reached by 2030.") },
  { kind: "multiple", text: bi("Những việc nào giúp bạn nhận ra một tin giả trên mạng? Chọn tất cả câu đúng.", "Which of these help you recognise fake news online? Choose all that are right."),
    choices: abc(bi("Xem ai đăng và đăng khi nào", "See who posted it, and when"), bi("Tìm tin ấy ở vài nguồn tin cậy khác", "Look for the story in other trusted sources"), bi("Tin ngay nếu có nhiều lượt thích", "Believe it if it has many likes"), bi("Tìm ảnh ấy bằng công cụ tìm kiếm hình ảnh để xem ảnh gốc ở đâu", "Search for the picture with an image search to see where it comes from"), bi("Hỏi bạn thân nhất", "Ask your best friend")), key: ["a", "b", "d"],
    explain: bi("Lượt thích có thể mua được. Nguồn, ngày đăng và ảnh gốc thì kiểm tra được.", "Likes can be bought. Source, date and original picture can be checked.") },
  { kind: "truefalse", text: bi("Hải Phòng còn được gọi là thành phố hoa phượng đỏ.", "Hải Phòng is also called the city of red flame trees."), key: ["true"], explain: bi("Hoa phượng nở đỏ các con phố vào tháng Năm, tháng Sáu.", "Flame trees turn the streets red in May and June.") },
  { kind: "number", text: bi("UNESCO được thành lập năm nào?", "In which year was UNESCO founded?"), key: 1945, explain: bi("Công ước UNESCO được ký ngày 16/11/1945 tại Luân Đôn.", "UNESCO's constitution was signed in London on 16 November 1945.") },
  { kind: "text", text: bi("Tên con sông chảy qua trung tâm Hải Phòng, có cây cầu quay nổi tiếng?", "Which river runs through the centre of Hải Phòng?"), key: ["Tam Bạc", "sông Tam Bạc"], explain: bi("Sông Tam Bạc nối sông Lạch Tray với sông Cấm.", "The Tam Bạc joins the Lạch Tray to the Cấm.") },
  { kind: "order", text: bi("Xếp các bước tìm thông tin trong thư viện theo thứ tự.", "Put the steps of finding something in a library in order."),
    choices: abc(bi("Đặt câu hỏi cần tìm", "State the question"), bi("Tra mục lục bằng từ khóa", "Search the catalogue by key words"), bi("Đọc lướt và chọn sách", "Skim and choose books"), bi("Ghi chép và ghi nguồn", "Take notes with sources")), key: ["a", "b", "c", "d"], explain: bi("Có câu hỏi rõ thì từ khóa mới trúng.", "A clear question gives good key words.") },
  { kind: "statements", text: bi("Về mật khẩu mạnh, mỗi câu sau đúng hay sai?", "On strong passwords: is each statement true or false?"),
    choices: abc(bi("Một cụm nhiều từ dễ nhớ thường mạnh hơn 8 ký tự lạ", "A phrase of several words is often stronger than 8 odd characters"), bi("Nên dùng một mật khẩu cho mọi trang để khỏi quên", "Use one password everywhere so you do not forget it"), bi("Xác thực hai bước giúp ngay cả khi lộ mật khẩu", "Two-step sign-in helps even if the password leaks")), key: { a: true, b: false, c: true }, explain: bi("Dài thì mạnh; dùng lại thì yếu.", "Long is strong; reused is weak.") },
  { kind: "match", text: bi("Nối mỗi tổ chức với lĩnh vực của nó.", "Match each organisation with its field."),
    choices: [{ id: "l1", text: "UNESCO" }, { id: "l2", text: "WHO" }, { id: "l3", text: "UNICEF" }],
    rights: [{ id: "r1", text: bi("Y tế", "Health") }, { id: "r2", text: bi("Trẻ em", "Children") }, { id: "r3", text: bi("Giáo dục, khoa học, văn hóa", "Education, science, culture") }], key: { l1: "r3", l2: "r1", l3: "r2" }, explain: bi("Cả ba đều thuộc hệ thống Liên Hợp Quốc.", "All three belong to the United Nations system.") },
];
const NAMES = ["Bình", "Nguyễn Thị Phương Thảo", "Vy", "Đức Anh", "Hà", "Lan", "Minh Khôi", "Quỳnh", "Trần Ngọc Bảo Châu", "Tuấn", "Xuân", "Yến"];
const LIMIT_MS = Number(process.env.FAKE_LIMIT_MS || 30000);

function right(q, a) {
  if (q.kind === "multiple" || q.kind === "single" || q.kind === "truefalse")
    return Array.isArray(a) && a.slice().sort().join() === q.key.slice().sort().join();
  if (q.kind === "number") return Number(String(a).replace(",", ".")) === q.key;
  if (q.kind === "text") return q.key.some((k) => k.toLowerCase() === String(a).trim().toLowerCase());
  return JSON.stringify(Object.entries(a || {}).sort()) === JSON.stringify(Object.entries(q.key).sort());
}

export function startFake(port = 0) {
  const sockets = new Set();
  const room = {
    phase: "lobby", q: 0, at: 1, pos: 1, paused: false, opened: 0, limit: LIMIT_MS, left: 0, timer: null, saving: false, locked: false,
    settings: { scoring: "accuracy", change: "no", board: "each", text: "phones", names: "open", close_all: true, shuffle: false },
    players: NAMES.map((name, i) => ({ player: "p" + (i + 10), name, token: "t" + i, total: 0, right: 0, answers: {}, present: true, bot: true })),
    once: {}, why: "time",
  };
  const living = () => room.players.filter((p) => !p.removed);
  const question = () => QUESTIONS[room.q - 1];
  const moved = () => { room.at = ++room.pos; };
  const left = () => (room.paused ? room.left : Math.max(0, room.limit - (Date.now() - room.opened)));
  const send = (s, frame) => { if (s.readyState === 1) s.send(JSON.stringify(frame)); };
  const all = (make) => sockets.forEach((s) => { if (s.role) { const f = make(s); if (f) send(s, f); } });
  const staff = (s) => s.role === "host" || s.role === "judge";

  function ranked() {
    const rows = living().slice().sort((a, b) => b.total - a.total);
    let rank = 0, last = null;
    return rows.map((p, i) => {
      if (last === null || p.total !== last) rank = i + 1;
      last = p.total;
      return { rank, player: p.player, name: p.name, unit: null, points: p.total, right: p.right, ms: 4200 * p.right, was: p.was || rank };
    });
  }
  const standing = (p) => { const rows = ranked(); const i = rows.findIndex((r) => r.player === p.player); return { row: rows[i], ahead: i > 0 ? { name: rows[i - 1].name, points: rows[i - 1].points } : null }; };

  function near(row) { const rows = ranked(); const i = rows.findIndex((r) => r.player === row.player); return rows.slice(Math.max(0, i - 1), Math.max(0, i - 1) + 3); }

  function questionFrame(s) {
    const q = question();
    const hide = s.role === "player" && room.settings.text === "screen";
    return { t: "question", q: room.q, of: QUESTIONS.length, at: room.at, id: "q" + room.q, kind: q.kind, text: hide ? undefined : q.text,
      choices: q.choices && q.choices.map((c) => (hide ? { id: c.id } : c)), rights: q.rights && q.rights.map((c) => (hide ? { id: c.id } : c)), limit_ms: room.limit, left_ms: left(), points: 1000, media: null, change: room.settings.change };
  }
  function counts(q) {
    const given = living().map((p) => p.answers[room.q]).filter(Boolean);
    if (q.kind === "single" || q.kind === "multiple" || q.kind === "truefalse") {
      const n = {};
      given.forEach((g) => g.a.forEach((id) => { n[id] = (n[id] || 0) + 1; }));
      return n;
    }
    const list = new Map();
    given.forEach((g) => { const k = JSON.stringify(g.a); const e = list.get(k) || { a: g.a, n: 0, right: right(q, g.a) }; e.n++; list.set(k, e); });
    return [...list.values()].sort((a, b) => b.n - a.n).slice(0, 6);
  }
  function revealFrame(s) {
    const q = question();
    const p = s.player;
    let you = null;
    if (p) {
      const g = p.answers[room.q];
      const st = standing(p);
      const ok = !!g && right(q, g.a);
      you = { a: g ? g.a : null, right: ok, points: ok ? 1000 : 0, ms: g ? 4310 : null, credit_ms: g ? 180 : null, total: p.total, rank: st.row.rank, of: living().length, ahead: st.ahead };
    }
    return { t: "reveal", q: room.q, at: room.at, key: q.key, explain: q.explain, counts: counts(q), answered: living().filter((x) => x.answers[room.q]).length, of: living().length, you };
  }
  function boardFrame(s) {
    const st = s.player && standing(s.player);
    return { t: "board", rows: ranked().slice(0, 10), you: st ? { rank: st.row.rank, points: st.row.points, was: st.row.was, of: living().length, ahead: st.ahead, near: near(st.row) } : null, players: living().length, frozen: false, final: room.phase === "ended", at: room.at };
  }
  function endedFrame(s) {
    const st = s.player && standing(s.player);
    return { t: "ended", at: room.at, podium: ranked().slice(0, 3).map(({ rank, player, name, points, right }) => ({ rank, player, name, points, right })), you: st ? { rank: st.row.rank, points: st.row.points, right: st.row.right, of: living().length } : null };
  }
  function stateFrame(s) {
    const p = s.player;
    const g = p && p.answers[room.q];
    return { t: "state", role: s.role, room: "r-fake", title: bi("Lớp 6A1 · Công dân học tập", "Class 6A1 · Learning citizen"), languages: ["vi", "en"], phase: room.phase, paused: room.paused, pos: room.pos, at: room.at, q: room.q, of: QUESTIONS.length,
      locked: room.locked, lang: "vi", players: living().length, saving: room.saving, frozen: false, result: room.phase === "ended" ? "provisional" : "live", settings: room.settings,
      you: p ? { player: p.player, name: p.name, unit: null, total: p.total, rank: room.q ? standing(p).row.rank : null, waiting: !!p.waiting } : null,
      answer: g ? { q: room.q, a: g.a, n: g.n, status: "accepted", pos: g.pos } : null, ...(staff(s) ? { acts: ["hold", "release", "freeze", "unfreeze", "adjust", "disqualify", "reinstate", "move", "void", "rekey", "notice", "finalise"] } : {}), ...(p ? {} : { pin: "482913", public_url: "https://thi.example.edu.vn/" }) };
  }
  const progress = () => ({ t: "progress", q: room.q, answered: living().filter((p) => p.answers[room.q]).length, of: living().length });
  const lobby = (s) => ({ t: "lobby", players: living().length, ...(s.role === "player" ? {} : { names: living().filter((p) => staff(s) || !p.waiting).map((p) => ({ player: p.player, name: p.name, waiting: !!p.waiting })).reverse() }) });
  const people = () => { const rows = ranked(); return { t: "people", total: room.players.length, rows: room.players.map((p) => ({ player: p.player, name: p.name, unit: null, present: p.present, answered: !!p.answers[room.q], removed: !!p.removed, waiting: !!p.waiting, factor: p.factor || 100, points: p.total, rank: (rows.find((r) => r.player === p.player) || {}).rank || null })) }; };
  function tell() { all((s) => (staff(s) ? people() : null)); }

  function picture(s) {
    send(s, stateFrame(s));
    const from = ["question", "closed", "revealed", "ranked"].indexOf(room.phase);
    if (room.phase === "lobby") send(s, lobby(s));
    if (from >= 0) send(s, questionFrame(s));
    if (from >= 1) send(s, { t: "closed", q: room.q, why: room.why, at: room.at });
    if (from >= 2) send(s, revealFrame(s));
    if (from >= 3 || room.phase === "ended") send(s, boardFrame(s));
    if (room.phase === "ended") send(s, endedFrame(s));
    if (from === 0) send(s, progress());
    if (staff(s)) send(s, people());
  }

  function open(q) {
    room.q = q; room.phase = "question"; room.opened = Date.now(); room.limit = LIMIT_MS; room.paused = false; moved();
    all(questionFrame); tell(); arm();
    living().filter((p) => p.bot).forEach((p, i) => setTimeout(() => {
      if (room.q !== q || room.phase !== "question" || i % 6 === 5) return;
      const Q = question();
      const wrong = Q.choices && Q.kind !== "match" && Q.kind !== "statements" ? [Q.choices[i % Q.choices.length].id] : Q.kind === "truefalse" ? ["false"] : Q.kind === "number" ? 1946 : Q.kind === "text" ? "Cấm" : Q.key;
      p.answers[q] = { a: i % 3 === 2 ? wrong : Q.key, n: 1, pos: ++room.pos };
      all(progress); tell();
    }, 400 + i * 350).unref());
  }
  function arm() {
    clearTimeout(room.timer);
    room.timer = setTimeout(() => { if (room.phase === "question" && !room.paused) close("time"); }, left() + 300);
    room.timer.unref();
  }
  function close(why) { room.phase = "closed"; room.why = why; moved(); clearTimeout(room.timer); all(() => ({ t: "closed", q: room.q, why, at: room.at })); }
  function reveal() {
    const before = ranked();
    living().forEach((p) => {
      p.was = before.find((r) => r.player === p.player).rank;
      const g = p.answers[room.q];
      if (g && right(question(), g.a)) { p.total += 1000; p.right++; }
    });
    room.phase = "revealed"; moved(); all(revealFrame); tell();
  }
  function next() {
    if (room.paused) { resume(); return true; }
    if (room.phase === "lobby") open(1);
    else if (room.phase === "question") close("host");
    else if (room.phase === "closed") reveal();
    else if (room.phase === "revealed") { room.phase = "ranked"; moved(); all(boardFrame); }
    else if (room.phase === "ranked") { if (room.q < QUESTIONS.length) open(room.q + 1); else end(); }
    else return false;
    return true;
  }
  function end() { room.phase = "ended"; moved(); all(boardFrame); all(endedFrame); }
  function pause() { room.left = left(); room.paused = true; room.pos++; all(() => ({ t: "paused", at: room.at, left_ms: room.left })); }
  function resume() { room.opened = Date.now() - (room.limit - room.left); room.paused = false; all(() => ({ t: "resumed", at: room.at, left_ms: room.left })); arm(); }
  function extend(ms) { room.limit += ms; if (room.paused) room.left += ms; all(() => ({ t: "extended", q: room.q, by_ms: ms, limit_ms: room.limit, left_ms: left() })); arm(); }
  function remove(p) {
    p.removed = true;
    sockets.forEach((s) => { if (s.player === p) { send(s, { t: "removed", why: "host" }); s.close(4002); } });
    all(lobby); tell();
  }

  const COMMANDS = {
    start: () => room.phase === "lobby" && next(), next, open: () => { open(room.q + 1); return true; }, close: () => { close("host"); return true; }, reveal: () => { if (room.phase === "question") close("host"); reveal(); return true; },
    rank: () => { room.phase = "ranked"; moved(); all(boardFrame); return true; }, skip: () => { if (room.q < QUESTIONS.length) open(room.q + 1); else end(); return true; },
    reopen: () => { room.phase = "question"; room.opened = Date.now(); moved(); all(questionFrame); arm(); return true; },
    pause: () => { pause(); return true; }, resume: () => { resume(); return true; }, extend: (a) => { extend(a.ms || 10000); return true; }, end: () => { end(); return true; },
    lock: () => { room.locked = true; all(() => ({ t: "locked" })); return true; }, unlock: () => { room.locked = false; all(() => ({ t: "unlocked" })); return true; },
    remove: (a) => { remove(room.players.find((p) => p.player === a.player)); return true; },
    nod: (a) => { room.players.find((p) => p.player === a.player).waiting = false; all(lobby); tell(); return true; },
    rename: (a) => { const p = room.players.find((x) => x.player === a.player); p.name = a.name; all((s) => (staff(s) || s.player === p ? { t: "renamed", player: p.player, name: p.name } : null)); all(lobby); tell(); return true; },
    accommodate: (a) => { room.players.find((p) => p.player === a.player).factor = a.factor; tell(); return true; },
    reseat: () => ({ code: "K7QF2M9T" }), accept: () => true,
    hold: () => { all((x) => (x.role === "player" ? null : { t: "held" })); return true; }, release: () => { all((x) => (x.role === "player" ? null : { t: "released" })); return true; }, freeze: () => true, unfreeze: () => true, disqualify: () => true, reinstate: () => true, move: () => true, void: () => true, rekey: () => true, finalise: () => room.phase === "ended",
    adjust: (a) => { room.players.find((p) => p.player === a.player).total += a.points; room.pos++; tell(); return true; },
    notice: (a) => { all(() => ({ t: "notice", text: a.text })); return true; },
  };

  function seat(s, p, renamed) {
    sockets.forEach((other) => { if (other !== s && other.player === p) other.close(4001); });
    s.role = "player"; s.player = p; p.present = true;
    send(s, { t: "joined", player: p.player, name: p.name, token: p.token, room: "r-fake", code: "K7QF2M9T", renamed });
    picture(s);
    if (room.phase === "lobby") all(lobby);
    tell();
  }
  function enter(s, f) {
    if (f.pin !== "482913") return send(s, { t: "error", code: "wrong_pin" });
    if (room.locked) return send(s, { t: "error", code: "room_locked" });
    const name = String(f.name || "").trim();
    if (!name || [...name].length > 32) return send(s, { t: "error", code: "bad_name" });
    const old = f.once && room.once[f.once];
    if (old) return seat(s, old, false);
    let given = name, i = 2;
    while (living().some((p) => p.name === given)) given = `${name} (${i++})`;
    const p = { player: "p" + (100 + room.players.length), name: given, token: "tok-" + Math.random().toString(36).slice(2), total: 0, right: 0, answers: {}, present: true, waiting: room.settings.names === "nod" };
    room.players.push(p);
    if (f.once) room.once[f.once] = p;
    seat(s, p, given !== name);
  }
  function attach(s, f) {
    if (["host", "screen", "judge"].includes(f.token)) { s.role = f.token; return picture(s); }
    const p = f.code ? (f.code === "K7QF2M9T" && living().filter((x) => !x.bot).pop()) : living().find((x) => x.token === f.token);
    if (!p) { send(s, { t: "error", code: "bad_token" }); return undefined; }
    if (f.code) return seat(s, p, false);
    sockets.forEach((other) => { if (other !== s && other.player === p) other.close(4001); });
    s.role = "player"; s.player = p;
    return picture(s);
  }
  function answer(s, f) {
    const p = s.player;
    if (!p || f.q !== room.q || room.phase !== "question") return send(s, { t: "refused", q: f.q, n: f.n, why: "wrong_phase" });
    if (question().kind === "number" && /^\d{1,3}[.,]\d{3}$/.test(String(f.a)))
      return send(s, { t: "refused", q: f.q, n: f.n, why: "bad_answer", ask: [String(f.a).replace(/[.,]/, ""), String(f.a).replace(",", ".")] });
    const had = p.answers[f.q];
    if (had && (room.settings.change === "no" || had.n >= f.n)) return send(s, { t: "ack", q: f.q, n: f.n, status: "duplicate", pos: had.pos, a: had.a });
    const wait = Number(process.env.FAKE_ACK_MS || 250);
    setTimeout(() => {
      p.answers[f.q] = { a: f.a, n: f.n, pos: ++room.pos };
      send(s, { t: "ack", q: f.q, n: f.n, status: "accepted", pos: room.pos, a: f.a });
      all(progress); tell();
    }, room.saving ? 1e9 : wait).unref();
    return undefined;
  }
  function frame(s, f) {
    switch (f.t) {
      case "join": return enter(s, f);
      case "attach": return attach(s, f);
      case "answer": return answer(s, f);
      case "ping": return send(s, { t: "pong", c: f.c, s: Date.now() });
      case "review": return send(s, { t: "review", rows: QUESTIONS.map((q, i) => { const g = s.player && s.player.answers[i + 1]; return { q: i + 1, id: "q" + (i + 1), kind: q.kind, text: q.text, choices: q.choices, rights: q.rights, key: q.key, explain: q.explain, you: { a: g ? g.a : null, right: !!g && right(q, g.a), points: g && right(q, g.a) ? 1000 : 0 } }; }) });
      case "do": {
        if (!staff(s)) return send(s, { t: "refused", id: f.id, why: "not_allowed" });
        if (f.at !== undefined && f.at !== room.at) return send(s, { t: "refused", id: f.id, why: "stale" });
        const run = COMMANDS[f.cmd];
        const done = run && run(f.args || {});
        return send(s, done ? { t: "done", id: f.id, pos: room.pos, ...(typeof done === "object" ? done : {}) } : { t: "refused", id: f.id, why: run ? "wrong_phase" : "bad_args" });
      }
      default: return send(s, { t: "error", code: "unknown_type" });
    }
  }

  const FAKE = {
    next, pause, resume, end, drop: () => sockets.forEach((s) => s.terminate()), extend: () => extend(10000), refuse: (o) => { room.refuse = o.get("on") === "1"; if (room.refuse) sockets.forEach((s) => s.terminate()); },
    saving: (o) => { room.saving = o.get("on") === "1"; all(() => ({ t: "saving", on: room.saving, why: o.get("why") || undefined })); },
    kick: (o) => sockets.forEach((s) => { if (s.player) s.close(Number(o.get("code"))); }),
    remove: (o) => remove(living().find((p) => p.name === o.get("name"))), notice: (o) => all(() => ({ t: "notice", text: o.get("text") })),
    expire: () => { room.players.forEach((p) => { p.token += "-old"; }); sockets.forEach((s) => s.terminate()); },
    goto: (o) => open(Number(o.get("q"))), set: (o) => o.forEach((v, k) => { room.settings[k] = v; }),
    reset: () => { room.phase = "lobby"; room.q = 0; moved(); room.players.forEach((p) => { p.answers = {}; p.total = 0; p.right = 0; }); all((s) => { picture(s); return null; }); },
  };
  /* A log as the real one would read by now; positions are its own. */
  function lines() {
    const log = [[{ t: "created", rules: 1 }], [{ t: "joined", r: room.players.map((p) => [p.player, 1, "", "0"]) }, room.players.map((p) => [p.name])]];
    for (let q = 1; q <= room.q; q++) {
      const given = room.players.filter((p) => p.answers[q]);
      log.push([{ t: "opened", by: "host", q }]);
      if (given.length) log.push([{ t: "answers", q, r: given.map((p, i) => [p.player, String(p.answers[q].a), 1, 2100 + 310 * i, 2000 + 310 * i, 40]) }, given.map(() => [])]);
      if (q < room.q || room.phase !== "question") log.push([{ t: "closed", q, clock: 1, why: room.why }]);
      if (q < room.q || ["revealed", "ranked", "ended"].includes(room.phase)) log.push([{ t: "revealed", by: "host", q }]);
    }
    if (room.phase === "ended") log.push([{ t: "ended", by: "host" }]);
    return log.map(([e, p], i) => ({ pos: i + 1, id: `${1790000000000 + 4000 * i}-0`, e, p: p || null }));
  }
  const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
  const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  const json = (res, status, value) => { res.writeHead(status, { "Content-Type": "application/json" }); res.end(JSON.stringify(value)); };
  const shelf = join(root, "question-banks");
  const bank = (id) => JSON.parse(readFileSync(join(shelf, id, "1.0.0.json"), "utf8"));
  const ids = readdirSync(shelf).filter((id) => existsSync(join(shelf, id, "1.0.0.json")));
  const card = (b) => ({ id: b.id, versions: [b.version], version: b.version, title: b.title, description: b.description, languages: b.languages, questions: b.questions.length, sha256: "0".repeat(64), visibility: b.visibility || "hosts", kinds: [...new Set(b.questions.map((q) => q.kind))], faults: 0 });

  const server = createServer((req, res) => {
    const url = new URL(req.url, "http://x");
    if (url.pathname.startsWith("/fake/")) {
      const f = FAKE[url.pathname.slice(6)];
      if (f) f(url.searchParams);
      return json(res, f ? 200 : 404, { phase: room.phase, q: room.q });
    }
    if (url.pathname === "/api/banks") return json(res, 200, { banks: ids.map((id) => card(bank(id))) });
    if (/^\/api\/banks\/[^/]+\/[^/]+\/media$/.test(url.pathname)) return json(res, 200, { media: {} }); /* it has no files: the words stand for them */
    if (url.pathname.startsWith("/api/banks/")) { const id = url.pathname.split("/")[3]; return ids.includes(id) ? json(res, 200, bank(id)) : json(res, 404, { error: { code: "not_found", message: "" } }); }
    if (url.pathname === "/api/where") return json(res, 200, { public_url: null, addresses: ["http://192.168.1.5:8080", "http://10.0.0.7:8080"] });
    if (url.pathname === "/api/rooms" && req.method === "POST") return json(res, 201, { room: "r-fake", pin: "482913", host_token: "host", judge_token: "judge", screen_token: "screen", join_url: "http://192.168.1.5:8080/#482913" });
    if (url.pathname === "/api/rooms") return json(res, 200, { rooms: [{ room: "r-fake", pin: "482913", title: "6A1", bank: "learning-citizen@1.0.0", state: "live", phase: room.phase, players: living().length, created_at: Date.now() }] });
    if (url.pathname.endsWith("/tokens")) return json(res, 200, { host_token: "host", judge_token: "judge", screen_token: "screen" });
    if (url.pathname.endsWith("/events")) { res.writeHead(200, { "Content-Type": "application/x-ndjson" }); return res.end(lines().filter((l) => l.pos > Number(url.searchParams.get("after") || 0)).map((l) => JSON.stringify(l) + "\n").join("")); }
    if (url.pathname.endsWith("/board")) { const rows = ranked(); const from = Number(url.searchParams.get("from") || 0); return json(res, 200, { rows: rows.slice(from, from + Number(url.searchParams.get("count") || 50)), total: rows.length, frozen: false, state: "live", version: room.pos }); }
    const file = join(web, url.pathname === "/" ? "index.html" : /^\/(host|screen|judge|practice)$/.test(url.pathname) ? url.pathname + ".html" : url.pathname);
    if (!file.startsWith(web) || !existsSync(file)) return json(res, 404, { error: { code: "not_found", message: "" } });
    res.writeHead(200, { "Content-Type": TYPES[file.split(".").pop()], "Content-Security-Policy": CSP, "Cache-Control": "no-cache", "Content-Encoding": "gzip" });
    return res.end(readFileSync(file + ".gz"));
  });
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => "hoithi.v1" });
  server.on("upgrade", (req, socket, head) => {
    if (room.refuse || req.url !== "/ws") return socket.destroy();
    wss.handleUpgrade(req, socket, head, (s) => {
      sockets.add(s);
      s.on("message", (data) => { try { frame(s, JSON.parse(data)); } catch (e) { send(s, { t: "error", code: "bad_frame", message: String(e) }); } });
      s.on("close", () => { sockets.delete(s); });
    });
    return undefined;
  });
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done({ url: `http://127.0.0.1:${server.address().port}`, room, stop: () => { sockets.forEach((s) => s.terminate()); server.close(); } })));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  startFake(Number(process.argv[2] || 0)).then((f) => console.log("ready " + f.url));
