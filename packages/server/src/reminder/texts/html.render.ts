import type { Action, Block, Content } from './content.ts';
import { font, light, styleSheet } from './html.styles.ts';
import { unlinked } from './shown-text.ts';

/** The HTML part of a mail: no picture, nothing to load, readable without its style sheet. */
export function renderHtml({ language, subject, preview, sender, heading, blocks, footer, stop }: Content): string {
  const { page, panel, line, ink, mute } = light;
  // Headings of a page skip no level.
  const itemHeading = blocks.some(({ kind }) => kind === 'section') ? 'h3' : 'h2';
  const end = [...footer.map(text), ...(stop === null ? [] : [link(stop)])];
  return `<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="x-apple-disable-message-reformatting">
<title>${text(subject)}</title>
<style>${styleSheet}</style>
</head>
<body class="page" style="margin:0;padding:0;background:${page};-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all">${text(preview)}</div>
<div role="article" aria-roledescription="email" aria-label="${text(subject)}" lang="${language}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:${page}"><tr><td class="outer" align="center" style="padding:24px 12px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px"><tr><td class="panel" align="left" style="background:${panel};border:1px solid ${line};border-radius:10px;padding:28px;${font};font-size:16px;line-height:1.5;color:${ink};overflow-wrap:anywhere;word-break:break-word">
<p class="mute" style="margin:0 0 4px;font-size:14px;color:${mute}">${text(sender)}</p>
<h1 class="ink" style="margin:0 0 16px;font-size:22px;line-height:1.25;font-weight:650;color:${ink}">${text(heading)}</h1>
${blocks.map((block) => renderBlock(block, itemHeading)).join('\n')}
<div class="line mute" style="margin-top:24px;padding-top:16px;border-top:1px solid ${line};font-size:14px;color:${mute}">
${end.map((entry) => `<p style="margin:0 0 6px">${entry}</p>`).join('\n')}
</div>
</td></tr></table>
</td></tr></table>
</div>
</body>
</html>
`;
}

const marks = {
  calm: { background: light.soft, ink: light.ink, border: light.accent },
  soon: { background: light.soon, ink: light.soonInk, border: light.soonInk },
  last: { background: light.last, ink: light.lastInk, border: light.lastInk },
} as const;

function renderBlock(block: Block, itemHeading: 'h2' | 'h3'): string {
  const { ink, line, mute } = light;
  switch (block.kind) {
    case 'day': {
      const { background, ink: dayInk, border } = marks[block.tone];
      return `<div class="${block.tone}" style="margin:0 0 16px;padding:12px 16px;background:${background};border-left:4px solid ${border};border-radius:6px">
<div class="ink" style="font-size:14px;color:${ink}">${text(block.label)}</div>
<div class="ink" style="font-size:19px;line-height:1.35;font-weight:650;color:${ink}">${text(block.day)}</div>
<div class="t-${block.tone}" style="font-weight:600;color:${dayInk}">${text(block.note)}</div>
</div>`;
    }
    case 'paragraph':
      return `<p class="ink" style="margin:0 0 16px;color:${ink}">${text(block.text)}</p>`;
    case 'section':
      return `<h2 class="ink" style="margin:24px 0 8px;font-size:18px;line-height:1.3;font-weight:650;color:${ink}">${text(block.title)}</h2>`;
    case 'facts':
      return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font-size:15px;line-height:1.4">
<caption class="ink" style="text-align:left;font-weight:600;padding:8px 0 6px;color:${ink}">${text(block.caption)}</caption>
${block.facts
  .map(
    ({ label, was, value }) =>
      `<tr><th scope="row" class="label line mute" align="left" valign="top" style="width:42%;padding:7px 12px 7px 0;border-top:1px solid ${line};font-weight:400;text-align:left;hyphens:auto;color:${mute}">${text(label)}</th>` +
      `<td class="line ink" valign="top" style="padding:7px 0;border-top:1px solid ${line};color:${ink}">${was === undefined ? '' : `<span class="mute" style="color:${mute}">${text(was)}</span> → `}${text(value)}</td></tr>`,
  )
  .join('\n')}
</table>`;
    case 'actions':
      return `<div style="margin:0 0 12px">${block.actions.map(button).join('\n')}</div>`;
    // A change in a list.
    default: {
      const note =
        block.note === null
          ? ''
          : `\n<div class="t-${block.tone}" style="font-weight:600;font-size:15px;color:${marks[block.tone].ink}">${text(block.note)}</div>`;
      const actions = block.actions.length === 0 ? '' : `\n<div style="font-size:15px">${block.actions.map(link).join(' &nbsp; ')}</div>`;
      return `<div class="line" style="padding:12px 0;border-top:1px solid ${line}">
<${itemHeading} class="ink" style="margin:0;font-size:16px;line-height:1.35;font-weight:650;color:${ink}">${text(block.title)}</${itemHeading}>${note}
<div class="mute" style="font-size:15px;color:${mute}">${text(block.lines.join(' · '))}</div>${actions}
</div>`;
    }
  }
}

function button({ label, url, isMain }: Action): string {
  const { accent, onAccent, line } = light;
  const colours = isMain ? `background:${accent};border:1px solid ${accent};color:${onAccent}` : `border:1px solid ${line};color:${accent}`;
  return `<a class="button ${isMain ? 'main' : 'other'}" href="${escaped(url)}" style="display:inline-block;margin:0 8px 8px 0;padding:10px 16px;${colours};border-radius:8px;font-size:15px;line-height:22px;font-weight:600;text-decoration:none">${text(label)}</a>`;
}

const link = ({ label, url }: Action): string =>
  `<a class="link" href="${escaped(url)}" style="display:inline-block;padding:6px 0;color:${light.accent}">${text(label)}</a>`;

const text = (value: string): string => escaped(unlinked(value));

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (value: string): string => value.replace(/[&<>"']/g, (character) => escapes[character]!);
