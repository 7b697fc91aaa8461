import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { badInput, invalidCursor } from './errors.ts';

@ObjectType({ description: 'Position of a page in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether entries follow this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether entries precede this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first entry; null if the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last entry; null if the page is empty.' })
  endCursor!: string | null;
}

export const defaultPageSize = 25;
export const maxPageSize = 100;
/** The most entries of a list that is no connection. */
export const maxListLength = 250;

@ArgsType()
export class ForwardPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Entries on the page: 1 to ${maxPageSize}, default ${defaultPageSize}.`,
  })
  first?: number;

  @Field(() => String, { nullable: true, description: 'The page starts after this cursor.' })
  after?: string;
}

@ArgsType()
export class PageArgs extends ForwardPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Number of entries from the end or before a cursor: 1 to ${maxPageSize}; default ${defaultPageSize} if only before is given.`,
  })
  last?: number;

  @Field(() => String, { nullable: true, description: 'The page ends before this cursor.' })
  before?: string;
}

/** Its keys are texts of at most 1,000 characters and numbers. */
const longestCursor = 10_000;

/** One page of a list, read in one direction. */
export type Page = { size: number; cursor: string | null; isBackward: boolean };

/** The page that the four arguments of a connection ask for. */
export function pageOf({ first, after, last, before }: Partial<PageArgs>): Page {
  const beyond = Object.entries({ first, last }).filter(([, size]) => size != null && (size < 1 || size > maxPageSize));
  if (beyond.length > 0) throw badInput(`${beyond.map(([name]) => name).join(' and ')} must be between 1 and ${maxPageSize}.`);
  // Null means the same as an omitted argument.
  const isForward = first != null || after != null;
  const isBackward = last != null || before != null;
  if (isForward && isBackward) throw badInput('Use first and after, or last and before, not both pairs.');
  const cursor = (isBackward ? before : after) ?? null;
  // Mutations take longer texts than queries, and nested lists keep the cursor for each row above them.
  if (cursor !== null && cursor.length > longestCursor) throw invalidCursor();
  return { size: (isBackward ? last : first) ?? defaultPageSize, cursor, isBackward };
}

type Words = {
  /** The name before Edge and Connection; by default that of the node. */
  name?: string;
  description: string;
};

/** The connection of a list, and its edge. */
export function connectionOf<Node extends object>(node: ClassType<Node>, { name = node.name, description }: Words) {
  @ObjectType(`${name}Edge`, { description: `Entry of ${name}Connection.`, simpleResolvers: true })
  class Edge {
    @Field(() => String, {
      description: 'Position in this order; stays valid under other filters and after the entry is gone.',
    })
    cursor!: string;

    @Field(() => node, { description: 'The entry without its cursor.' })
    node!: Node;
  }

  @ObjectType(`${name}Connection`, { description, simpleResolvers: true })
  class Connection {
    @Field(() => [Edge], { description: 'Entries of this page with their cursors.' })
    edges!: Edge[];

    @Field(() => [node], { description: 'Entries of this page without cursors.' })
    nodes!: Node[];

    @Field(() => PageInfo, { description: 'Position of this page in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'Number of entries on all pages; counted only if selected.' })
    totalCount!: number;
  }
  return Object.assign(Connection, { Edge });
}
