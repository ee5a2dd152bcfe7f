/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sounds.ts - the school yard, made with Web Audio: a drum, a clock, a bell.
 *
 * Nothing is loaded and nothing sounds until somebody pressed the button: browsers want a press,
 * and so does a teacher. A browser without Web Audio stays silent and says so by `able`.
 */
type Moment = "start" | "open" | "tick" | "reveal" | "podium" | "roll";

interface Stage {
  context: AudioContext;
  out: GainNode;
  noise: AudioBuffer;
}

export interface Sounds {
  able: boolean;
  on: () => boolean;
  turn: (on: boolean) => void;
  play: (moment: Moment) => void;
}

/* One second of white noise, the raw skin of every drum stroke. */
function noise(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  const data = buffer.getChannelData(0);
  for (let i = 0; i < data.length; i++) data[i] = Math.random() * 2 - 1;
  return buffer;
}

function fading(stage: Stage, at: number, level: number, seconds: number): GainNode {
  const gain = stage.context.createGain();
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(level, at + 0.006);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  gain.connect(stage.out);
  return gain;
}

function tone(stage: Stage, at: number, from: number, to: number, level: number, seconds: number): void {
  const voice = stage.context.createOscillator();
  voice.frequency.setValueAtTime(from, at);
  if (to !== from) voice.frequency.exponentialRampToValueAtTime(to, at + Math.min(0.18, seconds));
  voice.connect(fading(stage, at, level, seconds));
  voice.start(at);
  voice.stop(at + seconds + 0.05);
}

function hiss(stage: Stage, at: number, pitch: number, level: number, seconds: number): void {
  const source = stage.context.createBufferSource();
  const filter = stage.context.createBiquadFilter();
  source.buffer = stage.noise;
  filter.type = "lowpass";
  filter.frequency.value = pitch;
  source.connect(filter);
  filter.connect(fading(stage, at, level, seconds));
  source.start(at, Math.random() * 0.5, seconds + 0.05);
}

/* The big drum of a Vietnamese school: a skin that drops in pitch, and the stick on it. */
function drum(stage: Stage, at: number, level: number): void {
  tone(stage, at, 150, 62, level, 0.7);
  tone(stage, at, 232, 98, level * 0.35, 0.35);
  hiss(stage, at, 900, level * 0.5, 0.09);
}

/* Partials of a small cast bell, as ratios of its strike note; the high ones die first. */
const PARTIALS = [
  [0.5, 0.22, 2.6],
  [1, 0.34, 2.2],
  [1.19, 0.16, 1.6],
  [1.56, 0.1, 1.2],
  [2, 0.16, 1],
  [2.74, 0.08, 0.6],
  [4.07, 0.05, 0.35],
] as const;

function bell(stage: Stage, at: number): void {
  for (const [ratio, level, seconds] of PARTIALS) tone(stage, at, 660 * ratio, 660 * ratio, level, seconds);
}

/* Strokes that come closer and louder, for the steps of the podium. */
function roll(stage: Stage, at: number): void {
  for (let i = 0; i < 22; i++) hiss(stage, at + i * 0.055, 1400, 0.05 + i * 0.012, 0.08);
}

const MOMENTS: Record<Moment, (stage: Stage, at: number) => void> = {
  start: (stage, at) => {
    drum(stage, at, 0.8);
    drum(stage, at + 0.45, 0.8);
    drum(stage, at + 0.9, 1);
  },
  open: (stage, at) => drum(stage, at, 0.9),
  tick: (stage, at) => tone(stage, at, 1250, 1250, 0.12, 0.05),
  reveal: bell,
  podium: (stage, at) => {
    for (const later of [0, 0.38, 0.76]) drum(stage, at + later, 1);
    bell(stage, at + 1.1);
  },
  roll,
};

function open(): Stage | null {
  const Context = window.AudioContext ?? (window as { webkitAudioContext?: typeof AudioContext }).webkitAudioContext;
  if (!Context) return null;
  const context = new Context();
  const out = context.createGain();
  out.gain.value = 0.7;
  out.connect(context.destination);
  return { context, out, noise: noise(context) };
}

export function sounds(): Sounds {
  let stage: Stage | null = null;
  let sounding = false;
  return {
    able: "AudioContext" in window || "webkitAudioContext" in window,
    on: () => sounding,
    turn: (on) => {
      sounding = on;
      if (on && !stage) stage = open();
      void (on ? stage?.context.resume() : stage?.context.suspend());
    },
    play: (moment) => {
      if (sounding && stage) MOMENTS[moment](stage, stage.context.currentTime + 0.01);
    },
  };
}
