import { Field, ObjectType } from 'type-graphql';
import { CurrencyCodeScalar, DecimalScalar } from './scalars.ts';

@ObjectType({ description: 'An amount in one currency. Amounts of different currencies are never added up.', simpleResolvers: true })
export class Money {
  @Field(() => DecimalScalar, { description: 'The exact amount, with the fraction digits it came with.' })
  amount!: string;

  @Field(() => CurrencyCodeScalar, { description: 'ISO 4217 code of the currency.' })
  currencyCode!: string;
}
