import type { RenewalsError } from '@partner-renewals/sdk';
import { Problem } from '../app/problem.tsx';
import { useTexts } from '../text/language.ts';
import { Loading } from '../ui/loading.tsx';
import { settingsTexts } from './settings.texts.ts';

type Props = { hasMore: boolean; isReadingMore: boolean; moreProblem: RenewalsError | null; readMore: () => void };

/** The foot of a list that goes on. */
export function More({ hasMore, isReadingMore, moreProblem, readMore }: Props) {
  const text = useTexts(settingsTexts);
  if (moreProblem) return <Problem error={moreProblem} onRetry={readMore} />;
  if (isReadingMore) return <Loading />;
  if (!hasMore) return null;
  return (
    <p>
      <button type="button" className="button" onClick={readMore}>
        {text.more}
      </button>
    </p>
  );
}
