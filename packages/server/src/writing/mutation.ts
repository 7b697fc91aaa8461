import {
  DirectiveLocation,
  getDirectiveValues,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLString,
  Kind,
  type GraphQLResolveInfo,
} from 'graphql';
import { actorOf } from './audit-event.queries.ts';
import { failed, type Outcome, type Write } from './write.ts';
import type { ViewerRole } from '../access/role.rules.ts';
import { retryOnLostConnection } from '../database/retry.ts';
import { inPartnerTransaction, type PartnerTransaction } from '../database/transaction.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput, forbidden } from '../graphql/errors.ts';
import { claimIdempotencyKey, keepOutcome, type IdempotencyKey } from './idempotency.queries.ts';
import { inputErrors } from '../graphql/input-limits.ts';
import { inputError } from '../graphql/user-error.type.ts';

export const IdempotentDirective = new GraphQLDirective({
  name: 'idempotent',
  description: 'Makes a mutation safe to repeat: for 24 hours the same key with the same input answers what the first request did, once.',
  locations: [DirectiveLocation.FIELD],
  args: {
    key: {
      type: new GraphQLNonNull(GraphQLString),
      description: 'Chosen by the caller, anew for each thing to be done; at most 255 characters.',
    },
  },
});

type Field = { context: RequestContext; info: GraphQLResolveInfo; input: object; allowed: readonly ViewerRole[] };

/**
 * One mutation, one transaction: role, limits of the input, claim of the key, the work itself, its answer kept. Where the connection is lost, a key makes
 * it safe to try again; without one nobody knows whether it was done.
 */
export async function mutate<O extends Outcome>(
  { context, info, input, allowed }: Field,
  work: (write: Write) => Promise<O>,
): Promise<O | Outcome> {
  const { pool, reader, requestId } = context;
  const { viewer, partnerId, today } = reader;
  if (!allowed.includes(viewer.role)) throw forbidden(info.fieldName);
  const errors = inputErrors(input);
  if (errors.length > 0) return failed(...errors);
  const key = idempotencyKey(context, info, input);
  try {
    return await (key === null ? once() : retryOnLostConnection(once));
  } catch (error) {
    // Whoever carries the first request out took longer than a lock may be waited for.
    if (key !== null && (error as { code?: string }).code === '55P03') {
      return failed(
        inputError('IDEMPOTENCY_CONCURRENT_REQUEST', 'A request with this key is still being carried out. Try again in a moment.'),
      );
    }
    throw error;
  }

  function once(): Promise<O | Outcome> {
    const carryOut = async (tx: PartnerTransaction) => {
      const claim = key === null ? { state: 'ours' as const } : await claimIdempotencyKey(tx, key);
      if (claim.state === 'done') return claim.outcome as O;
      if (claim.state === 'mismatch') {
        return failed(
          inputError(
            'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
            'This key was used before with another input. Take a new key for a new request.',
          ),
        );
      }
      const outcome = await work({ tx, viewer, actor: await actorOf(tx, viewer), today, requestId });
      if (key !== null) await keepOutcome(tx, key, outcome);
      return outcome;
    };
    return inPartnerTransaction(pool, partnerId, carryOut, { isRoutine: true });
  }
}

function idempotencyKey(
  { reader: { viewer }, idempotencyKey: fromHeader }: RequestContext,
  info: GraphQLResolveInfo,
  input: unknown,
): IdempotencyKey | null {
  const [node] = info.fieldNodes;
  const directive = node && (getDirectiveValues(IdempotentDirective, node, info.variableValues) as { key: string } | undefined);
  const rootFields = info.operation.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD).length;
  if (fromHeader !== null && (rootFields > 1 || rootFields < info.operation.selectionSet.selections.length)) {
    throw badInput('The header Idempotency-Key stands for one mutation: send one at a time, or use @idempotent(key:) on each.');
  }
  const key = directive?.key ?? fromHeader;
  if (key === null || key === undefined) return null;
  if (key === '' || key.length > 255) throw badInput('An idempotency key has 1 to 255 characters.');
  return { principal: viewer.partnerUserId ?? viewer.credentialId, field: info.fieldName, key, input };
}
