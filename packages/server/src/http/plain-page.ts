import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Html, html } from './html.ts';

// Pages for people, without a script. They work offline, on phones and in dark mode.

/** `content` is HTML below the heading; `language` is that of all texts. */
export type PlainPage = { language: 'en' | 'de'; title: string; content: Html };

const style = `
:root{color-scheme:light dark;--bg:light-dark(#fbfaf8,#14161a);--panel:light-dark(#fff,#1b1e24);--ink:light-dark(#1d2127,#e9ebef);--mute:light-dark(#59616d,#9aa3b0);--line:light-dark(#e5e2dc,#2c313a);--edge:light-dark(#8a8578,#6b7482);--accent:light-dark(#0b5cad,#7db7ff);--accent-ink:light-dark(#fff,#0c1420);--bad:light-dark(#a1262c,#ff9a96);--warn-bg:light-dark(#fdf0df,#3a2a16);--ok-bg:light-dark(#e4f3e9,#17301f);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);overflow-wrap:anywhere}
header{padding:12px 20px;border-bottom:1px solid var(--line);background:var(--panel);font-weight:650}
main{max-width:640px;margin:24px auto;padding:0 20px}main.wide{max-width:1080px}
h1{font-size:24px;line-height:1.25;letter-spacing:-.02em;margin:0 0 4px}h2{font-size:16px;margin:24px 0 4px}p{margin:8px 0}.mute{color:var(--mute)}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:4px 16px;margin:16px 0}.note{border-radius:8px;padding:8px 12px;background:var(--warn-bg)}.note.ok{background:var(--ok-bg)}
dl{margin:0}dl>div{display:flex;justify-content:space-between;gap:16px;padding:8px 0;border-bottom:1px solid var(--line)}dl>div:last-child{border:0}dt{color:var(--mute);overflow-wrap:break-word}dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}dd s{color:var(--mute);margin-right:4px}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:8px 16px 8px 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}td{overflow-wrap:break-word}.wide td{overflow-wrap:anywhere}thead th{color:var(--mute)}tr:last-child>*{border-bottom:0}
form{margin:16px 0;display:flex;flex-wrap:wrap;gap:12px;align-items:end}button,input{font:inherit;min-height:44px;padding:8px 18px;border:1px solid var(--edge);border-radius:8px;background:var(--panel);color:var(--ink)}button{cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--accent-ink);font-weight:600}button.bad{border-color:var(--bad);color:var(--bad);font-weight:600}label{display:grid;gap:4px}a{color:var(--accent)}
iframe{display:block;width:100%;height:75vh;border:1px solid var(--line);border-radius:10px;background:#fff}pre{white-space:pre-wrap;margin:8px 0;font:13px/1.5 ui-monospace,monospace}
:is(button,a,input):focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media(max-width:640px){main{margin:16px auto;padding:0 16px}form button{flex:1 1 100%}td,th{padding-right:8px}}
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** Headers of a page that nobody may frame, keep or index, and whose address other sites must not see. */
export const plainPageHeaders = (frames: "'none'" | "'self'" = "'none'") => ({
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `frame-src ${frames}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});

// The hash covers the whole text of the element.
const styleElement = new Html(`<style>${style}</style>`);

export function renderPage({ language, title, content }: PlainPage, width: 'narrow' | 'wide' = 'narrow'): string {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Partner Renewals</title>
        ${styleElement}
      </head>
      <body>
        <header>Partner Renewals</header>
        <main class="${width}">
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.toString();
}

export function sendPage(reply: FastifyReply, status: number, page: PlainPage): FastifyReply {
  return reply.code(status).headers(plainPageHeaders()).type('text/html; charset=utf-8').send(renderPage(page));
}
