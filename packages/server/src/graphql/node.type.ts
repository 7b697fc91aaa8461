import { Field, ID, InterfaceType } from 'type-graphql';
import { parseGlobalId } from './global-id.ts';

export const nodeType = ({ id }: { id: string }) => parseGlobalId(id)?.type;

/** Of a type that caches of clients must tell apart, though nobody looks it up. */
export const cacheIdDescription = 'Unique, opaque and permanent ID, for caches; node does not accept it.';

@InterfaceType({ description: 'An object that can be looked up by its ID.', resolveType: nodeType })
export abstract class Node {
  @Field(() => ID, { description: 'Unique, opaque and permanent ID.' })
  id!: string;
}
