import {
  DirectiveLocation,
  getDirectiveValues,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLString,
  Kind,
  type GraphQLResolveInfo,
} from 'graphql';
import { actorOf, findActing, lockPeopleStatement, roleNow } from './acting.queries.ts';
import { failed, type Outcome, type Write } from './write.ts';
import type { ViewerRole } from '../access/role.rules.ts';
import { retryOnLostConnection } from '../database/retry.ts';
import { readerOn } from '../database/reader.ts';
import { inPartnerTransaction, type Db, type PartnerTransaction } from '../database/transaction.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput, forbidden, importRunning, unauthenticated } from '../graphql/errors.ts';
import { isLockTimeout } from '../database/unavailable.ts';
import { claimIdempotencyKey, keepOutcome, type Claim, type IdempotencyKey } from './idempotency.queries.ts';
import { inputErrors } from '../graphql/input-limits.ts';
import { checkRequiredFields } from '../graphql/required-input.ts';
import { inputError } from '../graphql/user-error.ts';

export const IdempotentDirective = new GraphQLDirective({
  name: 'idempotent',
  description: 'Makes a mutation safe to retry. For 24 hours, the same key and input return the first result without running again.',
  locations: [DirectiveLocation.FIELD],
  args: {
    key: {
      type: new GraphQLNonNull(GraphQLString),
      description: 'Chosen by the client, a new key for each action; 1 to 255 characters.',
    },
  },
});

type Field<A> = {
  context: RequestContext;
  info: GraphQLResolveInfo;
  input: object;
  allowed: readonly ViewerRole[];
  /** Whether it changes what people may do; then it waits for the partner's other mutations, and holds off new ones. */
  changesRights?: boolean;
  /** Sent with the checks and given to the work: what the work does first, such as locking a row. */
  ahead?: (tx: PartnerTransaction) => Promise<A>;
};

/** Reads the payload of a write; `context` is where to read it from. */
type ReadPayload<O, P> = (context: RequestContext, outcome: O | Outcome) => Promise<P>;

/**
 * Runs a mutation in one transaction: checks the role of now and the input, claims the key, does the work and stores the outcome. After a
 * lost connection it retries only with a key: without one, it cannot know whether the commit succeeded. It waits at most a second for an
 * import of the partner.
 */
export async function mutate<O extends Outcome, A = undefined>(
  { context, info, input, allowed, changesRights = false, ahead = () => Promise.resolve(undefined as A) }: Field<A>,
  work: (write: Write, ahead: Promise<A>) => Promise<O>,
  after?: (outcome: O | Outcome, db: Db) => Promise<unknown>,
): Promise<O | Outcome> {
  const { pool, reader, requestId } = context;
  const { viewer, partnerId, today } = reader;
  checkRequiredFields(info, input);
  const key = idempotencyKey(context, info, input);
  try {
    return await (key === null ? once() : retryOnLostConnection(once));
  } finally {
    // What earlier mutations of the request loaded may have changed.
    context.loaders.clear();
  }

  async function once(): Promise<O | Outcome> {
    let isImportRunning = false;
    const run = async (tx: PartnerTransaction) => {
      const errors = inputErrors(input);
      // All are sent at once. What follows the first counts only for a viewer who may act.
      const finding = findActing(tx, viewer);
      const claiming = key === null || errors.length > 0 ? ours : claimIdempotencyKey(tx, key);
      const doneAhead = errors.length > 0 ? null : ahead(tx);
      // If one fails, so do the later ones, and nobody waits for those.
      claiming.catch(() => undefined);
      doneAhead?.catch(() => undefined);
      const acting = await finding;
      ({ isImportRunning } = acting);
      // Before the idempotency key: a removed user gets no replayed answer.
      const role = roleNow(viewer, acting);
      if (role === null) throw unauthenticated({ isWholeRequest: hasOneField(info), isSession: viewer.sessionId !== undefined });
      if (!allowed.includes(role)) throw forbidden(info.fieldName);
      if (doneAhead === null) return failed(...errors);
      const claim = await claiming;
      if (claim.state === 'done') return claim.outcome as O;
      if (claim.state === 'mismatch') {
        return failed(inputError('IDEMPOTENCY_KEY_PARAMETER_MISMATCH', 'This key was used before with a different input. Use a new key.'));
      }
      if (claim.state === 'busy') {
        return failed(
          inputError('IDEMPOTENCY_CONCURRENT_REQUEST', 'The first request with this key is still running. Try again in a moment.'),
        );
      }
      const actor = actorOf(viewer, acting.user?.name ?? null);
      const outcome = await work({ tx, viewer: { ...viewer, role }, actor, today, requestId }, doneAhead);
      if (key !== null) tx.leaveToCommit(keepOutcome(tx, key, outcome));
      return outcome;
    };
    try {
      return await inPartnerTransaction<O | Outcome>(pool, partnerId, run, {
        isRoutine: true,
        opening: [lockPeopleStatement(viewer, { changesRights })],
        ...(after && { after }),
      });
    } catch (error) {
      throw isImportRunning && isLockTimeout(error) ? importRunning({ isWholeRequest: hasOneField(info) }) : error;
    }
  }
}

/** The same, and then reads the payload, in the packet of the commit. */
export async function mutateAndRead<O extends Outcome, P, A = undefined>(
  field: Field<A>,
  work: (write: Write, ahead: Promise<A>) => Promise<O>,
  read: ReadPayload<O, P>,
): Promise<P> {
  const { context } = field;
  let isLost = false;
  let reading: Promise<P> | undefined;
  const outcome = await mutate(field, work, async (committed, db) => {
    const reader = readerOn(db, context.reader, () => (isLost = true));
    reading = read({ ...context, reader }, committed);
    await reading;
  });
  // The write is committed, so what was lost with its connection is read from another one.
  return await (reading === undefined || isLost ? read(context, outcome) : reading);
}

const ours = Promise.resolve<Claim>({ state: 'ours' });

const hasOneField = ({ operation: { selectionSet } }: GraphQLResolveInfo) =>
  selectionSet.selections.length === 1 && selectionSet.selections[0]!.kind === Kind.FIELD;

function idempotencyKey(
  { reader: { viewer }, idempotencyKey: fromHeader }: RequestContext,
  info: GraphQLResolveInfo,
  input: unknown,
): IdempotencyKey | null {
  // Nodes of the same response name are one field; each of them may have the directive.
  const given = info.fieldNodes.flatMap(
    (node) => (getDirectiveValues(IdempotentDirective, node, info.variableValues) as { key: string } | undefined)?.key ?? [],
  );
  const [ofDirective, ...others] = new Set(given);
  if (others.length > 0) throw badInput('One mutation can have only one idempotency key. Give the others another alias.');
  const rootFields = info.operation.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD).length;
  if (fromHeader !== null && (rootFields > 1 || rootFields < info.operation.selectionSet.selections.length)) {
    throw badInput('The header Idempotency-Key covers one mutation. Send one mutation per request, or set @idempotent(key:) on each.');
  }
  const key = ofDirective ?? fromHeader;
  if (key === null || key === undefined) return null;
  if (/\0|\p{Surrogate}/u.test(key)) throw badInput('An idempotency key cannot have NUL or half of a surrogate pair.');
  if (key === '' || key.length > 255) throw badInput('An idempotency key must have 1 to 255 characters.');
  return { principal: viewer.partnerUserId ?? viewer.credentialId, field: info.fieldName, key, input };
}
