/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build.mjs - makes the pages and the one C file that carries them into the program.
 *
 * Each page is one HTML, one CSS and one JS file; assets carry their content's hash in their name, so they may be kept
 * for ever, and HTML names them by relative addresses, so a proxy's sub-path works. A page exists when its
 * src/PAGE/main.tsx does. Each file is compressed once, here.
 *
 *   node build.mjs [OUT-DIR [C-FILE]]      (from anywhere; default ../build/web and ../build/pages.c)
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = resolve(process.argv[2] || join(root, "build/web"));
const cFile = resolve(process.argv[3] || join(root, "build/pages.c"));

/* name of the folder → its address, title, look, and budget for everything it loads, gzipped. A page that is "split" asks
   for a part of its code after its first drawing and is made of modules; "soon" is the budget of what that drawing needs
   (1.4 s at 500 kbit/s, 400 ms away, on a processor slowed four times). */
const PAGES = [
  { name: "student", path: "/", file: "index.html", title: "hoithi", look: "follows-phone", budget: 45 * 1024, split: true, soon: 26 * 1024 },
  { name: "host", path: "/host", file: "host.html", title: "hoithi · Người dẫn", look: "follows-phone", budget: 90 * 1024 },
  { name: "screen", path: "/screen", file: "screen.html", title: "hoithi · Màn hình", look: "dusk", budget: 90 * 1024 },
  { name: "judge", path: "/judge", file: "judge.html", title: "hoithi · Giám khảo", look: "follows-phone", budget: 90 * 1024 },
  { name: "editor", path: "/editor", file: "editor.html", title: "hoithi · Soạn câu hỏi", look: "follows-phone", budget: 90 * 1024 },
  { name: "practice", path: "/practice", file: "practice.html", title: "hoithi · Luyện tập", look: "follows-phone", budget: 90 * 1024 },
];
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const gzip = (bytes) => gzipSync(bytes, { level: 9 });
const type = (name) => TYPES[name.split(".").pop()];

/* Modules know each other by name, so their names come from esbuild, which puts their content's hash in. */
function shape(page) {
  return page.split
    ? { format: "esm", splitting: true, entryNames: "[name].[hash]", chunkNames: `${page.name}-[name].[hash]`, metafile: true }
    : { format: "iife", metafile: true };
}

