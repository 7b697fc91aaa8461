import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { listKeptMail, readKeptMail, type KeptMail } from '../../mail/kept-mail.ts';
import { isDirectRequest } from '../explorers/prefill.ts';
import { html, named, type Html } from '../html.ts';
import { plainPageHeaders, renderPage } from '../plain-page.ts';

/** Whether e-mails are kept for the pages here: in development, while there is no server to send them by. */
export const hasMailbox = ({ environment, mail }: Pick<Config, 'environment' | 'mail'>): boolean =>
  environment !== 'production' && mail.smtp === undefined;

const listed = 200;

// Nothing of a mail runs or loads. Its links open in a window of their own, which may do what pages do.
const mailPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/**
 * `/mail`: the e-mails that were kept because none may leave. Their links act in the name of users, so only a browser on this machine
 * sees them, and no page of another site does.
 */
export async function registerMailbox(app: FastifyInstance, { dataDir }: { dataDir: string }): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    // Only a page that asks by itself sends an origin; a person who follows a link sends none.
    if (isDirectRequest(request.raw) && request.headers.origin === undefined) return undefined;
    return send(
      reply,
      403,
      'This page is for this machine',
      html`<p>
        Open ${named(`http://localhost:${request.socket.localPort ?? ''}/mail`)} on the machine of the server, without a proxy in between.
      </p>`,
    );
  });

  app.get('/mail', async (_request, reply) => {
    const mails = await listKeptMail(dataDir, listed);
    const content =
      mails.length === 0
        ? empty
        : html`<p class="mute">None of these left this machine. The newest is first. <a href="/mail">Load again</a></p>
            ${list(mails)}`;
    return send(reply, 200, 'E-mails', content);
  });

  app.get('/mail/:id', async (request, reply) => {
    const mail = await find(request, dataDir);
    return mail === null ? notFound(reply) : send(reply, 200, mail.subject, whole(mail));
  });

  app.get('/mail/:id/html', async (request, reply) => {
    const mail = await find(request, dataDir);
    if (mail === null) return notFound(reply);
    return reply
      .headers({ ...plainPageHeaders(), 'content-security-policy': mailPolicy })
      .type('text/html; charset=utf-8')
      .send(withOwnWindows(mail.html));
  });
}

const find = async ({ params }: FastifyRequest, dataDir: string) => await readKeptMail(dataDir, (params as { id: string }).id);

const send = (reply: FastifyReply, status: number, title: string, content: Html) =>
  reply
    .code(status)
    .headers(plainPageHeaders("'self'"))
    .type('text/html; charset=utf-8')
    .send(renderPage({ language: 'en', title, content }, 'wide'));

const notFound = (reply: FastifyReply) => send(reply, 404, 'No such e-mail', html`<p><a href="/mail">All e-mails</a></p>`);

const empty = html`<p>No e-mail was kept so far. Reminders are planned when the server starts, then every hour.</p>
  <p><a href="/mail">Load again</a></p>`;

const list = (mails: readonly KeptMail[]): Html =>
  html`<section class="panel">
    <table>
      <thead>
        <tr>
          <th scope="col">Time (UTC)</th>
          <th scope="col">To</th>
          <th scope="col">Subject</th>
        </tr>
      </thead>
      <tbody>
        ${mails.map(
          ({ id, date, to, subject }) =>
            html`<tr>
              <td>${timeOf(date)}</td>
              <td>${named(to.address)}</td>
              <td><a href="/mail/${id}">${named(subject)}</a></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;

const timeOf = (date: string) => date.slice(0, 16).replace('T', ' ');

function whole({ id, date, from, to, text, headers, subject }: KeptMail): Html {
  const fact = (label: string, value: Html) =>
    html`<div>
      <dt>${label}</dt>
      <dd>${value}</dd>
    </div>`;
  const box = ({ name, address }: { name: string | null; address: string }) => named(name ? `${name} <${address}>` : address);
  return html`<p><a href="/mail">All e-mails</a></p>
    <section class="panel"><dl>${fact('From', box(from))} ${fact('To', box(to))} ${fact('Time (UTC)', html`${timeOf(date)}`)}</dl></section>
    <iframe
      title="${subject}"
      src="/mail/${id}/html"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerpolicy="no-referrer"
    ></iframe>
    <h2>As text</h2>
    <section class="panel"><pre>${text}</pre></section>
    <h2>Headers</h2>
    <section class="panel"><pre>${Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)}</pre></section>`;
}

const base = '<base target="_blank">';

/** In its frame, a link of the mail would show nothing: none of our pages can be framed. */
const withOwnWindows = (text: string): string =>
  /<head(\s[^>]*)?>/i.test(text) ? text.replace(/<head(\s[^>]*)?>/i, (head) => head + base) : base + text;
