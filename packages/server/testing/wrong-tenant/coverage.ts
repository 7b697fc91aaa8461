import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { Answer, WalkRequest } from './world.ts';

/** An error that the walk expects in an answer, and the requests that may get it. */
type ExpectedRefusal = { reason: string; error: RegExp; isExpected: (request: WalkRequest) => boolean };

const expectedRefusals: readonly ExpectedRefusal[] = [
  {
    reason: 'the role does not allow it',
    error: /^FORBIDDEN: Your role does not allow \w+\.$/,
    isExpected: ({ as }) => !as.startsWith('ADMIN'),
  },
  {
    reason: 'the header names another partner',
    error: /^FORBIDDEN: The header X-Partner-Id does not name a partner that you can access\.$/,
    isExpected: ({ headers }) => headers?.['x-partner-id'] !== undefined,
  },
  {
    reason: 'the cursor was given to B',
    error: /^INVALID_CURSOR: /,
    isExpected: ({ name }) => /\((after|before): |after a cursor of B$/.test(name),
  },
  {
    reason: 'the viewer has removed or revoked itself, or ended its session',
    error: /^UNAUTHENTICATED: /,
    isExpected: ({ name, isRepeated }) => isRepeated === true && /^Mutation\.(revokeApiKey|removePartnerUser|endSession)\b/.test(name),
  },
  {
    reason: 'the kind is about no single change',
    error: /^BAD_USER_INPUT: A preview is about one change, and \w+ is not\.$/,
    isExpected: ({ name }) => name.startsWith('Query.previewReminder(kind: '),
  },
  {
    reason: 'the view belongs to another user or partner',
    error: /^BAD_USER_INPUT: There is no such view\.$/,
    isExpected: ({ name }) => name.includes('(viewId: '),
  },
];

/** Field paths that no answer reaches, and why. */
const unreachable: readonly { path: RegExp; reason: string }[] = [
  { path: /\.userErrors\.on \w+\.\w+$/, reason: 'a mutation answers with some types of user error only' },
  { path: /^mutation\.bulkSetCommunicationOwner\.userErrors\.\w+$/, reason: 'only a list that is too long is an error of the whole' },
  {
    path: /^mutation\.(acceptContractChange|withdrawCancellation)\.contractChanges?\.lateRequest\.\w+$/,
    reason: 'no late request is left on a change that was accepted, or whose request was withdrawn',
  },
  { path: /^mutation\.\w+\.otherPartners\.\w+$/, reason: 'where A is alone, no other partner has the change' },
  {
    path: /^mutation\.sendTestReminder\.(reminder|reminderEdge\.node)\.(contact|customer|contractChange)\b/,
    reason: 'a test reminder goes to a user, and is about no customer',
  },
  { path: /^mutation\.createSavedView\.(savedView|savedViewEdge\.node)\.problems\.\w+$/, reason: 'a new view has no problems' },
  {
    path: /^mutation\.updatePartnerSettings\.contractChanges\.(customer\.)?(decision|lateRequest|timeline|reminders|reminderMutes)\b/,
    reason: 'the customers of A that follow the setting have no decisions, events or reminders; the other payloads read the same fields',
  },
];

/**
 * What the walk covers. A request that is refused in both worlds compares nothing; nor does a field below a null or an empty list. So
 * every refusal must be an expected one, and some answer must reach every field path.
 */
export class Coverage {
  readonly #documents = new Set<string>();
  readonly #requests = new Set<string>();
  readonly #reached = new Set<string>();
  readonly #refusals = new Map<string, number>();
  readonly #unexpected: string[] = [];

  add(request: WalkRequest, { status, body }: Answer): void {
    if (request.document === '') return;
    this.#documents.add(request.document);
    this.#requests.add(JSON.stringify([request.document, request.variables, request.headers]));
    const { data, errors } = status === 0 ? refusedWith(body) : (JSON.parse(body) as ParsedBody);
    if (data) for (const path of fieldPaths(request.document, data)) this.#reached.add(path);
    for (const error of new Set(errors?.map(({ message, extensions }) => `${extensions?.code}: ${message}`))) {
      const expected = expectedRefusals.find((each) => each.error.test(error) && each.isExpected(request));
      if (expected !== undefined) this.#refusals.set(expected.reason, (this.#refusals.get(expected.reason) ?? 0) + 1);
      else this.#unexpected.push(`${request.name}, as ${request.as}: refused with ${error}`);
    }
  }

  /** Requests refused for an unexpected reason, and field paths that no answer reached. */
  faults(): string[] {
    const unreached = this.#unreached().filter((path) => !unreachable.some((each) => each.path.test(path)));
    return [...this.#unexpected, ...unreached.map((path) => `${path}: no answer reaches it; give A such a row in partner-rows.ts`)];
  }

  report(): string[] {
    const paths = this.#paths();
    const unreached = this.#unreached();
    return [
      `${this.#requests.size} different requests in ${this.#documents.size} documents with ${paths.size} field paths`,
      `${paths.size - unreached.length} field paths reached in an answer`,
      ...unreachable.map(({ path, reason }) => `${unreached.filter((each) => path.test(each)).length} not reached: ${reason}`),
      ...[...this.#refusals].map(([reason, count]) => `${count} refused as expected: ${reason}`),
      `${this.#unexpected.length} refused for another reason`,
    ];
  }

  #paths(): Set<string> {
    return new Set([...this.#documents].flatMap((document) => [...fieldPaths(document)]));
  }

  #unreached(): string[] {
    return [...this.#paths()].filter((path) => !this.#reached.has(path));
  }
}

type ParsedBody = { data?: object | null; errors?: { message: string; extensions?: { code?: string } }[] };

const refusedWith = (message: string): ParsedBody => ({ errors: [{ message }] });

/** The field paths of a document; with `data`, only those whose parent object is in the data. */
function fieldPaths(document: string, data?: object): Set<string> {
  const paths = new Set<string>();
  for (const definition of parse(document).definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      collect(definition.selectionSet, definition.operation, data && [data as Record<string, unknown>]);
  }
  return paths;

  function collect({ selections }: SelectionSetNode, parent: string, objects: readonly Record<string, unknown>[] | undefined): void {
    if (objects?.length === 0) return;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition?.name.value;
        const ofType = objects?.filter((each) => each['__typename'] === type);
        collect(selection.selectionSet, `${parent}.on ${type}`, ofType);
        continue;
      }
      const path = `${parent}.${selection.name.value}`;
      paths.add(path);
      if (selection.selectionSet)
        collect(
          selection.selectionSet,
          path,
          objects?.flatMap((each) => objectsIn(each[selection.name.value])),
        );
    }
  }
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [];
}
