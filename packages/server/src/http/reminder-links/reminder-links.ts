import type { FastifyInstance } from 'fastify';
import { createBuckets } from '../../api/cost.bucket.ts';
import type { Config } from '../../config.ts';
import { readLinkSecrets } from '../../reminder/link-secret.ts';
import type { LinkSecrets } from '../../reminder/reminder-link.ts';
import { routeChangeLinks } from './change-links.routes.ts';
import { guardLinks, refuse, type LinkScope } from './link-scope.ts';
import { routeUnsubscribeLinks } from './unsubscribe-links.routes.ts';

export type ReminderLinksOptions = Omit<LinkScope, 'secrets' | 'addresses' | 'partners'> & {
  config: Pick<Config, 'businessTimeZone' | 'dataDir' | 'linkSecrets' | 'mail'>;
};

// A mail provider posts for many readers from a few addresses.
const perAddress = { size: 60, restoredPerSecond: 10 };
const perPartner = { size: 300, restoredPerSecond: 50 };

/**
 * The pages behind the links in e-mails. They need no key: a token is the right to do one thing. A GET only shows, also to scanners that
 * follow links; a POST acts.
 */
export async function registerReminderLinks(app: FastifyInstance, { config, ...options }: ReminderLinksOptions): Promise<void> {
  const scope = { ...options, addresses: createBuckets(perAddress), partners: createBuckets(perPartner), secrets: secretsOf(config) };
  const form = 'application/x-www-form-urlencoded';
  await app.register(async (inner) => {
    guardLinks(inner, scope, { purposes: ['ACCEPT', 'REQUEST_CANCELLATION', 'SNOOZE'], types: [form] });
    routeChangeLinks(inner, { ...scope, businessTimeZone: config.businessTimeZone });
    refuseOtherMethods(inner, '/r/*');
  });
  await app.register(async (inner) => {
    guardLinks(inner, scope, { purposes: ['UNSUBSCRIBE'], types: [form, 'multipart/form-data'] });
    routeUnsubscribeLinks(inner, { ...scope, vendorMail: config.mail.vendorAddress ?? null });
    refuseOtherMethods(inner, '/unsubscribe/*');
  });
}

function refuseOtherMethods(app: FastifyInstance, url: string): void {
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url,
    handler: async (request, reply) => refuse(request, reply.header('allow', 'GET, HEAD, POST'), 'malformed', 405),
  });
}

/** Read at the first use. A failure is not kept: a folder may become readable. */
function secretsOf(config: ReminderLinksOptions['config']): () => Promise<LinkSecrets> {
  let secrets: Promise<LinkSecrets> | undefined;
  return async () => {
    secrets ??= readLinkSecrets(config);
    try {
      return await secrets;
    } catch (error) {
      secrets = undefined;
      throw error;
    }
  };
}
