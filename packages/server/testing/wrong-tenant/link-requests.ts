import { addDays } from '../../src/calendar-date.ts';
import { linkUrl, type LinkPurpose } from '../../src/reminder/reminder-link.ts';
import { testLinkSecret } from '../test-server.ts';
import { partnerIds } from './canaries.ts';
import { idOf, today } from './row-parts.ts';
import type { WalkRequest } from './world.ts';

/** What a form of each link says. */
const forms: Readonly<Record<LinkPurpose, readonly string[]>> = {
  ACCEPT: ['version=1'],
  REQUEST_CANCELLATION: ['version=1'],
  // On the last one, renewal 2 can be decided at A, and no more at the others.
  SNOOZE: [`until=${addDays(today, 3)}`, `until=${addDays(today, 25)}`],
  UNSUBSCRIBE: ['List-Unsubscribe=One-Click', 'action=resume'],
};

const names = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'own'].map((name) => `message ${name}`);
const messages = [...names.map((name) => ({ name, id: idOf('A', name) })), { name: "message of B's own", id: idOf('B', 'message own') }];

/** The links of A's mails, and one that names a message of B: each is opened and then its form is sent. */
export const linksOpened: readonly WalkRequest[] = messages.flatMap(({ name, id: messageId }) =>
  Object.entries(forms).flatMap(([purpose, bodies]) => {
    const link = { purpose: purpose as LinkPurpose, partnerId: partnerIds.A, messageId, expiresAt: new Date('2999-01-01') };
    const path = linkUrl([testLinkSecret], '', link);
    return [null, ...bodies].map((form): WalkRequest => ({
      ...{ name: `link ${purpose} of ${name}, ${form ?? 'opened'}`, document: '', as: 'ADMIN user of A', isMutation: form !== null },
      page: { path, form },
    }));
  }),
);
