/* SPDX-License-Identifier: Apache-2.0 */
/* card.ts - the result as a picture (1080 x 1080), drawn on this phone; nothing is sent anywhere. */

export interface Card { title: string; name: string; place: string; points: string; right: string; day: string }

const SIZE = 1080;
const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';
/* rgb of tokens.css; a canvas does not read custom properties */
const PHUONG = "#B3261E", PALE = "#D9564C", BELL = "#F2B134", PAPER = "#FFF9F2";

function flower(c: CanvasRenderingContext2D, x: number, y: number, scale: number): void {
  const petal = new Path2D("M0 0C-9-8-11-20-4-27c2-2 6-2 8 0C11-20 9-8 0 0Z");
  for (let i = 0; i < 5; i++) {
    c.save();
    c.translate(x, y);
    c.scale(scale, scale);
    c.rotate((i * 72 * Math.PI) / 180);
    c.fillStyle = PALE;
    c.fill(petal);
    c.restore();
  }
}

/** The largest size at which `text` fits into `width`. */
function fit(c: CanvasRenderingContext2D, text: string, size: number, width: number, weight: number): void {
  let s = size;
  do {
    c.font = `${weight} ${s}px ${SANS}`;
    s -= 4;
  } while (c.measureText(text).width > width && s > 24);
}

/** Returns a data: address, or null where the browser refuses to draw. */
export function drawCard(card: Card): string | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const c = canvas.getContext("2d");
  if (!c || typeof Path2D === "undefined")
    return null;
  c.fillStyle = PHUONG;
  c.fillRect(0, 0, SIZE, SIZE);
  flower(c, 110, 940, 7);
  flower(c, 980, 130, 6);
  flower(c, 930, 960, 4);
  c.textAlign = "center";
  const lines: [string, number, number, string, number][] = [
    [card.title, 44, 150, PAPER, 600], [card.name, 84, 300, PAPER, 700], [card.place, 170, 540, BELL, 800],
    [card.points, 84, 690, PAPER, 700], [card.right, 48, 790, PAPER, 500], [`hội thi · ${card.day}`, 36, 980, PAPER, 500],
  ];
  for (const [text, size, y, colour, weight] of lines) {
    fit(c, text, size, SIZE - 160, weight);
    c.fillStyle = colour;
    c.fillText(text, SIZE / 2, y);
  }
  try {
    return canvas.toDataURL("image/png");
  } catch (_) {
    return null;
  }
}