async function bundle(page) {
  const result = await build({
    entryPoints: { [page.name]: join(here, "src", page.name, "main.tsx") }, outdir: join(out, "a"), ...shape(page),
    bundle: true, minify: true, write: false, charset: "utf8", legalComments: "none",
    target: ["chrome80", "safari13"], supported: { destructuring: true }, jsx: "automatic", jsxImportSource: "preact", define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  const bytes = (ext) => result.outputFiles.filter((f) => f.path.endsWith(ext));
  const css = bytes(".css").map((f) => asset(page.name, "css", Buffer.from(f.contents)))[0] || null;
  if (!page.split)
    return { css, first: bytes(".js").map((f) => asset(page.name, "js", Buffer.from(f.contents))), later: [] };
  for (const f of bytes(".js"))
    put("/" + relative(out, f.path), relative(out, f.path), Buffer.from(f.contents));
  return { css, ...parts(result.metafile) };
}

/* The modules that the first drawing needs (all asked for at once by the HTML), and the others. */
function parts(metafile) {
  const outputs = Object.entries(metafile.outputs).filter(([name]) => name.endsWith(".js"));
  const name = (path) => "a/" + path.split("/").pop();
  const entry = outputs.find(([, o]) => o.entryPoint && o.entryPoint.endsWith("main.tsx"));
  const first = [...entry[1].imports.filter((i) => i.kind === "import-statement").map((i) => name(i.path)), name(entry[0])];
  return { first, later: outputs.map(([path]) => name(path)).filter((n) => !first.includes(n)) };
}

async function guard() {
  const result = await build({
    entryPoints: [join(here, "src/lib/guard.js")], minify: true, write: false, target: ["es5"], charset: "utf8", legalComments: "none", logLevel: "warning",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function html(page, assets) {
  const script = page.split ? 'type="module"' : "defer";
  const scripts = assets.first.map((name) => `<script ${script} src="${name}"></script>`).join("\n");
  const css = assets.css ? `<link rel="stylesheet" href="${assets.css}">\n` : "";
  return `<!doctype html>
<html lang="vi" class="${page.look}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<title>${page.title}</title>
<link rel="icon" href="${assets.icon}">
${css}<script src="${assets.guard}"></script>
${scripts}
</head>
<body class="page-${page.name}">
<div id="app"><p class="first">Đang mở trang…</p></div>
<noscript><p class="too-old">Trang này cần JavaScript. Bạn bật JavaScript rồi tải lại nhé. <span lang="en">This page needs JavaScript.</span></p></noscript>
</body>
</html>
`;
}

/* The files to serve: { path, name (on disk), bytes }. */
const served = [];
const written = new Set();
function put(path, name, bytes) {
  if (written.has(path))
    return;
  written.add(path);
  served.push({ path, name, bytes });
}
function asset(stem, ext, bytes) {
  const name = `a/${stem}.${sha256(bytes).slice(0, 8)}.${ext}`;
  put("/" + name, name, bytes);
  return name;
}

rmSync(out, { recursive: true, force: true });
const guardName = asset("guard", "js", await guard());
const iconName = asset("icon", "svg", readFileSync(join(here, "src/lib/icon.svg")));
let failed = false;
for (const page of PAGES) {
  if (!existsSync(join(here, "src", page.name, "main.tsx")))
    continue;
  const names = { guard: guardName, icon: iconName, ...(await bundle(page)) };
  const text = Buffer.from(html(page, names));
  put(page.path, page.file, text);
  const weigh = (list) => [text, ...served.filter((f) => list.flat().includes(f.name)).map((f) => f.bytes)].reduce((a, b) => a + gzip(b).length, 0);
  const sum = weigh(Object.values(names)), soon = weigh([names.guard, names.css, names.first]);
  if (page.soon && soon > page.soon) {
    console.error(`${page.name}: its first drawing needs ${soon} bytes, over ${page.soon}`);
    failed = true;
  }
  console.log(`${page.name}: ${(sum / 1024).toFixed(1)} KB gzipped of ${page.budget / 1024}`);
  if (sum > page.budget) {
    console.error(`${page.name}: over its budget by ${sum - page.budget} bytes`);
    failed = true;
  }
}
if (failed)
  process.exit(1);

for (const f of served) {
  const to = join(out, f.name);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, f.bytes);
  writeFileSync(to + ".gz", gzip(f.bytes));
}

/* The assembler copies the bytes in, so the C file stays small and quick to compile. It is compiled from the root. */
function place(symbol, path) {
  return `__asm__(".section .rodata\\n.balign 16\\n${symbol}:\\n.incbin \\"${relative(root, path)}\\"\\n.byte 0\\n.previous\\n");\nextern const unsigned char ${symbol}[];\n`;
}
served.sort((a, b) => (a.path < b.path ? -1 : 1));
let c = "/* Made by web/build.mjs; do not edit. */\n#include \"engine/pages.h\"\n\n";
served.forEach((f, i) => {
  c += place(`page_plain_${i}`, join(out, f.name)) + place(`page_gzip_${i}`, join(out, f.name + ".gz"));
});
c += "\nconst struct page pages[] = {\n";
served.forEach((f, i) => {
  c += `    { "${f.path}", "${type(f.name)}", "\\"${sha256(f.bytes).slice(0, 24)}\\"",\n      page_gzip_${i}, ${gzip(f.bytes).length}, page_plain_${i}, ${f.bytes.length} },\n`;
});
c += `};\nconst size_t page_count = ${served.length};\n`;
mkdirSync(dirname(cFile), { recursive: true });
writeFileSync(cFile, c);
