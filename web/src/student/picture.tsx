/* SPDX-License-Identifier: Apache-2.0 */
/* picture.tsx - a question's picture or sound, with its words for who does not see or hear it. */
import type { Media } from "../lib/frames";
import { textOf } from "../lib/i18n";

export function Picture({ media }: { media: Media | null | undefined }) {
  const url = media && (media.url || media.file);
  if (!media || !url || !/^[\w./-]+$/.test(url))
    return null;
  const alt = textOf(media.alt);
  if (/\.(mp3|ogg|wav|m4a)$/.test(url))
    return <audio class="sound" controls src={url} aria-label={alt} />;
  return <img class="picture" src={url} alt={alt} />;
}
