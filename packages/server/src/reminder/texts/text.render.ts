import type { Action, Block, Content } from './content.ts';
import { unlinked } from './shown-text.ts';

/** The text part of a mail. */
export function renderText({ sender, heading, blocks, footer, stop }: Content): string {
  const parts = [
    plain(heading),
    ...blocks.map(renderBlock),
    ['—', ...[sender, ...footer].map(plain), ...(stop === null ? [] : [renderAction(stop)])].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'day':
      return plain(`${block.label}: ${block.day}\n${block.note}`);
    case 'paragraph':
      return plain(block.text);
    case 'section':
      return plain(`${block.title}\n${'='.repeat(block.title.length)}`);
    case 'facts':
      return plain(
        [block.caption, ...block.facts.map(({ label, was, value }) => `- ${label}: ${was ? `${was} → ` : ''}${value}`)].join('\n'),
      );
    case 'actions':
      return block.actions.map(renderAction).join('\n');
    // A change in a list.
    default:
      return [
        plain([`* ${block.title}`, ...(block.note === null ? [] : [block.note]), block.lines.join(' · ')].join('\n  ')),
        ...block.actions.map((action) => `  ${renderAction(action)}`),
      ].join('\n');
  }
}

const renderAction = ({ label, url }: Action): string => `${plain(label)}: ${url}`;

/** Programs that read mail aloud or in a terminal stumble over spaces that do not break. */
const plain = (text: string): string => unlinked(text.replace(/[\u00a0\u202f]/g, ' '));
