import { Field, ID, InterfaceType } from 'type-graphql';
import { parseGlobalId } from './global-id.ts';

export const nodeType = ({ id }: { id: string }) => parseGlobalId(id)?.type;

@InterfaceType({ description: 'An object that can be looked up by its ID.', resolveType: nodeType })
export abstract class Node {
  @Field(() => ID, { description: 'Unique, opaque and permanent ID.' })
  id!: string;
}
