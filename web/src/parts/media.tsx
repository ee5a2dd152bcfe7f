/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media.tsx - a question's picture or sound, with its words for who does not see or hear it.
 *
 * Its size is known before it has come, so nothing moves. A tap shows it large; what cannot be had is told by its words.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Media as About } from "../lib/frames";
import { langOf, textOf } from "../lib/i18n";

function Large({ url, alt, close }: { url: string; alt: string; close: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current!.focus(), []);
  return (
    <div class="media-large" role="dialog" aria-modal="true" aria-label={alt} tabIndex={0} ref={box} onClick={close} onKeyDown={(e) => { e.stopPropagation(); if (e.key !== "Tab") close(); else e.preventDefault(); }} data-testid="media-large">
      <img src={url} alt="" />
    </div>
  );
}

function Picture({ media, url, alt, lose }: { media: About; url: string; alt: string; lose: () => void }) {
  const [large, setLarge] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { width, height } = media;
  return (
    <>
      <button type="button" class="media" aria-haspopup="dialog" ref={button} onClick={() => setLarge(true)} style={width && height ? { "--ratio": String(width / height) } : undefined} data-testid="media">
        <img src={url} alt={alt} width={width} height={height} onError={lose} />
      </button>
      {large && <Large url={url} alt={alt} close={() => { setLarge(false); button.current!.focus(); }} />}
    </>
  );
}

function One({ media }: { media: About }) {
  const [lost, setLost] = useState(false);
  const alt = textOf(media.alt);
  const url = media.url && /^[\w./-]+$/.test(media.url) && !lost ? media.url : "";
  const sound = media.kind === "sound";
  const words = <p class="media-words" lang={langOf(media.alt)}>{sound && <span aria-hidden="true">♪ </span>}{alt}</p>;
  if (url && !sound)
    return <Picture media={media} url={url} alt={alt} lose={() => setLost(true)} />;
  return <>{url && <audio class="media-sound" controls preload="none" src={url} aria-label={alt} onError={() => setLost(true)} />}{words}</>;
}

export function Media({ media }: { media: About | null | undefined }) {
  return media ? <One key={media.url || textOf(media.alt)} media={media} /> : null;
}
