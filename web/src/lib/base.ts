/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base.ts - where this server's pages live, taken from the address: a proxy may put it under a sub-path.
 *
 * Pages are BASE, BASE/host, BASE/screen, …; assets, /api and /ws stand beside them.
 */

export interface Base { /** "/" or "/quiz/" */ path: string; /** "https://host/quiz/" */ http: string; /** "wss://host/quiz/ws" */ ws: string }

export function baseOf(location: { protocol: string; host: string; pathname: string }): Base {
  const path = location.pathname.replace(/[^/]*$/, "");
  const secure = location.protocol === "https:";
  return {
    path,
    http: `${location.protocol}//${location.host}${path}`,
    ws: `${secure ? "wss" : "ws"}://${location.host}${path}ws`,
  };
}

export function base(): Base {
  return baseOf(window.location);
}

/**
 * The fragment as a map, taken out of the address bar at once: "#key=a&x=b" → {key, x}; "#482913" → {"": "482913"}.
 * Call it once, at the start of a page, and keep what it says.
 */
export function takeFragment(): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  const text = window.location.hash.replace(/^#/, "");
  for (const part of text.split("&")) {
    if (part === "")
      continue;
    const i = part.indexOf("=");
    const name = i < 0 ? "" : part.slice(0, i);
    try {
      found[name] = decodeURIComponent(i < 0 ? part : part.slice(i + 1));
    } catch (_) {
      found[name] = part.slice(i + 1);
    }
  }
  if (text !== "")
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  return found;
}
