/* SPDX-License-Identifier: Apache-2.0 */
/* qr.tsx - a QR code as one SVG path: sharp at any size, dark on white whatever the page's colours. */
import { encode } from "uqr";

const QUIET = 3; /* modules of white around; 4 is the norm, 3 reads everywhere and saves room */

function path(text: string): { d: string; size: number } {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const dark: string[] = [];
  data.forEach((row, y) => row.forEach((on, x) => on && dark.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`)));
  return { d: dark.join(""), size: size + 2 * QUIET };
}

export function Qr({ text, label }: { text: string; label: string }) {
  const { d, size } = path(text);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={d} fill="#14202B" />
    </svg>
  );
}
