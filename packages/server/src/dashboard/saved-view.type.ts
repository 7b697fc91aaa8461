import { Field, Int, ObjectType } from 'type-graphql';
import { Node } from '../graphql/node.type.ts';
import { ContractChangeOrderFieldEnum, OrderDirectionEnum } from './dashboard.order.ts';

@ObjectType({ description: 'One key of the order that a saved view keeps.', simpleResolvers: true })
export class SavedViewOrder {
  @Field(() => ContractChangeOrderFieldEnum, { description: 'What to order by.' })
  field!: string;

  @Field(() => OrderDirectionEnum, { description: 'Which way.' })
  direction!: 'ASC' | 'DESC';
}

@ObjectType({
  description: 'Something a saved view was made with that there is no longer: the view opens without it.',
  simpleResolvers: true,
})
export class SavedViewProblem {
  @Field(() => String, { description: 'What is left out, in a sentence for people.' })
  message!: string;

  @Field(() => [String], { description: 'Where in the view it stands, such as filter, status, in.' })
  field!: string[];
}

@ObjectType({ implements: Node, description: 'Columns, search, filter and order of the dashboard under a name.', simpleResolvers: true })
export class SavedView extends Node {
  @Field(() => String, { description: 'The name, unique among the views of its owner, whatever the case.' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether everybody at the partner sees it; else its owner alone does.' })
  isShared!: boolean;

  @Field(() => Boolean, {
    description: 'Whether it is the view of the one who asks: of that user, or of the partner if the key belongs to no user.',
  })
  isOwn!: boolean;

  @Field(() => String, { nullable: true, description: 'The search; null if it has none.' })
  query!: string | null;

  @Field(() => Int, { description: 'Grows by one with every change of the view; expected by edits that must not overwrite another.' })
  version!: number;
}
