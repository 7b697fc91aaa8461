import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { badInput } from './errors.ts';

@ObjectType({ description: 'Where a page lies in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more entries follow this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether entries come before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first entry; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last entry; null on an empty page.' })
  endCursor!: string | null;
}

export const defaultPageSize = 25;
export const maxPageSize = 100;

@ArgsType()
export class ForwardPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many entries from the start, or after a cursor: 1 to 100; ${defaultPageSize} when not given.`,
  })
  first?: number;

  @Field(() => String, { nullable: true, description: 'The page begins after the entry with this cursor.' })
  after?: string;
}

@ArgsType()
export class PageArgs extends ForwardPageArgs {
  @Field(() => Int, { nullable: true, description: 'How many entries from the end, or before a cursor: 1 to 100.' })
  last?: number;

  @Field(() => String, { nullable: true, description: 'The page ends before the entry with this cursor.' })
  before?: string;
}

/** One page of a list, read in one direction. */
export type Page = { size: number; cursor: string | null; isBackward: boolean };

/** Turns the four arguments of a connection into a page; sizes out of bounds and mixed directions are refused. */
export function pageOf({ first, after, last, before }: Partial<PageArgs>): Page {
  const beyond = Object.entries({ first, last }).filter(([, size]) => size != null && (size < 1 || size > maxPageSize));
  if (beyond.length > 0) throw badInput(beyond.map(([name]) => `${name} must be between 1 and ${maxPageSize}`).join('; '));
  // An argument that is null was not given.
  const isForward = first != null || after != null;
  const isBackward = last != null || before != null;
  if (isForward && isBackward) throw badInput('A page is read forward (first, after) or backward (last, before), not both.');
  return { size: (isBackward ? last : first) ?? defaultPageSize, cursor: (isBackward ? before : after) ?? null, isBackward };
}

type Words = {
  /** the name before Edge and Connection; the node's own unless given */
  name?: string;
  description: string;
  /** what an edge is, in a sentence */
  edge: string;
  one: string;
  many: string;
  /** what totalCount counts */
  counted: string;
  cursor?: string;
  node?: string;
};

/** The connection of a list, and its edge. */
export function connectionOf<Node extends object>(node: ClassType<Node>, words: Words) {
  const { name = node.name, one, many, counted } = words;

  @ObjectType(`${name}Edge`, { description: words.edge, simpleResolvers: true })
  class Edge {
    @Field(() => String, { description: words.cursor ?? `Position of the ${one} in the list.` })
    cursor!: string;

    @Field(() => node, { description: words.node ?? `The ${one}.` })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description: words.description, simpleResolvers: true })
  class Connection {
    @Field(() => [Edge], { description: `The ${many} of this page with their cursors.` })
    edges!: Edge[];

    @Field(() => [node], { description: `The ${many} of this page.` })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: `Number of all ${counted}; counted only when asked for.` })
    totalCount!: number;
  }
  return Connection;
}
