import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';

/** The group of each source file in the documentation. */
const groups = [
  [/(client|transport)\.ts$/, 'Client'],
  [/(renewals|page|row\.types)\.ts$/, 'Lists'],
  [/(columns|column-texts|column-description)\.ts$/, 'Columns'],
  [/selection\.types\.ts$/, 'Selections'],
  [/(mutation|whole)\.types\.ts$/, 'Mutations'],
  [/errors\.ts$/, 'Errors'],
  [/testing\.ts$/, 'Tests'],
  [/documents\.ts$/, 'Other clients'],
  [/graph\.types\.ts$/, 'Types of the API'],
];

/** Groups the documentation by subject: a reader looks for columns or errors, not for interfaces. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    const kinds =
      ReflectionKind.Class | ReflectionKind.Interface | ReflectionKind.TypeAlias | ReflectionKind.Variable | ReflectionKind.Function;
    for (const each of context.project.getReflectionsByKind(kinds)) {
      const file = context.getSymbolFromReflection(each)?.declarations?.[0]?.getSourceFile().fileName ?? '';
      const group = each.name === 'Mutations' ? each.name : groups.find(([pattern]) => pattern.test(file))?.[1];
      const target = each.kindOf(ReflectionKind.Function) ? each.signatures?.[0] : each;
      if (!group || !target) continue;
      target.comment ??= new Comment();
      target.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: group }]));
    }
  });
}
