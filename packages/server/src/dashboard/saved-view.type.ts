import { Field, Int, ObjectType } from 'type-graphql';
import { Node } from '../graphql/node.type.ts';
import { ContractChangeOrderFieldEnum, OrderDirectionEnum } from './dashboard.order.ts';

@ObjectType({ description: 'One key of the order of a saved view.', simpleResolvers: true })
export class SavedViewOrder {
  @Field(() => ContractChangeOrderFieldEnum, { description: 'The field to order by.' })
  field!: string;

  @Field(() => OrderDirectionEnum, { description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

@ObjectType({
  description: 'A part of a saved view that no longer exists; the view opens without it.',
  simpleResolvers: true,
})
export class SavedViewProblem {
  @Field(() => String, { description: 'Explanation for people, in English.' })
  message!: string;

  @Field(() => [String], { description: 'Path of the part in the view, such as filter, status, in.' })
  field!: string[];
}

@ObjectType({
  implements: Node,
  description: 'Columns, search, filter and order of the dashboard, saved under a name.',
  simpleResolvers: true,
})
export class SavedView extends Node {
  @Field(() => String, { description: 'The name, unique among the views of its owner, ignoring case.' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether all users of the partner see the view; otherwise only its owner does.' })
  isShared!: boolean;

  @Field(() => Boolean, {
    description: 'Whether the viewer owns the view. An API key without a user owns the views of the partner.',
  })
  isOwn!: boolean;

  @Field(() => String, { nullable: true, description: 'The search text; null if none.' })
  query!: string | null;

  @Field(() => Int, { description: 'Increases by one with each edit; pass it as expectedVersion to detect conflicts.' })
  version!: number;
}
