/* SPDX-License-Identifier: Apache-2.0 */
/* hero.tsx - the coloured head of a page: bell, petals of the flame tree, and what matters most. */
import type { ComponentChildren } from "preact";

export function Bell() {
  return (
    <svg class="bell" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <path fill="currentColor" d="M32 6a4 4 0 0 1 4 4v2C45 14 51 22 51 31v10l5 7v3H8v-3l5-7V31c0-9 6-17 15-19v-2a4 4 0 0 1 4-4Zm-8 49h16a8 8 0 0 1-16 0Z" />
    </svg>
  );
}

/** Five petals, one of them pale with specks, as the flower has it. */
export function Flower() {
  const petal = "M0 0C-9-8-11-20-4-27c2-2 6-2 8 0C11-20 9-8 0 0Z";
  return (
    <svg class="flower" viewBox="-34 -34 68 68" aria-hidden="true" focusable="false">
      {[0, 72, 144, 216, 288].map((a) => <path d={petal} transform={`rotate(${a})`} fill={a === 0 ? "#F6D9A8" : "currentColor"} />)}
      <circle r="4" fill="#F2B134" />
    </svg>
  );
}

export type Tone = "phuong" | "leaf" | "slate" | "bell" | "sea";

export function Hero({ tone, children, tall }: { tone: Tone; children: ComponentChildren; tall?: boolean }) {
  return (
    <div class={`hero hero-${tone}${tall ? " hero-tall" : ""}`}>
      <div class="hero-deco"><Flower /><Flower /><Flower /></div>
      <div class="hero-in">{children}</div>
    </div>
  );
}
