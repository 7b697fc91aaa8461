import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import { readConfig, type Config } from '../../src/config.ts';
import type { Mail, MailTransport } from '../../src/mail/mail.ts';
import { createSmtpTransport } from '../../src/mail/smtp.transport.ts';
import { startMailServer } from '../mail-server.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });

/** The record in the DNS that verifies the signatures. */
export const dkimRecord = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;

export const mail: Mail = {
  id: '0198f4a2-0000-7000-8000-000000000001',
  senderName: 'Nordlicht Digital GmbH',
  replyTo: { name: 'Jonas Krüger', address: 'jonas@nordlicht.example' },
  to: { name: 'Dr. Imke Boysen', address: 'imke@aerztenord.example' },
  subject: 'Ärzte Nord eG: Verlängerung, noch 7 Tage',
  text: 'Guten Tag\n\nÄrzte Nord eG\n',
  html: '<!doctype html><html lang="de"><body><p>Guten Tag</p><p>Ärzte Nord eG</p></body></html>',
  list: {
    id: 'customer-notice.0198f4a2-0000-7000-8000-00000000000a',
    unsubscribeUrl: `https://renewals.example.com/mail/unsubscribe?token=${'a1B2-_'.repeat(40)}`,
  },
};

/** A mail server, and transports to it. */
export async function startDelivery() {
  const server = await startMailServer();
  const logged: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) });
  // By their settings, because a new connection takes a tenth of a second.
  const transports = new Map<string, MailTransport>();

  const configured = (environment: NodeJS.ProcessEnv): Config =>
    readConfig({
      SMTP_URL: `smtp://127.0.0.1:${server.port}`,
      MAIL_FROM: 'Renewals <renewals@mail.example.com>',
      MAIL_BOUNCE: 'bounces@mail.example.com',
      PUBLIC_URL: 'https://renewals.example.com',
      LINK_SECRET: 'a secret of at least 32 characters',
      DKIM_DOMAIN: 'example.com',
      DKIM_SELECTOR: 'mail2026',
      DKIM_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ...environment,
    });

  return {
    server,
    logged,
    transportOf(environment: NodeJS.ProcessEnv = {}): MailTransport {
      const key = JSON.stringify(environment);
      const { mail: config } = configured(environment);
      const transport = transports.get(key) ?? createSmtpTransport(config, config.smtp!, log);
      transports.set(key, transport);
      return transport;
    },
    /** Waits for answers only so long. */
    impatient(limitMs: number, environment: NodeJS.ProcessEnv = {}): MailTransport {
      const { mail: config } = configured(environment);
      const transport = createSmtpTransport(config, config.smtp!, log, limitMs);
      transports.set(`impatient ${transports.size}`, transport);
      return transport;
    },
    /** The server takes everything again. */
    reset(): void {
      server.received.length = 0;
      logged.length = 0;
      for (const command of ['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'] as const) server.answer(command, () => null);
    },
    async close(): Promise<void> {
      await Promise.all([...transports.values()].map((transport) => transport.close()));
      await server.close();
    },
  };
}
