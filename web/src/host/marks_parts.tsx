/* SPDX-License-Identifier: Apache-2.0 */
/* marks_parts.tsx - what the lists of marks share. */
import type { ComponentChildren } from "preact";
import { tk } from "./marks_list";

/** Wider than a phone: it scrolls by itself, also from the keyboard. */
export function Wide({ what, children }: { what: string; children: ComponentChildren }) {
  return <div class="marks-wide" role="region" tabIndex={0} aria-label={tk("marks.scroll", { what })}>{children}</div>;
}
