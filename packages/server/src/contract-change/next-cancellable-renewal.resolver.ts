import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { CalendarDate } from '../calendar-date.ts';
import { loadBatched, type RequestContext } from '../graphql/context.ts';
import { parseGlobalId } from '../graphql/global-id.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { ContractChange } from './contract-change.entity.ts';
import { findNextCancellableRenewals } from './next-cancellable-renewal.queries.ts';

@Resolver(() => ContractChange)
export class NextCancellableRenewalResolver {
  @FieldResolver(() => DateScalar, {
    nullable: true,
    description:
      'Date of the later renewal that a cancellation request with forNextPossible counts for; null unless the viewer can record one today.',
  })
  async nextCancellableRenewalDate(@Root() { id }: ContractChange, @Ctx() context: RequestContext): Promise<CalendarDate | null> {
    const uuid = parseGlobalId(id)?.uuid ?? '';
    const found = await loadBatched(context, ['nextCancellableRenewalDate'], uuid, (ids) =>
      findNextCancellableRenewals(context.reader, ids),
    );
    return found ?? null;
  }
}
