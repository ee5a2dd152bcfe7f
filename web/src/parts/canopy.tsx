/* SPDX-License-Identifier: Apache-2.0 */
/* canopy.tsx - the flame tree that stands at the edge of the yard. Decoration: nobody is told of it. */
const PETALS = [0, 72, 144, 216, 288];

function Flower({ x, y, size, turn }: { x: number; y: number; size: number; turn: number }) {
  return (
    <g transform={`translate(${x} ${y}) rotate(${turn}) scale(${size})`}>
      {PETALS.map((angle, i) => (
        <path transform={`rotate(${angle})`} fill={i === 0 ? "#F6C9A8" : i % 2 ? "#C8321F" : "#B3261E"} d="M0 0C-9-6-9-17-3-21Q0-23 3-21C9-17 9-6 0 0Z" />
      ))}
      <circle r="2.6" fill="#F2B134" />
    </g>
  );
}

function Leaf({ x, y, turn, size }: { x: number; y: number; turn: number; size: number }) {
  const pairs = [6, 13, 20, 27, 34, 41, 48];
  return (
    <g transform={`translate(${x} ${y}) rotate(${turn}) scale(${size})`} stroke="#2E7D5B" stroke-width="2.6" stroke-linecap="round" fill="none">
      <path d="M0 0H54" stroke-width="1.2" />
      {pairs.map((at) => <path d={`M${at} 0l5-7M${at} 0l5 7`} />)}
    </g>
  );
}

const LEAVES = [[300, 26, 168, 1.5], [330, 70, 150, 1.3], [240, 10, 130, 1.2], [352, 20, 110, 1.3], [190, 6, 160, 1.1], [368, 110, 120, 1.1], [285, 52, 205, 1.1]] as const;
const FLOWERS = [[352, 34, 1.5, 10], [300, 22, 1.2, 50], [324, 78, 1.1, 100], [250, 16, 1, 20], [376, 92, 1.1, 70], [276, 50, 0.8, 30], [210, 10, 0.7, 5], [362, 138, 0.75, 40], [390, 20, 1.1, 60]] as const;

export function Canopy({ side = "" }: { side?: string }) {
  return (
    <svg class={"canopy " + side} viewBox="0 0 400 180" aria-hidden="true" focusable="false">
      {LEAVES.map(([x, y, turn, size]) => <Leaf x={x} y={y} turn={turn} size={size} />)}
      {FLOWERS.map(([x, y, size, turn]) => <Flower x={x} y={y} size={size} turn={turn} />)}
    </svg>
  );
}
