import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** isUtf8: sent with SMTPUTF8. Domains are shown decoded. */
export type Received = { from: string; to: string[]; isUtf8: boolean; raw: string };

/** A refusal: the code, and the text with or without an enhanced code. */
export type Refusal = { code: number; text: string };

type Command = 'CONNECT' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

/** Takes mail on loopback. A test says how each command is answered; `null` accepts it. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<{
  port: number;
  received: Received[];
  /** Connections so far, and those open now. */
  connections: number;
  openConnections: number;
  hangUp(): void;
  answer(command: Command, refusal: (address: string) => Refusal | 'silence' | 'hang up' | null): void;
  close(): Promise<void>;
}> {
  const received: Received[] = [];
  const answers = new Map<Command, (address: string) => Refusal | 'silence' | 'hang up' | null>();
  const served = { connections: 0 };

  function reply(command: Command, address: string, leave: () => void, accept: () => void, refuse: (error: Error) => void): void {
    const answer = answers.get(command)?.(address) ?? null;
    if (answer === null) return accept();
    if (answer === 'hang up') return leave();
    if (answer !== 'silence') refuse(Object.assign(new Error(answer.text), { responseCode: answer.code }));
  }

  const server: SMTPServer = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    hidePIPELINING: false,
    logger: false,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 1,
    onConnect(session, callback) {
      served.connections += 1;
      reply('CONNECT', '', () => hangUp(session.id), callback, callback);
    },
    onAuth(auth, session, callback) {
      reply(
        'AUTH',
        auth.username ?? '',
        () => hangUp(session.id),
        () => callback(null, { user: auth.username }),
        callback,
      );
    },
    onMailFrom: ({ address }, session, callback) => reply('MAIL', address, () => hangUp(session.id), callback, callback),
    onRcptTo: ({ address }, session, callback) => reply('RCPT', address, () => hangUp(session.id), callback, callback),
    onData(stream, session, callback) {
      const receive = async () => {
        const raw = await text(stream.setEncoding('latin1')).catch(() => null);
        // The client has gone before the whole mail was there.
        if (raw === null) return;
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo.map(({ address }) => address);
        const isUtf8 = mailFrom !== false && Object.hasOwn(mailFrom.args || {}, 'SMTPUTF8');
        received.push({ from: mailFrom ? mailFrom.address : '', to, isUtf8, raw });
        reply('DATA', to[0] ?? '', () => hangUp(session.id), callback, callback);
      };
      void receive();
    },
    ...options,
  });
  function hangUp(session: string): void {
    for (const connection of server.connections) if (connection.session.id === session) connection.close();
  }
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    get connections() {
      return served.connections;
    },
    get openConnections() {
      return server.connections.size;
    },
    hangUp() {
      for (const connection of server.connections) connection.close();
    },
    answer: (command, refusal) => void answers.set(command, refusal),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
