import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { contractChangeFields } from '../contract-change/contract-change.fields.ts';
import { findChanges } from '../contract-change/contract-change.queries.ts';
import { savedViewFields } from '../dashboard/saved-view.fields.ts';
import { findSavedViews } from '../dashboard/saved-view.queries.ts';
import { contractFields } from '../contract/contract.fields.ts';
import { findContracts } from '../contract/contract.queries.ts';
import { associationFields, customerFields, customerUserFields } from '../customer/customer.fields.ts';
import { findAssociations, findCustomersBy, findCustomerUsers } from '../customer/customer.queries.ts';
import { partnerFields, partnerUserFields } from '../partner/partner.fields.ts';
import { findPartner, findPartnerUsers } from '../partner/partner.queries.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { parseGlobalId, type NodeType } from '../graphql/global-id.ts';
import { Node } from '../graphql/node.type.ts';
import { projectionOf, type FieldTable, type Projection } from '../reading/projection.ts';
import { selectedPaths } from '../reading/selected-fields.ts';

type Find = (
  context: RequestContext,
  projection: Projection,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, (readonly unknown[])[]>>;

/** How objects of each type are found by id; what is not the partner's, or of an ended association, is not found. */
const finders: Record<NodeType, { table: FieldTable; find: Find }> = {
  Partner: { table: partnerFields, find: async ({ pool, partnerId }, projection) => await findPartner(pool, partnerId, projection) },
  PartnerUser: {
    table: partnerUserFields,
    find: async ({ pool, partnerId }, projection, ids) => await findPartnerUsers(pool, partnerId, projection, ids),
  },
  Customer: {
    table: customerFields,
    find: async ({ pool, partnerId }, projection, ids) => await findCustomersBy(pool, partnerId, projection, { ids }),
  },
  CustomerUser: {
    table: customerUserFields,
    find: async ({ pool, partnerId }, projection, ids) => await findCustomerUsers(pool, partnerId, projection, ids),
  },
  CustomerAssociation: {
    table: associationFields,
    find: async ({ pool, partnerId }, projection, ids) => await findAssociations(pool, partnerId, projection, ids),
  },
  Contract: {
    table: contractFields,
    find: async ({ pool, partnerId }, projection, ids) => await findContracts(pool, partnerId, projection, ids),
  },
  ContractChange: {
    table: contractChangeFields,
    find: async ({ pool, partnerId, businessDate }, projection, ids) => await findChanges(pool, partnerId, projection, ids, businessDate),
  },
  SavedView: {
    table: savedViewFields,
    find: async ({ pool, viewer }, projection, ids) => await findSavedViews(pool, viewer, projection, ids),
  },
};

const maxIds = 250;

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'One object by its id; null if there is none, or none that the viewer may see.' })
  async node(
    @Arg('id', () => ID, { description: 'The id of the object.' }) id: string,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return (await findNodes(context, info, [id]))[0];
  }

  @Query(() => [Node], { nullable: 'items', description: 'Objects by their ids, in the same order; null for each that there is not.' })
  async nodes(
    @Arg('ids', () => [ID], { description: `The ids, at most ${maxIds}.` }) ids: string[],
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown[]> {
    if (ids.length > maxIds) throw badInput(`At most ${maxIds} ids can be asked for at once.`);
    return await findNodes(context, info, ids);
  }
}

/** One statement a type. */
async function findNodes(context: RequestContext, info: GraphQLResolveInfo, ids: readonly string[]): Promise<unknown[]> {
  const parsed = ids.map(parseGlobalId);
  const nodes = new Map<string, unknown>();
  const types = new Set(parsed.flatMap((node) => (node === null ? [] : [node.type])));
  await Promise.all(
    [...types].map(async (type) => {
      const { table, find } = finders[type];
      const projection = projectionOf(table, selectedPaths(info, info.schema.getType(type) as GraphQLObjectType, info.fieldNodes, table));
      const uuids = parsed.flatMap((node) => (node?.type === type ? [node.uuid] : []));
      for (const [uuid, [row]] of await find(context, projection, uuids)) {
        if (uuids.includes(uuid) && row !== undefined) nodes.set(`${type} ${uuid}`, projection.shape(row, context.viewer));
      }
    }),
  );
  return parsed.map((node) => (node === null ? null : (nodes.get(`${node.type} ${node.uuid}`) ?? null)));
}
