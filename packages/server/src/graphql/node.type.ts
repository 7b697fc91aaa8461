import { Field, ID, InterfaceType } from 'type-graphql';
import { parseGlobalId } from './global-id.ts';

export const nodeType = ({ id }: { id: string }) => parseGlobalId(id)?.type;

@InterfaceType({ description: 'Anything that can be looked up by its id.', resolveType: nodeType })
export abstract class Node {
  @Field(() => ID, { description: 'Globally unique and opaque: it names this object for ever and says nothing else.' })
  id!: string;
}
