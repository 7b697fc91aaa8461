import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from './error-body.ts';
import { html, type Html } from './html.ts';
import { sendPage } from './plain-page.ts';
import { negotiatorOf } from './negotiation.ts';
import { languageOf } from './reminder-links/link-request.ts';
import { lineOf, noteErrors } from './request-line.ts';

/** Whether a person looks at the answer: browsers ask for HTML when they open an address, programs and scripts do not. */
export const isForPeople = (request: FastifyRequest): boolean =>
  negotiatorOf(request.raw).mediaType(['application/json', 'text/html']) === 'text/html';

const texts = {
  en: {
    nothing: 'There is nothing at this address',
    mistyped: 'The link may be old, or the address has a typing error.',
    api: 'The API is at this address',
    programs: 'Programs send GraphQL queries here, with POST and an API key. People use the page.',
    home: 'Go to the upcoming renewals',
    explorer: 'Try queries in GraphiQL',
  },
  de: {
    nothing: 'Unter dieser Adresse gibt es nichts',
    mistyped: 'Der Link ist vielleicht veraltet, oder die Adresse enthält einen Tippfehler.',
    api: 'Unter dieser Adresse ist die API',
    programs: 'Programme senden GraphQL-Abfragen hierher, mit POST und einem API-Schlüssel. Menschen benutzen die Seite.',
    home: 'Zu den bevorstehenden Verlängerungen',
    explorer: 'Abfragen in GraphiQL ausprobieren',
  },
};

const paragraphs = (...lines: Html[]) => html`${lines.map((line) => html`<p>${line}</p>`)}`;

/** The answer to an unknown address: a page for people, GraphQL's shape for programs. */
export const sendUnknownAddress = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
  isForPeople(request) ? sendUnknownPage(request, reply, 404) : sendError(reply, 404, 'Not found: the API is at /graphql.', 'BAD_REQUEST');

export const sendMalformedAddress = (request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply =>
  isForPeople(request) ? sendUnknownPage(request, reply, status) : sendError(reply, status, 'Malformed request.', 'BAD_REQUEST');

function sendUnknownPage(request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  noteErrors(lineOf(request), [{ extensions: { code: 'BAD_REQUEST' } }]);
  const language = languageOf(request);
  const { nothing, mistyped, home } = texts[language];
  return sendPage(reply, status, { language, title: nothing, content: paragraphs(html`${mistyped}`, html`<a href="/">${home}</a>`) });
}

/** What a person sees who opens the address of the API in a browser. */
export function sendApiPage(request: FastifyRequest, reply: FastifyReply, explorer: string | null): FastifyReply {
  noteErrors(lineOf(request), [{ extensions: { code: 'UNAUTHENTICATED' } }]);
  const language = languageOf(request);
  const { api, programs, home, explorer: toExplorer } = texts[language];
  const links = [html`<a href="/">${home}</a>`, ...(explorer === null ? [] : [html`<a href="${explorer}">${toExplorer}</a>`])];
  return sendPage(reply.header('www-authenticate', 'Bearer'), 401, {
    language,
    title: api,
    content: paragraphs(html`${programs}`, ...links),
  });
}
