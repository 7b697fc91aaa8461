import type { ApolloServerOptions } from '@apollo/server';
import { hash } from 'node:crypto';
import { Lexer, Source, TokenKind, type DocumentNode } from 'graphql';
import { FairCache } from '../fair-cache.ts';
import { documentLimits } from './limits.ts';

// Weighed by their characters; a parsed document takes some sixty times that memory.
const capacity = 1_500_000;
const share = 150_000;
const maxExpected = 1_000;

/** Documents that passed validation, so that a repeated one is not parsed again. Each partner has a share. */
export class ValidatedDocuments implements NonNullable<Exclude<ApolloServerOptions<never>['documentStore'], null>> {
  readonly #documents = new FairCache<string, DocumentNode>({ capacity, share });
  /** Who sent a document that is not validated yet. */
  readonly #senders = new Map<string, string>();

  /** Price, in points, of parsing and validating a document of this partner; 0 for a document that passed before. */
  priceOf(document: string, partnerId: string): number {
    const key = hash('sha256', document);
    if (this.#documents.has(key)) return 0;
    this.#senders.set(key, partnerId);
    if (this.#senders.size > maxExpected) this.#senders.delete(this.#senders.keys().next().value!);
    return Math.ceil(document.length / charactersPerPoint + tokensIn(document) ** 2 / squareTokensPerPoint);
  }

  // Apollo's keys are a hash of the schema and the SHA-256 of the document.
  async get(key: string): Promise<DocumentNode | undefined> {
    return this.#documents.get(hashIn(key));
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    const ownKey = hashIn(key);
    this.#documents.add(ownKey, document, this.#senders.get(ownKey) ?? '', document.loc?.end ?? 1);
    this.#senders.delete(ownKey);
  }

  async delete(key: string): Promise<boolean> {
    return this.#documents.delete(hashIn(key));
  }
}

// A point stands for about 10 µs. The validation of overlapping fields takes time by the square of their number.
const charactersPerPoint = 200;
const squareTokensPerPoint = 400;

const hashIn = (key: string) => key.slice(-64);

/** The number of tokens up to the limit or to the first malformed one, which end the parsing too. */
function tokensIn(document: string): number {
  const lexer = new Lexer(new Source(document));
  try {
    for (let count = 0; count <= documentLimits.tokens; count += 1) if (lexer.advance().kind === TokenKind.EOF) return count;
    return documentLimits.tokens;
  } catch {
    return 0;
  }
}
