import { Field, ObjectType } from 'type-graphql';
import { CurrencyCodeScalar, DecimalScalar } from './scalars.ts';

@ObjectType({ description: 'An amount in one currency. Amounts in different currencies are never added up.', simpleResolvers: true })
export class Money {
  @Field(() => DecimalScalar, { description: 'The exact amount, with its original fraction digits.' })
  amount!: string;

  @Field(() => CurrencyCodeScalar, { description: 'ISO 4217 code of the currency.' })
  currencyCode!: string;
}
